#include "snapshot/snapshot_methods.hpp"

#include <array>

#include "snapshot/named_objects.hpp"

namespace tintype::snapshot {

wsman::Result<MethodAnswer> SnapshotMethods::convert(const cim::ObjectPath& reference) {
    const auto snapshot = find_snapshot(*backend_, reference, "AffectedSnapshot", ReturnTable::cim);
    if (!snapshot) return snapshot.error().answer;
    if (snapshot->kind != SnapshotKind::recovery)
        return MethodAnswer{Outcome::invalid_state, {}, "It is no recovery snapshot."};
    return MethodAnswer{Outcome::not_supported, {}, "The backend has no reference points."};
}

jobs::Settlement SnapshotMethods::settle(const JobRecord& record) const {
    const std::string_view request = record.request;
    const auto space = request.find(' ');
    if (space != std::string_view::npos) {
        const auto word = request.substr(0, space);
        const auto rest = request.substr(space + 1);
        if (word == create_request) return settle_create(*backend_, rest);
        if (word == state_request) return settle_state_change(*backend_, record, rest);
        for (const auto* task :
             {&destroy_snapshot(), &destroy_snapshot_tree(), &apply_snapshot(), &clear_snapshot_state()}) {
            if (word == task->description().request) return settle_task(*task, *backend_, record, rest);
        }
    }
    return settled_as_failed(ReturnTable::cim, "What it was to do is not known.");
}

Outcome request_state_change(std::optional<std::uint16_t> requested_state) noexcept {
    constexpr std::uint16_t enabled = 2;
    return requested_state == enabled ? Outcome::completed : Outcome::not_supported;
}

}  // namespace tintype::snapshot
