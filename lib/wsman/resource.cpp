#include "tintype/wsman/resource.hpp"

#include <algorithm>
#include <utility>

#include "cim/same_object.hpp"
#include "soap/envelope.hpp"

namespace tintype::wsman {

namespace {

tl::unexpected<Fault> unsupported(const Resource& resource, const char* what) {
    return fail(faults::action_not_supported,
                std::string(resource.declaration().name) + " does not support " + what + ".");
}

/// Of all instances, those that refer to one object.
class ReferencesCursor final : public InstanceCursor {
  public:
    ReferencesCursor(std::unique_ptr<InstanceCursor> all, cim::ObjectPath object, std::string_view role)
        : all_(std::move(all)), object_(std::move(object)), role_(role) {}

    Result<std::vector<cim::Instance>> next(std::size_t limit) override {
        std::vector<cim::Instance> found;
        bool more = true;
        while (found.size() < limit && more) {
            const auto wanted = limit - found.size();
            auto page = all_->next(wanted);
            if (!page) return tl::unexpected(std::move(page.error()));
            more = page->size() == wanted;
            for (auto& instance : *page)
                if (refers(instance)) found.push_back(std::move(instance));
        }
        return found;
    }

  private:
    [[nodiscard]] bool refers(const cim::Instance& instance) const {
        const auto& properties = instance.declaration().properties;
        for (std::size_t i = 0; i < properties.size(); ++i) {
            if (properties[i].type != cim::Type::reference) continue;
            if (!role_.empty() && !cim::equal_names(properties[i].name, role_)) continue;
            const auto* scalar = std::get_if<cim::Scalar>(&instance.values()[i]);
            const auto* path = scalar != nullptr ? std::get_if<cim::ObjectPath>(scalar) : nullptr;
            if (path != nullptr && cim::same_object(*path, object_)) return true;
        }
        return false;
    }

    std::unique_ptr<InstanceCursor> all_;
    cim::ObjectPath object_;
    std::string role_;
};

}  // namespace

Result<bool> InstanceCursor::fill(cim::InstancePage& page, std::size_t limit) {
    auto instances = next(limit);
    if (!instances) return tl::unexpected(std::move(instances.error()));
    for (auto& instance : *instances) page.add(std::move(instance));
    return instances->size() == limit;
}

Result<bool> Resource::find(const cim::ObjectPath& keys, cim::InstancePage& page) {
    auto instance = get(keys);
    if (!instance) return tl::unexpected(std::move(instance.error()));
    if (!*instance) return false;
    page.add(*std::move(*instance));
    return true;
}

std::optional<Option> Call::option(std::string_view name) const noexcept {
    if (envelope == nullptr) return std::nullopt;
    for (const auto& option : envelope->headers.options) {
        if (cim::equal_names(option.name, name)) return Option{option.name, option.value, option.nil};
    }
    return std::nullopt;
}

std::span<const OptionDeclaration> Resource::options() const noexcept {
    return {};
}

std::optional<std::uint64_t> Resource::instance_count() const {
    return declaration().singleton ? std::optional<std::uint64_t>(1) : std::nullopt;
}

const Method* Resource::method(std::string_view /*name*/) const noexcept {
    return nullptr;
}

bool Resource::has_put() const noexcept {
    return false;
}

Result<cim::Instance> Resource::put(const Call& /*call*/, const cim::ObjectPath& /*keys*/,
                                    const std::vector<PropertyValue>& /*changes*/) {
    return unsupported(*this, "Put");
}

bool Resource::has_create() const noexcept {
    return false;
}

Result<cim::ObjectPath> Resource::create(const Call& /*call*/, const std::vector<PropertyValue>& /*values*/) {
    return unsupported(*this, "Create");
}

bool Resource::has_delete() const noexcept {
    return false;
}

Result<void> Resource::remove(const Call& /*call*/, const cim::ObjectPath& /*keys*/) {
    return unsupported(*this, "Delete");
}

Result<std::unique_ptr<InstanceCursor>> Resource::references(const cim::ObjectPath& object, std::string_view role) {
    auto all = enumerate();
    if (!all) return all;
    return std::make_unique<ReferencesCursor>(std::move(*all), object, role);
}

}  // namespace tintype::wsman
