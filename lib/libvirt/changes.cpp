#include "libvirt/changes.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "libvirt/error.hpp"
#include "libvirt/suitability.hpp"

namespace tintype::libvirt {
namespace {

/// libvirt's name of a new snapshot: the one wanted if it serves and is free, so that virsh shows it.
std::string libvirt_name(const KnownMachine& machine, const SnapshotRequest& request) {
    if (!is_plain_name(request.name)) return request.id;
    return machine.find_named(request.name) == nullptr ? request.name : request.id;
}

BackendResult<void> define(const Connection& connection, const Domain& domain, const std::string& xml, unsigned flags,
                           std::string_view what) {
    const DomainSnapshot made(virDomainSnapshotCreateXML(domain.get(), xml.c_str(), flags));
    if (!made) return last_error(what, connection.get());
    return {};
}

BackendResult<void> check_text(std::string_view text) {
    if (fits_xml(text)) return {};
    return refuse(BackendErrorCode::not_supported, "libvirt keeps no control characters in names and notes");
}

/// What libvirt was doing when it was lost it may have left half done, and forgets: nobody else tells.
BackendResult<void> if_cut(BackendResult<void> done, std::string_view words) {
    if (!done && done.error().code == BackendErrorCode::unavailable) {
        done.error().message += fmt::format("; {}", words);
    }
    return done;
}

}  // namespace

BackendResult<void> create_snapshot(const Connection& connection, const KnownMachine& machine,
                                    const SnapshotRequest& request) {
    if (machine.find(request.id) != nullptr) {
        return refuse(BackendErrorCode::invalid, fmt::format("the id {} is taken", request.id));
    }
    for (const auto& text : {request.name, request.notes}) {
        if (auto fits = check_text(text); !fits) return fits;
    }
    if (auto can = check_creation(machine, request); !can) return can;
    const auto domain = look_up(connection, machine.value.id);
    if (!domain) return tl::unexpected(domain.error());

    auto name = libvirt_name(machine, request);
    const auto what = fmt::format("no snapshot of {} was taken", machine.value.name);
    const auto take = [&] {
        Annotation annotation{.notes = request.notes, .id = request.id, .machine = machine.value.id};
        if (name != request.name) annotation.name = request.name;
        annotation.kind = request.kind;
        return define(connection, *domain, new_snapshot(name, write_annotation(annotation)), 0, what);
    };
    auto taken = take();
    // Somebody else used the name in this very moment.
    if (!taken && name != request.id) {
        const DomainSnapshot other(virDomainSnapshotLookupByName(domain->get(), name.c_str(), 0));
        if (other) {
            name = request.id;
            taken = take();
        }
    }
    return if_cut(std::move(taken), fmt::format("if it was begun, a snapshot {} may be left on its disks", name));
}

BackendResult<void> apply_snapshot(const Connection& connection, const KnownMachine& machine,
                                   const KnownSnapshot& snapshot) {
    if (auto can = check_application(machine, snapshot); !can) return can;
    const auto domain = look_up(connection, machine.value.id);
    if (!domain) return tl::unexpected(domain.error());
    const auto target = look_up_snapshot(connection, *domain, snapshot.description.name);
    if (!target) return tl::unexpected(target.error());
    int done = virDomainRevertToSnapshot(target->get(), 0);
    // The machine's hardware is another one now: as its present state is to be lost anyway, a new process may take
    // over. Without the hardware of then in the snapshot, libvirt would be guessing.
    if (done != 0 && last_code() == VIR_ERR_SNAPSHOT_REVERT_RISKY && snapshot.description.has_domain) {
        done = virDomainRevertToSnapshot(target->get(), VIR_DOMAIN_SNAPSHOT_REVERT_FORCE);
    }
    if (done != 0) {
        return if_cut(last_error(fmt::format("{} was not brought back to {}", machine.value.name, snapshot.value.name),
                                 connection.get()),
                      "its disks may be in between: apply it again once its host answers");
    }
    // Memory that was saved before the apply does not fit the disks any more.
    if (machine.saved_image && virDomainHasManagedSaveImage(domain->get(), 0) == 1 &&
        virDomainManagedSaveRemove(domain->get(), 0) != 0) {
        return last_error(fmt::format("{} was brought back, but its saved memory was not removed and must not be used",
                                      machine.value.name),
                          connection.get());
    }
    return {};
}

BackendResult<void> delete_snapshot(const Connection& connection, const KnownMachine& machine,
                                    const KnownSnapshot& snapshot) {
    const auto domain = look_up(connection, machine.value.id);
    if (!domain) return tl::unexpected(domain.error());
    const auto target = look_up_snapshot(connection, *domain, snapshot.description.name);
    if (!target) return tl::unexpected(target.error());
    if (virDomainSnapshotDelete(target->get(), 0) != 0) {
        return last_error(fmt::format("snapshot {} of {} was not deleted", snapshot.value.name, machine.value.name),
                          connection.get());
    }
    return {};
}

BackendResult<void> modify_snapshot(const Connection& connection, const KnownMachine& machine,
                                    const KnownSnapshot& snapshot, const SnapshotChanges& changes) {
    auto annotation = snapshot.annotation;
    annotation.id = snapshot.value.id;
    annotation.machine = machine.value.id;
    if (changes.name) {
        if (auto fits = check_text(*changes.name); !fits) return fits;
        annotation.name = *changes.name == snapshot.description.name ? std::nullopt : changes.name;
    }
    if (changes.notes) {
        if (auto fits = check_text(*changes.notes); !fits) return fits;
        annotation.notes = *changes.notes;
    }
    const auto domain = look_up(connection, machine.value.id);
    if (!domain) return tl::unexpected(domain.error());
    const auto target = look_up_snapshot(connection, *domain, snapshot.description.name);
    if (!target) return tl::unexpected(target.error());
    // With what is secret in it (a console's password), which would be lost otherwise.
    const auto xml = xml_of(connection, target->get(), VIR_DOMAIN_SNAPSHOT_XML_SECURE);
    if (!xml) return tl::unexpected(xml.error());
    const auto changed = with_description(xml->c_str(), write_annotation(annotation));
    if (!changed) {
        return refuse(BackendErrorCode::invalid,
                      fmt::format("libvirt's description of snapshot {} can't be read", snapshot.value.name));
    }
    unsigned flags = VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE;
    if (virDomainSnapshotIsCurrent(target->get(), 0) == 1) flags |= VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT;
    return define(connection, *domain, *changed, flags,
                  fmt::format("snapshot {} of {} was not changed", snapshot.value.name, machine.value.name));
}

}  // namespace tintype::libvirt
