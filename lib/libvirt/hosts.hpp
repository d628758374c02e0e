#pragma once
/// \file
/// All hosts as one: pages over them, and which of them has a machine.

#include <memory>
#include <string_view>
#include <vector>

#include "libvirt/host.hpp"

namespace tintype::libvirt {

/// Thread safety: all of it.
class Hosts {
  public:
    explicit Hosts(const LibvirtBackendOptions& options);
    Hosts(const Hosts&) = delete;
    Hosts& operator=(const Hosts&) = delete;
    ~Hosts();

    /// Pages as the seam has them. The first page reads every host that can be reached; machines and snapshots of one
    /// that can't stand as they were last seen, the machines in state unknown.
    [[nodiscard]] std::vector<Machine> machines(std::string_view after, std::size_t limit);
    [[nodiscard]] std::vector<Snapshot> snapshots(std::string_view after, std::size_t limit);

    struct Found {
        std::shared_ptr<Host> host;
        KnownMachine machine;
    };
    /// The host that serves this machine, with what is known of it. Errors: not_found; unavailable if the host can't be
    /// reached, or one that can't be reached may have it.
    [[nodiscard]] BackendResult<Found> machine(std::string_view id);
    /// The same for the machine of this snapshot.
    [[nodiscard]] BackendResult<Found> owner_of(std::string_view snapshot);

  private:
    void read(bool first_page);
    [[nodiscard]] std::vector<std::shared_ptr<Host>> in_order_of_service(std::string_view machine) const;
    [[nodiscard]] BackendError missing(std::string_view what, std::string_view id) const;
    /// Shows each machine once, with the host that serves it.
    template <class Visit>
    void each(Visit visit) const;

    std::vector<std::shared_ptr<Host>> hosts_;
};

}  // namespace tintype::libvirt
