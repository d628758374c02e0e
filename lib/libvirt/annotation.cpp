#include "libvirt/annotation.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "tintype/guid.hpp"

namespace tintype::libvirt {
namespace {

constexpr std::string_view id_label = "tintype-id: ";
constexpr std::string_view machine_label = "tintype-machine: ";
constexpr std::string_view name_label = "tintype-name: ";
constexpr std::string_view kind_label = "tintype-kind: ";

/// Takes one line of ours in. \returns false if it is none.
bool take_line(std::string_view line, Annotation& into) {
    const auto rest = [&](std::string_view label) -> std::optional<std::string_view> {
        if (!line.starts_with(label)) return std::nullopt;
        return line.substr(label.size());
    };
    if (const auto id = rest(id_label); id && is_guid(*id)) {
        into.id = upper_guid(*id);
    } else if (const auto machine = rest(machine_label); machine && is_guid(*machine)) {
        into.machine = upper_guid(*machine);
    } else if (const auto name = rest(name_label); name && !name->empty()) {
        into.name = *name;
    } else if (const auto kind = rest(kind_label); kind && *kind == "disk") {
        into.kind = SnapshotKind::disk;
    } else {
        return false;
    }
    return true;
}

}  // namespace

Annotation read_annotation(std::string_view description) {
    Annotation found;
    // Our lines are the last paragraph; in the midst of notes the same words are notes.
    auto text = description;
    while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
    while (!text.empty()) {
        const auto line_break = text.rfind('\n');
        const auto begin = line_break == std::string_view::npos ? 0 : line_break + 1;
        if (!take_line(text.substr(begin), found)) break;
        text = text.substr(0, begin == 0 ? 0 : line_break);
    }
    const bool ours = found.id.has_value() && !found.machine.empty();
    if (!ours) return {.notes = std::string(description)};
    if (text.ends_with('\n')) text.remove_suffix(1);  // the empty line between notes and ours
    found.notes = text;
    return found;
}

std::string write_annotation(const Annotation& annotation) {
    std::string text = annotation.notes;
    if (!annotation.id) return text;
    if (!text.empty()) text += "\n\n";
    text += fmt::format("{}{}\n{}{}", id_label, *annotation.id, machine_label, annotation.machine);
    if (annotation.name) text += fmt::format("\n{}{}", name_label, *annotation.name);
    if (annotation.kind == SnapshotKind::disk) text += fmt::format("\n{}disk", kind_label);
    return text;
}

std::string derived_id(std::string_view machine, std::string_view name, std::int64_t created) {
    const auto text = fmt::format("tintype libvirt snapshot\n{}\n{}\n{}", machine, created, name);
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    std::array<unsigned char, 16> bytes{};
    std::copy_n(digest.begin(), bytes.size(), bytes.begin());
    return format_guid(bytes);
}

}  // namespace tintype::libvirt
