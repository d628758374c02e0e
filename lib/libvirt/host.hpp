#pragma once
/// \file
/// One host: a connection that is kept, and what is known of its machines.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "libvirt/event_loop.hpp"
#include "libvirt/handles.hpp"
#include "libvirt/known_machines.hpp"
#include "tintype/backends_libvirt.hpp"

namespace tintype::libvirt {

class Host;

/// An operation of ours on a machine, from before its first change until what it left has been read.
class Occupation {
  public:
    Occupation(std::shared_ptr<Host> host, std::string machine);
    Occupation(Occupation&&) noexcept = default;
    Occupation& operator=(Occupation&&) = delete;
    ~Occupation();

  private:
    std::shared_ptr<Host> host_;
    std::string machine_;
};

/// Opens its connection on a thread of its own and, once that is lost, again and again. Thread safety: all of it.
class Host : public std::enable_shared_from_this<Host> {
  public:
    [[nodiscard]] static std::shared_ptr<Host> start(std::string uri, const LibvirtBackendOptions& options);
    /// Use start().
    Host(std::string uri, const LibvirtBackendOptions& options);
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;
    ~Host() = default;

    /// Ends the thread and the connection. A thread that is in the midst of reaching a silent host is left to find that
    /// out by itself.
    void stop();

    /// The URI as clients may see it: without its query.
    [[nodiscard]] const std::string& name() const { return name_; }

    /// Waits until the first attempt to connect has succeeded or failed, or until then.
    void wait_for_first_attempt(Clock::time_point until);

    /// The connection. Errors: unavailable, with why.
    [[nodiscard]] BackendResult<Connection> connection();
    [[nodiscard]] bool is_up();

    [[nodiscard]] KnownMachines& known() { return known_; }

    /// Reads all machines that have no operation of ours on them. Several that ask at once share one reading.
    [[nodiscard]] BackendResult<void> refresh();
    /// The same, if an event told of a change or the last one was some time ago.
    [[nodiscard]] BackendResult<void> refresh_if_stale();

    /// Reads one machine and remembers it. \param anew also what can't have changed without an event.
    [[nodiscard]] BackendResult<KnownMachine> read(std::string_view machine, bool anew);
    /// One snapshot as libvirt has it now; waits for an operation that may be in the midst of making or deleting it.
    [[nodiscard]] BackendResult<Snapshot> read_snapshot(const KnownMachine& machine, std::string_view id);

    /// Nothing if an operation of ours is on it.
    [[nodiscard]] std::optional<Occupation> occupy(std::string_view machine);
    [[nodiscard]] bool is_occupied(std::string_view machine);

    /// Passes the error on; if it says that the connection is lost, it is dropped.
    [[nodiscard]] BackendError noted(const Connection& connection, BackendError error);

    /// The connection is dead, and is opened again.
    void lose(virConnectPtr connection);

  private:
    friend class Occupation;
    void run();
    [[nodiscard]] Connection open();
    void watch(const Connection& connection);
    void release(Connection connection);
    void on_event(std::string_view machine, int event);
    void log(LogLevel level, const std::string& text);
    [[nodiscard]] BackendResult<void> read_all(const Connection& connection);
    [[nodiscard]] BackendResult<void> read_known();
    [[nodiscard]] BackendResult<void> wait_until_settled(const Domain& domain, const KnownMachine& machine);

    const std::string uri_;
    const std::string name_;
    std::mutex logging_;
    LogSink log_;  ///< Empty once stopped: a thread that is left behind must not call what may be gone.
    const std::chrono::milliseconds first_retry_, longest_retry_;
    const std::shared_ptr<EventLoop> loop_ = EventLoop::shared();
    KnownMachines known_;

    std::mutex mutex_;
    std::condition_variable changed_;
    Connection connection_;
    std::string why_;  ///< Why there is no connection.
    bool tried_ = false, lost_ = false, stopping_ = false, finished_ = false;
    std::set<std::string, std::less<>> occupied_;
    std::thread thread_;

    std::mutex refreshing_;
    Clock::time_point refreshed_;  ///< When the last reading of all began; the epoch before the first.
    std::atomic<bool> stale_ = false;

    // Of the connection; only the thread touches them.
    std::vector<int> callbacks_;
    std::weak_ptr<Host> self_;  ///< What the close callback finds this by.
};

}  // namespace tintype::libvirt
