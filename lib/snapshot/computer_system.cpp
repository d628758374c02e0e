#include <array>

#include "snapshot/backend_faults.hpp"
#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/paging_cursor.hpp"
#include "snapshot/resources.hpp"
#include "tintype/guid.hpp"

namespace tintype::snapshot {

namespace {

class ComputerSystem final : public wsman::Resource {
  public:
    ComputerSystem(SnapshotBackend& backend, std::string host_name)
        : backend_(&backend), host_name_(std::move(host_name)) {}

    [[nodiscard]] const cim::ClassDeclaration& declaration() const noexcept override { return computer_system_class; }

    [[nodiscard]] std::span<const std::string_view> required_keys() const noexcept override {
        static constexpr std::array<std::string_view, 1> keys{"Name"};  // CreationClassName is the same for all
        return keys;
    }

    [[nodiscard]] bool may_block() const noexcept override { return !backend_->capabilities().answers_from_memory; }

    wsman::Result<std::optional<cim::Instance>> get(const cim::ObjectPath& keys) override {
        const auto* creation_class = keys.key("CreationClassName");
        if (creation_class != nullptr && !computer_system_class.is_a(*creation_class)) return std::nullopt;
        const auto& name = *keys.key("Name");
        if (cim::equal_names(name, host_name_)) return host_instance(host_name_);
        if (!is_guid(name)) return std::nullopt;
        auto machine = backend_->machine(upper_guid(name));
        if (machine) return machine_instance(*machine);
        if (machine.error().code == BackendErrorCode::not_found) return std::nullopt;
        return tl::unexpected(backend_fault(machine.error()));
    }

    wsman::Result<std::unique_ptr<wsman::InstanceCursor>> enumerate() override {
        std::vector<std::unique_ptr<wsman::InstanceCursor>> parts;
        std::vector<cim::Instance> host;
        host.push_back(host_instance(host_name_));
        parts.push_back(std::make_unique<FixedCursor>(std::move(host)));
        parts.push_back(std::make_unique<PagingCursor<Machine>>(machine_pages(*backend_), machine_instance));
        return std::make_unique<SequenceCursor>(std::move(parts));
    }

    [[nodiscard]] const wsman::Method* method(std::string_view /*name*/) const noexcept override { return nullptr; }

  private:
    SnapshotBackend* backend_;
    std::string host_name_;
};

}  // namespace

std::unique_ptr<wsman::Resource> make_computer_system(SnapshotBackend& backend, std::string host_name) {
    return std::make_unique<ComputerSystem>(backend, std::move(host_name));
}

}  // namespace tintype::snapshot
