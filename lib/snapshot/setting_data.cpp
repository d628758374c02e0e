#include <array>
#include <utility>

#include "snapshot/backend_faults.hpp"
#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/modify_snapshot.hpp"
#include "snapshot/paging_cursor.hpp"
#include "snapshot/resources.hpp"
#include "snapshot/settings_guid.hpp"

namespace tintype::snapshot {

namespace {

class SettingData final : public wsman::Resource {
  public:
    SettingData(SnapshotBackend& backend, const jobs::Engine& jobs, std::string host_name)
        : backend_(&backend), jobs_(&jobs), host_name_(std::move(host_name)) {}

    [[nodiscard]] const cim::ClassDeclaration& declaration() const noexcept override {
        return virtual_system_setting_data_class;
    }

    [[nodiscard]] std::span<const std::string_view> required_keys() const noexcept override {
        static constexpr std::array<std::string_view, 1> keys{"InstanceID"};
        return keys;
    }

    [[nodiscard]] bool may_block() const noexcept override { return !backend_->capabilities().answers_from_memory; }

    wsman::Result<std::optional<cim::Instance>> get(const cim::ObjectPath& keys) override {
        return first_found(*this, keys);
    }

    wsman::Result<bool> find(const cim::ObjectPath& keys, cim::InstancePage& page) override {
        const auto guid = settings_guid(*keys.key("InstanceID"));
        if (!guid) return false;
        const auto id = guid->view();
        const auto snapshot = backend_->snapshot(id);
        if (snapshot) {
            describe_snapshot(*snapshot, host_name_, page.add(virtual_system_setting_data_class));
            return true;
        }
        if (snapshot.error().code != BackendErrorCode::not_found)
            return tl::unexpected(backend_fault(snapshot.error()));
        const auto machine = backend_->machine(id);
        if (machine) {
            describe_current_settings(*machine, host_name_, page.add(virtual_system_setting_data_class));
            return true;
        }
        if (machine.error().code != BackendErrorCode::not_found) return tl::unexpected(backend_fault(machine.error()));
        return false;
    }

    wsman::Result<std::unique_ptr<wsman::InstanceCursor>> enumerate() override {
        std::vector<std::unique_ptr<wsman::InstanceCursor>> parts;
        parts.push_back(
            std::make_unique<PagingCursor<Machine>>(virtual_system_setting_data_class, machine_pages(*backend_),
                                                    [this](const Machine& machine, cim::Instance& into) {
                                                        describe_current_settings(machine, host_name_, into);
                                                    }));
        const auto describe = [this](const Snapshot& snapshot, cim::Instance& into) {
            describe_snapshot(snapshot, host_name_, into);
        };
        if (backend_->capabilities().answers_from_memory) {
            parts.push_back(std::make_unique<SnapshotCursor>(virtual_system_setting_data_class, *backend_, describe));
        } else {
            parts.push_back(std::make_unique<PagingCursor<Snapshot>>(virtual_system_setting_data_class,
                                                                     snapshot_pages(*backend_), describe));
        }
        return std::make_unique<SequenceCursor>(std::move(parts));
    }

    // Also with a backend that can't: its fault says more than that the class has no Put.
    [[nodiscard]] bool has_put() const noexcept override { return true; }

    wsman::Result<cim::Instance> put(const wsman::Call& call, const cim::ObjectPath& keys,
                                     const std::vector<wsman::PropertyValue>& changes) override {
        const auto id = parse_settings_id(*keys.key("InstanceID"));
        if (!id) return wsman::fail(wsman::faults::destination_unreachable);
        const auto wanted = read_changes(changes);
        if (!wanted) return tl::unexpected(wanted.error());
        *call.summary += ' ' + settings_id(*id);
        if (wanted->name) *call.summary += " ElementName";
        if (wanted->notes) *call.summary += " Notes";
        const auto modified = modify(*backend_, *jobs_, *id, *wanted);
        if (modified) return snapshot_instance(*modified, host_name_);
        auto fault = transfer_fault(modified.error().error);
        if (!modified.error().from_backend) std::swap(fault.message, fault.provider_words);
        return tl::unexpected(std::move(fault));
    }

  private:
    SnapshotBackend* backend_;
    const jobs::Engine* jobs_;
    std::string host_name_;
};

}  // namespace

std::unique_ptr<wsman::Resource> make_setting_data(SnapshotBackend& backend, const jobs::Engine& jobs,
                                                   std::string host_name) {
    return std::make_unique<SettingData>(backend, jobs, std::move(host_name));
}

}  // namespace tintype::snapshot
