#pragma once
// A made-up machine: the files in which Linux says what the system is, in a temporary folder.

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace tintype::test {

/// A system's files in a temporary folder.
class MadeUpSystem {
  public:
    MadeUpSystem() {
        std::string pattern = std::filesystem::temp_directory_path() / "tintype-host-XXXXXX";
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        root_ = pattern;
    }
    MadeUpSystem(const MadeUpSystem&) = delete;
    MadeUpSystem& operator=(const MadeUpSystem&) = delete;
    ~MadeUpSystem() { std::filesystem::remove_all(root_); }

    void write(const std::string& path, std::string_view content) const {
        std::filesystem::create_directories((root_ / path).parent_path());
        std::ofstream(root_ / path) << content;
    }

    /// A server with two packages of two threads, 16 GiB, Debian.
    void add_server() const {
        write(
            "etc/os-release",
            "# comment\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME='Debian GNU/Linux'\nVERSION_ID=\"12\"\n");
        write("etc/machine-id", "0123456789abcdef0123456789abcdef\n");
        write("etc/default/locale", "LANG=de_CH.UTF-8\n");
        write("proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
        write("proc/sys/kernel/pid_max", "4194304\n");
        write("proc/meminfo",
              "MemTotal:       16777216 kB\nMemFree:         1000000 kB\nMemAvailable:    9000000 kB\n"
              "SwapTotal:       2097152 kB\nSwapFree:        2000000 kB\n");
        write("proc/stat", "cpu  1 2 3\nintr 1 2\nbtime 1738324800\nprocesses 99\n");
        std::string cpus;
        for (int cpu = 0; cpu < 4; ++cpu) {
            cpus += "processor\t: " + std::to_string(cpu) + "\nphysical id\t: " + std::to_string(cpu / 2) +
                    "\nflags\t\t: fpu vme hypervisor nx\n\n";
        }
        write("proc/cpuinfo", cpus);
        for (const char* process : {"1", "2", "777"}) write(std::string("proc/") + process + "/stat", "");
        write("run/systemd/sessions/4", "");
        write("run/systemd/sessions/4.ref", "");
        write("run/systemd/sessions/c1", "");
        write("sys/class/dmi/id/sys_vendor", "Acme Inc.\n");
        write("sys/class/dmi/id/product_name", "Rack 9000\n");
        write("sys/class/dmi/id/product_version", "Rev B\n");
        write("sys/class/dmi/id/product_serial", "SN-42\n");
        write("sys/class/dmi/id/product_sku", "R9K\n");
        write("sys/class/dmi/id/product_family", "Rack\n");
        write("sys/class/dmi/id/chassis_type", "23\n");
        write("sys/class/dmi/id/product_uuid", "a1b2c3d4-0000-4000-8000-00000000ffff\n");
    }

    [[nodiscard]] const std::filesystem::path& root() const { return root_; }

  private:
    std::filesystem::path root_;
};

}  // namespace tintype::test
