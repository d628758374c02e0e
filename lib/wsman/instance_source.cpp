#include "wsman/instance_source.hpp"

#include <algorithm>

namespace tintype::wsman {

namespace {

class ClassSource final : public InstanceSource {
  public:
    ClassSource(std::vector<Resource*> resources, cim::WqlCondition condition,
                std::optional<std::vector<std::string>> wanted, std::string host)
        : resources_(std::move(resources)),
          condition_(std::move(condition)),
          wanted_names_(std::move(wanted)),
          host_(std::move(host)) {}

    Result<bool> advance(std::size_t limit, cim::InstancePage& out) override {
        const auto before = out.size();
        if (!cursor_) {
            if (next_resource_ == resources_.size()) return false;
            auto opened = open(*resources_[next_resource_++], out);
            if (!opened) return tl::unexpected(std::move(opened.error()));
        }
        if (cursor_) {
            out.want(wanted_ ? &*wanted_ : nullptr);
            auto more = cursor_->fill(out, limit);
            if (!more) {
                keep_matching(before, out);
                return tl::unexpected(std::move(more.error()));
            }
            if (!*more) cursor_.reset();
        }
        keep_matching(before, out);
        return true;
    }

  private:
    void keep_matching(std::size_t from, cim::InstancePage& out) const {
        if (condition_.empty()) return;
        out.keep_if(from, [&](const auto& instance) { return cim::matches(condition_, instance, host_); });
    }

    Result<void> open(Resource& resource, cim::InstancePage& out) {
        const auto& declaration = resource.declaration();
        cim::ObjectPath path{{}, {}, std::string(declaration.name), cim::fixed_keys(condition_, declaration)};
        const auto required = resource.required_keys();
        const bool fixed = !required.empty() && std::all_of(required.begin(), required.end(),
                                                            [&](auto name) { return path.key(name) != nullptr; });
        if (fixed) {
            out.want(nullptr);
            const auto found = resource.find(path, out);
            if (!found) return tl::unexpected(found.error());
            return {};
        }
        auto cursor = all_or_references(resource, path);
        if (!cursor) return tl::unexpected(std::move(cursor.error()));
        cursor_ = std::move(*cursor);
        want(declaration);
        return {};
    }

    static Result<std::unique_ptr<InstanceCursor>> all_or_references(Resource& resource, const cim::ObjectPath& fixed) {
        const auto reference =
            std::find_if(fixed.keys.begin(), fixed.keys.end(), [](const auto& key) { return key.reference; });
        if (!resource.declaration().association || reference == fixed.keys.end()) return resource.enumerate();
        return resource.references(*cim::parse_object_path(reference->value), reference->name);
    }

    void want(const cim::ClassDeclaration& declaration) {
        wanted_.reset();
        if (!wanted_names_) return;
        auto& wanted = wanted_.emplace(declaration);
        const auto add = [&](std::string_view name) {
            if (const auto property = declaration.find(name)) wanted.add(*property);
        };
        for (std::size_t i = 0; i < declaration.properties.size(); ++i)
            if (declaration.properties[i].key) wanted.add(i);
        for (const auto& name : *wanted_names_) add(name);
        for (const auto& step : condition_) {
            if (const auto* comparison = std::get_if<cim::WqlComparison>(&step)) add(comparison->property);
        }
    }

    std::vector<Resource*> resources_;
    std::size_t next_resource_ = 0;
    std::unique_ptr<InstanceCursor> cursor_;
    cim::WqlCondition condition_;
    std::optional<std::vector<std::string>> wanted_names_;
    std::optional<cim::PropertySet> wanted_;  ///< Of the cursor's class.
    std::string host_;
};

}  // namespace

std::unique_ptr<InstanceSource> make_class_source(std::vector<Resource*> resources, cim::WqlCondition condition,
                                                  std::string host, std::optional<std::vector<std::string>> wanted) {
    return std::make_unique<ClassSource>(std::move(resources), std::move(condition), std::move(wanted),
                                         std::move(host));
}

}  // namespace tintype::wsman
