#include "wsman/instance_source.hpp"

#include <algorithm>

namespace tintype::wsman {

namespace {

class ClassSource final : public InstanceSource {
  public:
    ClassSource(std::vector<Resource*> resources, cim::WqlCondition condition, std::string host)
        : resources_(std::move(resources)), condition_(std::move(condition)), host_(std::move(host)) {}

    Result<bool> advance(std::size_t limit, std::deque<cim::Instance>& out) override {
        if (!cursor_) {
            if (next_resource_ == resources_.size()) return false;
            auto opened = open(*resources_[next_resource_++], out);
            if (!opened) return tl::unexpected(std::move(opened.error()));
            if (!cursor_) return true;
        }
        auto page = cursor_->next(limit);
        if (!page) return tl::unexpected(std::move(page.error()));
        if (page->size() < limit) cursor_.reset();
        for (auto& instance : *page) take(std::move(instance), out);
        return true;
    }

  private:
    Result<void> open(Resource& resource, std::deque<cim::Instance>& out) {
        const auto& declaration = resource.declaration();
        const cim::ObjectPath path{{}, {}, std::string(declaration.name), cim::fixed_keys(condition_, declaration)};
        const auto required = resource.required_keys();
        const bool fixed = !required.empty() && std::all_of(required.begin(), required.end(),
                                                            [&](auto name) { return path.key(name) != nullptr; });
        if (fixed) {
            auto instance = resource.get(path);
            if (!instance) return tl::unexpected(std::move(instance.error()));
            if (*instance) take(std::move(**instance), out);
            return {};
        }
        auto cursor = all_or_references(resource, path);
        if (!cursor) return tl::unexpected(std::move(cursor.error()));
        cursor_ = std::move(*cursor);
        return {};
    }

    static Result<std::unique_ptr<InstanceCursor>> all_or_references(Resource& resource, const cim::ObjectPath& fixed) {
        const auto reference =
            std::find_if(fixed.keys.begin(), fixed.keys.end(), [](const auto& key) { return key.reference; });
        if (!resource.declaration().association || reference == fixed.keys.end()) return resource.enumerate();
        return resource.references(*cim::parse_object_path(reference->value), reference->name);
    }

    void take(cim::Instance instance, std::deque<cim::Instance>& out) const {
        if (cim::matches(condition_, instance, host_)) out.push_back(std::move(instance));
    }

    std::vector<Resource*> resources_;
    std::size_t next_resource_ = 0;
    std::unique_ptr<InstanceCursor> cursor_;
    cim::WqlCondition condition_;
    std::string host_;
};

}  // namespace

std::unique_ptr<InstanceSource> make_class_source(std::vector<Resource*> resources, cim::WqlCondition condition,
                                                  std::string host) {
    return std::make_unique<ClassSource>(std::move(resources), std::move(condition), std::move(host));
}

}  // namespace tintype::wsman
