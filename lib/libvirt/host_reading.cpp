// What a host's machines are, asked for in such a way that nobody waits for a long operation who needn't: libvirt keeps
// a machine that is off locked while qemu-img works on its disks, and a listing of all machines waits for that lock.

#include <fmt/format.h>

#include <cstdlib>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "libvirt/error.hpp"
#include "libvirt/host.hpp"

namespace tintype::libvirt {
namespace {

// For the later pages of a listing, whose first page read everything.
constexpr std::chrono::seconds listing_age{10};

constexpr std::chrono::seconds settling_patience{30};
constexpr std::chrono::milliseconds settling_step{50};

}  // namespace

BackendResult<void> Host::refresh() {
    const auto asked = Clock::now();
    const std::lock_guard lock(refreshing_);
    if (refreshed_ > asked) return {};  // begun since: it has all that was there when this was asked
    const auto connected = connection();
    if (!connected) return tl::unexpected(connected.error());

    const auto began = Clock::now();
    stale_ = false;
    bool any_occupied = false;
    {
        const std::lock_guard state(mutex_);
        any_occupied = !occupied_.empty();
    }
    const bool filled = refreshed_ != Clock::time_point();
    if (auto read = any_occupied && filled ? read_known() : read_all(*connected); !read) return read;
    refreshed_ = began;
    return {};
}

BackendResult<void> Host::refresh_if_stale() {
    {
        const std::lock_guard lock(refreshing_);
        if (!stale_ && Clock::now() - refreshed_ < listing_age) return {};
    }
    return refresh();
}

BackendResult<void> Host::read_all(const Connection& connection) {
    const auto asked = Clock::now();
    virDomainPtr* list = nullptr;
    const int count = virConnectListAllDomains(connection.get(), &list, 0);
    if (count < 0) {
        const auto error = last_error(fmt::format("the machines of {} can't be listed", name_), connection.get());
        return tl::unexpected(noted(connection, error.value()));
    }
    const std::vector<Domain> domains(list, list + count);
    std::free(list);
    std::set<std::string, std::less<>> ids;
    for (const auto& domain : domains) {
        auto id = id_of(domain.get());
        if (!is_occupied(id)) {
            const auto earlier = known_.reusable(id);
            auto machine = read_machine(connection, domain, earlier ? &*earlier : nullptr);
            if (machine) {
                known_.put(*std::move(machine));
            } else if (noted(connection, machine.error()).code == BackendErrorCode::unavailable) {
                return tl::unexpected(machine.error());
            } else if (machine.error().code == BackendErrorCode::not_found) {
                continue;  // undefined meanwhile
            }
            // One that can't be read now stays as it was known.
        }
        ids.insert(std::move(id));
    }
    known_.keep_only(ids, asked);
    return {};
}

BackendResult<void> Host::read_known() {
    for (const auto& id : known_.ids()) {
        if (is_occupied(id)) continue;
        const auto machine = read(id, false);
        if (!machine && machine.error().code == BackendErrorCode::unavailable) return tl::unexpected(machine.error());
    }
    return {};
}

BackendResult<KnownMachine> Host::read(std::string_view machine, bool anew) {
    const auto connected = connection();
    if (!connected) return tl::unexpected(connected.error());
    const auto domain = look_up(*connected, machine);
    if (!domain) {
        if (domain.error().code == BackendErrorCode::not_found) known_.remove(machine);
        return tl::unexpected(noted(*connected, domain.error()));
    }
    const auto earlier = anew ? std::nullopt : known_.reusable(machine);
    auto known = read_machine(*connected, *domain, earlier ? &*earlier : nullptr);
    if (!known) return tl::unexpected(noted(*connected, known.error()));
    return known_.put(*std::move(known));
}

/// While libvirt works on a snapshot of a running machine, a command to QEMU is under way whenever it lets anybody
/// look; of its other jobs that is seen only now and then.
BackendResult<void> Host::wait_until_settled(const Domain& domain, const KnownMachine& machine) {
    const auto until = Clock::now() + settling_patience;
    while (is_busy(domain)) {
        if (Clock::now() > until) {
            return refuse(BackendErrorCode::in_use,
                          fmt::format("an operation on {} is under way on its host", machine.value.name));
        }
        std::this_thread::sleep_for(settling_step);  // libvirt has no event for the end of a snapshot's job
    }
    return {};
}

BackendResult<Snapshot> Host::read_snapshot(const KnownMachine& machine, std::string_view id) {
    const auto connected = connection();
    if (!connected) return tl::unexpected(connected.error());
    const auto domain = look_up(*connected, machine.value.id);
    if (!domain) return tl::unexpected(noted(*connected, domain.error()));

    const auto* const known = machine.find(id);
    if (known != nullptr && known->settled) {
        const auto now = read_one(*connected, *domain, known->description.name);
        if (now && now->value.id == id) return now->value;
        if (!now && now.error().code != BackendErrorCode::not_found) {
            return tl::unexpected(noted(*connected, now.error()));
        }
    } else if (const auto settled = wait_until_settled(*domain, machine); !settled) {
        // libvirt lists a snapshot before it is whole and until it is wholly gone, and an operation that an earlier
        // life of this process began may still run there.
        return tl::unexpected(settled.error());
    }
    const auto now = read(machine.value.id, true);
    if (!now) return tl::unexpected(now.error());
    if (const auto* const found = now->find(id)) return found->value;
    return refuse(BackendErrorCode::not_found, fmt::format("no snapshot {}", id));
}

}  // namespace tintype::libvirt
