#pragma once
/// \file
/// What Tintype keeps in the description of a libvirt snapshot, so that whoever uses virsh can read it: notes in plain
/// text, then lines of ours at the end.
///
///     Before the update of the database.
///
///     tintype-id: 534E4150-0000-4000-8000-000000000001
///     tintype-machine: 6695EB01-F6A4-8304-79AA-97F2502E193F
///     tintype-name: Before / after
///     tintype-kind: disk

#include <optional>
#include <string>
#include <string_view>

#include "tintype/snapshot_backend.hpp"

namespace tintype::libvirt {

struct Annotation {
    std::string notes{};
    std::optional<std::string> id{};    ///< GUID, upper case.
    std::string machine{};              ///< Whose snapshot the id belongs to: a copy of it elsewhere is another one.
    std::optional<std::string> name{};  ///< Where it is not libvirt's name.
    std::optional<SnapshotKind> kind{};

    friend bool operator==(const Annotation&, const Annotation&) = default;
};

/// Never fails: what is not in the form is notes.
[[nodiscard]] Annotation read_annotation(std::string_view description);
[[nodiscard]] std::string write_annotation(const Annotation& annotation);

/// The GUID of a snapshot that has no line of ours: always the same for the same three.
/// \param created seconds since the epoch.
[[nodiscard]] std::string derived_id(std::string_view machine, std::string_view name, std::int64_t created);

}  // namespace tintype::libvirt
