#include <array>

#include "snapshot/backend_faults.hpp"
#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/machine_state.hpp"
#include "snapshot/method_messages.hpp"
#include "snapshot/paging_cursor.hpp"
#include "snapshot/resources.hpp"
#include "tintype/guid.hpp"

namespace tintype::snapshot {

namespace {

class ComputerSystem final : public wsman::Resource {
  public:
    ComputerSystem(SnapshotBackend& backend, SnapshotMethods& methods, const jobs::Engine& jobs, std::string host_name)
        : backend_(&backend),
          methods_(&methods),
          jobs_(&jobs),
          host_name_(std::move(host_name)),
          request_state_change_([this](const wsman::Call& call, std::string_view body, std::string& out) {
              return request_state_change(call, body, out);
          }) {}

    [[nodiscard]] const cim::ClassDeclaration& declaration() const noexcept override { return computer_system_class; }

    [[nodiscard]] std::span<const std::string_view> required_keys() const noexcept override {
        static constexpr std::array<std::string_view, 1> keys{"Name"};  // CreationClassName is the same for all
        return keys;
    }

    // A change of state is written down as a job.
    [[nodiscard]] bool may_block() const noexcept override {
        const auto can = backend_->capabilities();
        return !can.answers_from_memory || (can.changes_state && !jobs_->answers_from_memory());
    }

    wsman::Result<std::optional<cim::Instance>> get(const cim::ObjectPath& keys) override {
        const auto* creation_class = keys.key("CreationClassName");
        if (creation_class != nullptr && !computer_system_class.is_a(*creation_class)) return std::nullopt;
        const auto& name = *keys.key("Name");
        if (cim::equal_names(name, host_name_)) return host_instance(host_name_);
        if (!is_guid(name)) return std::nullopt;
        auto machine = backend_->machine(upper_guid(name));
        if (machine) {
            cim::Instance instance(computer_system_class);
            show(*machine, instance);
            return instance;
        }
        if (machine.error().code == BackendErrorCode::not_found) return std::nullopt;
        return tl::unexpected(backend_fault(machine.error()));
    }

    wsman::Result<std::unique_ptr<wsman::InstanceCursor>> enumerate() override {
        std::vector<std::unique_ptr<wsman::InstanceCursor>> parts;
        std::vector<cim::Instance> host;
        host.push_back(host_instance(host_name_));
        parts.push_back(std::make_unique<FixedCursor>(std::move(host)));
        parts.push_back(std::make_unique<PagingCursor<Machine>>(
            computer_system_class, machine_pages(*backend_),
            [this](const Machine& machine, cim::Instance& into) { show(machine, into); }));
        return std::make_unique<SequenceCursor>(std::move(parts));
    }

    [[nodiscard]] const wsman::Method* method(std::string_view name) const noexcept override {
        return cim::equal_names(name, "RequestStateChange") ? &request_state_change_ : nullptr;
    }

  private:
    /// A machine with what it can be asked to become, and what it was asked for.
    void show(const Machine& machine, cim::Instance& into) const {
        describe_machine(machine, into);
        if (!backend_->capabilities().changes_state) return;
        into.set("AvailableRequestedStates", available_requested_states(machine.state));
        if (into.wants("RequestedState")) into.set("RequestedState", requested_state(*jobs_, machine.id));
    }

    /// Of a machine; the host's page says that it is not supported there.
    wsman::Result<void> request_state_change(const wsman::Call& call, std::string_view body, std::string& out) {
        const auto requested = read_requested_state(body);
        if (!requested) return tl::unexpected(requested.error());
        const auto& name = *call.selectors.key("Name");
        const auto* creation_class = call.selectors.key("CreationClassName");
        wsman::Result<MethodAnswer> answered =
            wsman::fail(wsman::faults::destination_unreachable, "There is no such machine.");
        const bool of_this_class = creation_class == nullptr || computer_system_class.is_a(*creation_class);
        if (of_this_class && cim::equal_names(name, host_name_)) {
            answered = MethodAnswer{Outcome::not_supported, {}, "It is the host."};
        } else if (of_this_class && is_guid(name)) {
            answered = methods_->change_machine_state(upper_guid(name), *requested, call.principal.name);
        }
        return answer(call, answered, ReturnTable::vendor, &name, soap::write_request_state_change, out);
    }

    SnapshotBackend* backend_;
    SnapshotMethods* methods_;
    const jobs::Engine* jobs_;
    std::string host_name_;
    wsman::Method request_state_change_;
};

}  // namespace

std::unique_ptr<wsman::Resource> make_computer_system(SnapshotBackend& backend, SnapshotMethods& methods,
                                                      const jobs::Engine& jobs, std::string host_name) {
    return std::make_unique<ComputerSystem>(backend, methods, jobs, std::move(host_name));
}

}  // namespace tintype::snapshot
