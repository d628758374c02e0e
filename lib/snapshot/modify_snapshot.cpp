#include "snapshot/modify_snapshot.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "snapshot/classes.hpp"

namespace tintype::snapshot {

namespace {

tl::unexpected<wsman::Fault> invalid_value(std::string words) {
    return wsman::fail(wsman::faults::invalid_representation_invalid_values, std::move(words));
}

/// Characters of valid UTF-8.
std::size_t length_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

wsman::Result<std::string> read_name(const cim::Value& value) {
    const auto* scalar = std::get_if<cim::Scalar>(&value);
    if (scalar == nullptr) return invalid_value("ElementName must not be null.");
    auto name = cim::to_text(*scalar);
    if (name.find_first_not_of(' ') == std::string::npos) return invalid_value("ElementName must not be empty.");
    if (std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }))
        return invalid_value("ElementName must be one line without control characters.");
    if (length_of(name) > max_element_name) {
        return invalid_value("ElementName must not be longer than " + std::to_string(max_element_name) +
                             " characters.");
    }
    return name;
}

wsman::Result<std::string> read_notes(const cim::Value& value) {
    std::string notes;
    if (const auto* lines = std::get_if<cim::Array>(&value)) {
        for (const auto& line : *lines) {
            if (&line != &lines->front()) notes += '\n';
            cim::append_text(notes, line);
        }
    }
    if (length_of(notes) > max_notes) {
        return invalid_value("Notes must not be longer than " + std::to_string(max_notes) + " characters.");
    }
    return notes;
}

}  // namespace

wsman::Result<SnapshotChanges> read_changes(const std::vector<wsman::PropertyValue>& values) {
    SnapshotChanges changes;
    for (const auto& [property, value] : values) {
        const auto name = virtual_system_setting_data_class.properties[property].name;
        const bool is_name = name == "ElementName";
        if (!is_name && name != "Notes") {
            return invalid_value(std::string(name) + " can't be changed: of a snapshot, ElementName and Notes can be.");
        }
        auto text = is_name ? read_name(value) : read_notes(value);
        if (!text) return tl::unexpected(std::move(text.error()));
        (is_name ? changes.name : changes.notes) = *std::move(text);
    }
    return changes;
}

tl::expected<Snapshot, ModifyRefusal> modify(SnapshotBackend& backend, const jobs::Engine& jobs, const std::string& id,
                                             const SnapshotChanges& changes) {
    const auto refuse = [](BackendErrorCode code, std::string words) {
        return tl::unexpected(ModifyRefusal{{code, std::move(words)}, false});
    };
    if (!backend.capabilities().modifies_snapshots)
        return refuse(BackendErrorCode::not_supported, "This storage can't change a snapshot's name or notes.");
    // A job that starts after this look takes the snapshot, renamed or not, all the same.
    if (jobs.is_busy(id)) return refuse(BackendErrorCode::in_use, "A job is working on the snapshot.");
    auto modified = backend.modify_snapshot(id, changes);
    if (modified) return *std::move(modified);
    if (modified.error().code == BackendErrorCode::not_found && backend.machine(id)) {
        return refuse(BackendErrorCode::not_supported,
                      "These are the current settings of a machine: only a snapshot's can be changed by a Put.");
    }
    return tl::unexpected(ModifyRefusal{std::move(modified.error())});
}

}  // namespace tintype::snapshot
