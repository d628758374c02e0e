#include "libvirt/hosts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <optional>
#include <unordered_map>
#include <utility>

namespace tintype::libvirt {
namespace {

/// The first `limit` in order of id.
template <class T>
std::vector<T> page_of(std::vector<T> all, std::size_t limit) {
    const auto order = [](const T& a, const T& b) { return a.id < b.id; };
    const auto count = static_cast<std::ptrdiff_t>(std::min(limit, all.size()));
    std::partial_sort(all.begin(), all.begin() + count, all.end(), order);
    all.erase(all.begin() + count, all.end());
    return all;
}

}  // namespace

Hosts::Hosts(const LibvirtBackendOptions& options) {
    for (const auto& uri : options.uris) hosts_.push_back(Host::start(uri, options));
    const auto until = Clock::now() + options.patience;
    for (const auto& host : hosts_) host->wait_for_first_attempt(until);
}

Hosts::~Hosts() {
    // Side by side: each may take its patience.
    std::vector<std::future<void>> stops;
    stops.reserve(hosts_.size());
    for (const auto& host : hosts_) stops.push_back(std::async(std::launch::async, [host] { host->stop(); }));
}

void Hosts::read(bool first_page) {
    const auto one = [first_page](Host& host) {
        // A host that can't be read stays as it was last seen.
        if (host.is_up()) static_cast<void>(first_page ? host.refresh() : host.refresh_if_stale());
    };
    std::vector<std::future<void>> others;
    for (std::size_t i = 1; i < hosts_.size(); ++i) {
        others.push_back(std::async(std::launch::async, [&one, host = hosts_[i]] { one(*host); }));
    }
    one(*hosts_.front());
    for (auto& other : others) other.get();
}

template <class Visit>
void Hosts::each(Visit visit) const {
    struct Best {
        std::size_t host = 0;
        bool running = false;
    };
    std::unordered_map<std::string, Best> best;
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
        const bool up = hosts_[i]->is_up();
        hosts_[i]->known().each([&](const KnownMachine& machine, std::chrono::milliseconds) {
            const bool running = up && machine.active;
            const auto [entry, is_new] = best.try_emplace(machine.value.id, Best{i, running});
            if (!is_new && running && !entry->second.running) entry->second = {i, running};
        });
    }
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
        const bool up = hosts_[i]->is_up();
        hosts_[i]->known().each([&](const KnownMachine& machine, std::chrono::milliseconds on_time) {
            const auto entry = best.find(machine.value.id);
            if (entry != best.end() && entry->second.host == i) visit(machine, on_time, up);
        });
    }
}

std::vector<Machine> Hosts::machines(std::string_view after, std::size_t limit) {
    read(after.empty());
    std::vector<Machine> all;
    each([&](const KnownMachine& machine, std::chrono::milliseconds on_time, bool up) {
        if (machine.value.id <= after) return;
        all.push_back(machine.value);
        all.back().on_time = on_time;
        if (!up) all.back().state = MachineState::unknown;
    });
    return page_of(std::move(all), limit);
}

std::vector<Snapshot> Hosts::snapshots(std::string_view after, std::size_t limit) {
    read(after.empty());
    std::vector<Snapshot> all;
    each([&](const KnownMachine& machine, std::chrono::milliseconds, bool) {
        for (const auto& one : machine.snapshots)
            if (one.value.id > after) all.push_back(one.value);
    });
    return page_of(std::move(all), limit);
}

std::vector<std::shared_ptr<Host>> Hosts::in_order_of_service(std::string_view machine) const {
    std::vector<std::pair<int, std::shared_ptr<Host>>> ranked;
    for (const auto& host : hosts_) {
        const auto known = host->known().machine(machine);
        if (!known) continue;
        const bool up = host->is_up();
        ranked.emplace_back(up && known->active ? 0 : up ? 1 : 2, host);
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::shared_ptr<Host>> hosts;
    hosts.reserve(ranked.size());
    for (auto& [rank, host] : ranked) hosts.push_back(std::move(host));
    return hosts;
}

BackendError Hosts::missing(std::string_view what, std::string_view id) const {
    std::string unreachable;
    for (const auto& host : hosts_) {
        if (host->is_up()) continue;
        if (!unreachable.empty()) unreachable += ", ";
        unreachable += host->name();
    }
    if (unreachable.empty()) return {BackendErrorCode::not_found, fmt::format("no {} {}", what, id)};
    return {BackendErrorCode::unavailable,
            fmt::format("no {} {}, unless on a host that can't be reached: {}", what, id, unreachable)};
}

BackendResult<Hosts::Found> Hosts::machine(std::string_view id) {
    for (const bool again : {false, true}) {
        if (again) read(true);
        const auto hosts = in_order_of_service(id);
        if (hosts.empty()) continue;
        const auto& host = hosts.front();
        if (const auto connected = host->connection(); !connected) return tl::unexpected(connected.error());
        if (auto known = host->known().machine(id)) return Found{host, *std::move(known)};
    }
    return tl::unexpected(missing("machine", id));
}

BackendResult<Hosts::Found> Hosts::owner_of(std::string_view snapshot) {
    for (const bool again : {false, true}) {
        if (again) read(true);
        for (const auto& host : hosts_) {
            const auto owner = host->known().owner_of(snapshot);
            if (!owner) continue;
            // A machine that another host serves now has no snapshots here.
            const auto serving = in_order_of_service(owner->value.id);
            if (serving.empty() || serving.front() != host) continue;
            if (const auto connected = host->connection(); !connected) return tl::unexpected(connected.error());
            return Found{host, *owner};
        }
    }
    return tl::unexpected(missing("snapshot", snapshot));
}

}  // namespace tintype::libvirt
