#pragma once
/// \file
/// What the computer itself is, as the Win32_ classes of root/cimv2 that clients ask for before they do anything else:
/// Win32_ComputerSystem, Win32_ComputerSystemProduct and Win32_OperatingSystem, one instance each.

#include <filesystem>
#include <memory>
#include <string>

#include "tintype/service.hpp"

namespace tintype {

struct HostServiceOptions {
    /// Where the files of the system lie (`/proc/meminfo`, `/etc/os-release`, …): `/`, or a made-up machine in a test.
    std::filesystem::path root = "/";
};

/// Every property of the class pages is declared; those that a Linux system doesn't know are null. What changes while
/// the system runs (free memory, processes, users) is read for each request; nothing is ever written.
///
/// Win32_OperatingSystem.Version is the kernel's with three numbers, such as `6.1.0`, since clients split it at its
/// dots; Caption names the distribution. Win32_ComputerSystemProduct.UUID is the firmware's where this process may read
/// it (mostly root only), else made from /etc/machine-id so that the machine id can't be had from it.
///
/// Thread safety: every function from any thread. Ownership: must outlive the endpoint that serves it.
class HostService final : public Service {
  public:
    explicit HostService(HostServiceOptions options = {});
    ~HostService() override;

    /// \param host_name the Name of the Win32_ComputerSystem and the CSName of the Win32_OperatingSystem.
    void add_to(wsman::Router& router, const std::string& host_name) override;

  private:
    HostServiceOptions options_;
};

}  // namespace tintype
