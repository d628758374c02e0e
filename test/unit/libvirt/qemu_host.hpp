#pragma once
// A real libvirt host: a session libvirtd of an ordinary user with QEMU under software emulation, in a temporary
// folder.

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support.hpp"

namespace tintype::test {

class QemuHost {
  public:
    /// The one of this process: its start probes QEMU, which takes seconds. Ends with the process.
    static QemuHost& shared();

    QemuHost();
    QemuHost(const QemuHost&) = delete;
    QemuHost& operator=(const QemuHost&) = delete;
    ~QemuHost();

    [[nodiscard]] std::string uri() const;
    [[nodiscard]] Virsh& virsh() { return *virsh_; }

    /// Defines a machine of 32 MB with empty disks, and forgets one of this id that was there.
    /// \param disks what stands for a disk's name, and its format: `{"vda.qcow2", "vdb.raw"}`.
    void define(const std::string& uuid, const std::string& name, const std::vector<std::string>& disks = {"a.qcow2"},
                const std::string& more = "");
    /// Stops it, forgets it and removes its disks.
    void remove(const std::string& uuid);
    [[nodiscard]] std::vector<std::filesystem::path> disks(const std::string& uuid) const;

    void fill(const std::string& uuid, unsigned byte) const;
    /// The byte that all disks are full of, or 0. The machine must be off.
    [[nodiscard]] unsigned content(const std::string& uuid) const;
    /// The snapshots on each disk are these and no others, and the disks are sound. Of a disk in use only QEMU knows
    /// whether it is sound.
    void check_disks(const std::string& uuid);

    /// QEMU of a running machine stands still until this goes.
    class Halted {
      public:
        explicit Halted(pid_t pid);
        Halted(const Halted&) = delete;
        Halted& operator=(const Halted&) = delete;
        ~Halted();

      private:
        pid_t pid_;
    };
    [[nodiscard]] Halted halt(const std::string& name) const;

    /// kill -9, and start it again at the same place.
    void kill_daemon();
    void start_daemon();

  private:
    void await_daemon() const;

    std::filesystem::path root_;
    std::unique_ptr<Virsh> virsh_;
    pid_t daemon_ = -1;
};

}  // namespace tintype::test
