#pragma once
// What the tests of the libvirt backend share: a log that can be waited for, another client of the same host (what
// virsh would be), and an operation that is recorded.

#include <libvirt/libvirt.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "libvirt/handles.hpp"
#include "tintype/backends_libvirt.hpp"

namespace tintype::test {

/// Runs a program to its end and gives its output. Fails the test if it fails.
std::string run(const std::string& program, std::vector<std::string> arguments);

class Log {
  public:
    [[nodiscard]] LogSink sink();
    /// Waits until so many lines with this text were logged. \returns false if that takes half a minute.
    bool wait_for(std::string_view text, std::size_t count = 1);
    [[nodiscard]] std::size_t count(std::string_view text);

  private:
    std::mutex mutex_;
    std::condition_variable more_;
    std::vector<std::string> lines_;
};

/// Somebody else at the host, with a connection of their own.
class Virsh {
  public:
    explicit Virsh(const std::string& uri);

    void define(const std::string& xml);
    /// Stops it and forgets it with its snapshots' metadata.
    void undefine(const std::string& uuid);
    void start(const std::string& uuid, bool paused = false);
    void turn_off(const std::string& uuid);
    void take(const std::string& uuid, const std::string& name, const std::string& description = "");
    void take_xml(const std::string& uuid, const std::string& xml, unsigned flags);
    void remove(const std::string& uuid, const std::string& name);
    [[nodiscard]] std::string description(const std::string& uuid, const std::string& name);
    [[nodiscard]] std::vector<std::string> names(const std::string& uuid);
    [[nodiscard]] int state(const std::string& uuid);
    [[nodiscard]] libvirt::Domain domain(const std::string& uuid);
    [[nodiscard]] libvirt::DomainSnapshot snapshot(const std::string& uuid, const std::string& name);

  private:
    libvirt::Connection connection_;
};

class Recorder final : public Operation {
  public:
    void progress(unsigned percent) override { percents.push_back(percent); }
    [[nodiscard]] bool stop_requested() const noexcept override { return stop; }
    std::vector<unsigned> percents;
    bool stop = false;
};

/// A backend that must open.
std::unique_ptr<SnapshotBackend> opened(std::vector<std::string> uris, const LogSink& log = {});

/// A machine of libvirt's test driver.
std::string test_domain(const std::string& name, const std::string& uuid);

inline const std::string vm_a = "A0000000-0000-4000-8000-00000000000A";
inline const std::string vm_b = "B0000000-0000-4000-8000-00000000000B";

std::string snapshot_id(unsigned number);

}  // namespace tintype::test
