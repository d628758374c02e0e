#include "cim/reference.hpp"
#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/paging_cursor.hpp"
#include "snapshot/resources.hpp"
#include "soap/snapshot_messages.hpp"
#include "wsman/typed_method.hpp"

namespace tintype::snapshot {

namespace {

wsman::Result<void> invoke_destroy(DestroySnapshot& destroy, const wsman::Call& call, std::string_view body,
                                   std::string& out) {
    const auto input = soap::read_destroy_snapshot(body);
    if (!input) return tl::unexpected(wsman::to_fault(input.error()));
    const auto reference = cim::read_reference(input->affected_snapshot, call.envelope->other_namespaces);
    if (!reference) {
        return wsman::fail(wsman::faults::invalid_parameter, "AffectedSnapshot is no reference: " + reference.error());
    }
    const auto answer = destroy(*reference, call.principal.name);
    if (!answer) return tl::unexpected(answer.error());

    soap::DestroySnapshotOutput output;
    output.return_value = static_cast<std::uint32_t>(answer->return_value);
    if (answer->return_value == ReturnValue::job_started) {
        cim::append_reference(output.job.emplace(), job_path(answer->job), call.uri.style);
    }
    soap::write_destroy_snapshot(output, out);
    const auto* id = reference->key("InstanceID");
    *call.summary += ' ' + (id != nullptr ? *id : std::string()) + " -> " + std::to_string(output.return_value);
    if (!answer->job.empty()) *call.summary += " job " + answer->job;
    return {};
}

class ServiceResource final : public wsman::Resource {
  public:
    ServiceResource(DestroySnapshot& destroy, bool may_block, std::string host_name)
        : host_name_(std::move(host_name)), may_block_(may_block) {
        destroy_ = [&destroy](const wsman::Call& call, std::string_view body, std::string& out) {
            return invoke_destroy(destroy, call, body, out);
        };
    }

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
        return cim::equal_names(name, "DestroySnapshot") ? &destroy_ : nullptr;
    }

  private:
    std::string host_name_;
    bool may_block_;
    wsman::Method destroy_;
};

}  // namespace

std::unique_ptr<wsman::Resource> make_snapshot_service(DestroySnapshot& destroy, bool may_block,
                                                       std::string host_name) {
    return std::make_unique<ServiceResource>(destroy, may_block, std::move(host_name));
}

}  // namespace tintype::snapshot
