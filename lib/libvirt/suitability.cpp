#include "libvirt/suitability.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libvirt/error.hpp"

namespace tintype::libvirt {
namespace {

bool is_qemu(const DomainDescription& domain) {
    return domain.driver == "qemu" || domain.driver == "kvm";
}

/// Why a disk can't be part of an internal snapshot; empty if it can, or needn't.
std::string_view unsuitable(const DiskDescription& disk) {
    if (disk.read_only || disk.source.empty()) return "";  // libvirt leaves these out: nothing of them can change
    if (disk.kind == "lun") return "is a device that is passed through";
    if (disk.shared) return "is shared with other machines";
    if (disk.transient) return "is transient";
    if (disk.snapshot == "no") return "is left out of snapshots by the machine's definition (snapshot='no')";
    if (disk.snapshot == "external")
        return "takes external snapshots by the machine's definition (snapshot='external')";
    if (disk.format != "qcow2") return "is not in qcow2 format";
    return "";
}

BackendResult<void> check_disks(const KnownMachine& machine, bool skip) {
    // Other drivers, libvirt's test driver first, have no disks that matter.
    if (!is_qemu(machine.domain)) return {};
    std::string reasons;
    bool any = false;
    for (const auto& disk : machine.domain.disks) {
        if (const auto why = unsuitable(disk); !why.empty()) {
            if (!reasons.empty()) reasons += ", ";
            reasons += fmt::format("disk {} ({}) {}", disk.target, disk.source, why);
        } else {
            any = any || (!disk.read_only && !disk.source.empty());
        }
    }
    if (!reasons.empty()) {
        return refuse(BackendErrorCode::not_supported,
                      fmt::format("{} can't be part of an internal snapshot: {}{}", machine.value.name, reasons,
                                  skip ? "; libvirt takes internal snapshots of all disks or of none" : ""));
    }
    if (!any) {
        return refuse(BackendErrorCode::not_supported,
                      fmt::format("{} has no disk that can hold a snapshot", machine.value.name));
    }
    if (machine.active && machine.domain.firmware == "pflash") {
        return refuse(BackendErrorCode::not_supported,
                      fmt::format("{} boots with UEFI variables in a pflash file, which libvirt can't save while it "
                                  "runs; turn it off first",
                                  machine.value.name));
    }
    return {};
}

std::string external_parts(const KnownSnapshot& snapshot) {
    std::string parts;
    for (const auto& part : snapshot.description.external) {
        if (!parts.empty()) parts += ", ";
        parts += part == "memory" ? part : "disk " + part;
    }
    return parts;
}

BackendResult<void> check_internal(const KnownMachine& machine, const KnownSnapshot& snapshot) {
    if (snapshot.description.external.empty()) return {};
    return refuse(BackendErrorCode::not_supported,
                  fmt::format("snapshot {} of {} is external: {} in files of their own, which only virsh can handle",
                              snapshot.value.name, machine.value.name, external_parts(snapshot)));
}

}  // namespace

BackendResult<void> check_creation(const KnownMachine& machine, const SnapshotRequest& request) {
    const auto& name = machine.value.name;
    if (request.kind == SnapshotKind::recovery) {
        return refuse(BackendErrorCode::not_supported, "libvirt has no recovery snapshots");
    }
    if (request.application_consistent) {
        return refuse(BackendErrorCode::not_supported,
                      "libvirt can't bring a guest's applications in order for an internal snapshot");
    }
    if (request.kind == SnapshotKind::disk && machine.active) {
        return refuse(BackendErrorCode::not_supported,
                      fmt::format("{} runs: an internal snapshot of it has its memory too; ask for a full one", name));
    }
    if (machine.saved_image) {
        return refuse(BackendErrorCode::invalid,
                      fmt::format("the memory of {} is saved outside of its disks; start it first", name));
    }
    for (const auto& snapshot : machine.snapshots) {
        // libvirt 9 deletes neither kind any more once they are mixed.
        if (auto internal = check_internal(machine, snapshot); !internal) return internal;
    }
    return check_disks(machine, request.skip_unsuitable_disks);
}

BackendResult<void> check_application(const KnownMachine& machine, const KnownSnapshot& snapshot) {
    if (auto internal = check_internal(machine, snapshot); !internal) return internal;
    const auto& name = snapshot.description.name;
    const bool digits = std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits && is_qemu(machine.domain)) {
        return refuse(BackendErrorCode::not_supported,
                      fmt::format("libvirt knows the snapshot by digits alone, {}, which qemu-img may take for the "
                                  "number of another one; apply it with virsh",
                                  name));
    }
    return {};
}

BackendResult<void> check_deletion(const KnownMachine& machine, const KnownSnapshot& snapshot) {
    for (const auto& other : machine.snapshots) {
        if (other.value.id != snapshot.value.id && other.value.parent != snapshot.value.id) continue;
        if (auto internal = check_internal(machine, other); !internal) return internal;
    }
    return {};
}

bool is_plain_name(std::string_view name) {
    constexpr std::size_t longest = 128;  // also the name of a file, in bytes
    if (name.empty() || name.size() > longest) return false;
    if (name.front() == '.' || name.front() == '-' || name.front() == ' ' || name.back() == ' ') return false;
    if (name.find_first_of("/\\\"'%,=") != std::string_view::npos) return false;
    return !std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace tintype::libvirt
