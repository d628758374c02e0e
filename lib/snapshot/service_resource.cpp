#include <algorithm>

#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/paging_cursor.hpp"
#include "snapshot/resources.hpp"
#include "snapshot/service_methods.hpp"

namespace tintype::snapshot {

namespace {

class ServiceResource final : public wsman::Resource {
  public:
    ServiceResource(SnapshotMethods& methods, bool may_block, std::string host_name)
        : host_name_(std::move(host_name)), may_block_(may_block), methods_(service_methods(methods)) {}

    [[nodiscard]] const cim::ClassDeclaration& declaration() const noexcept override { return snapshot_service_class; }
    [[nodiscard]] std::span<const std::string_view> required_keys() const noexcept override { return {}; }
    [[nodiscard]] bool may_block() const noexcept override { return may_block_; }

    // The only instance, whatever keys name it, if they don't name another. A client knows the host by a name of its
    // own.
    wsman::Result<std::optional<cim::Instance>> get(const cim::ObjectPath& keys) override {
        auto instance = snapshot_service_instance(host_name_);
        const auto path = instance.path();
        for (const auto& key : keys.keys) {
            if (cim::equal_names(key.name, "SystemName")) continue;
            const auto* own = path.key(key.name);
            if (own == nullptr || !cim::equal_names(*own, key.value)) return std::nullopt;
        }
        return instance;
    }

    wsman::Result<std::unique_ptr<wsman::InstanceCursor>> enumerate() override {
        std::vector<cim::Instance> only;
        only.push_back(snapshot_service_instance(host_name_));
        return std::make_unique<FixedCursor>(std::move(only));
    }

    [[nodiscard]] const wsman::Method* method(std::string_view name) const noexcept override {
        const auto found = std::find_if(methods_.begin(), methods_.end(),
                                        [&](const auto& one) { return cim::equal_names(one.first, name); });
        return found == methods_.end() ? nullptr : &found->second;
    }

  private:
    std::string host_name_;
    bool may_block_;
    std::vector<std::pair<std::string_view, wsman::Method>> methods_;
};

}  // namespace

std::unique_ptr<wsman::Resource> make_snapshot_service(SnapshotMethods& methods, bool may_block,
                                                       std::string host_name) {
    return std::make_unique<ServiceResource>(methods, may_block, std::move(host_name));
}

}  // namespace tintype::snapshot
