#pragma once
/// \file
/// The thread in which libvirt watches its connections and calls back.

#include <atomic>
#include <memory>
#include <thread>

namespace tintype::libvirt {

/// One for the process, since libvirt has one event implementation for the process: it runs while somebody holds it.
/// A connection must be opened and closed while it runs.
class EventLoop {
  public:
    /// The one that runs, or a new one. Any thread.
    [[nodiscard]] static std::shared_ptr<EventLoop> shared();

    EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;
    ~EventLoop();

  private:
    const std::shared_ptr<std::atomic<bool>> stopping_ = std::make_shared<std::atomic<bool>>(false);
    int heartbeat_ = -1;  ///< A timer of libvirt's, by which the loop can be woken.
    std::thread thread_;
};

}  // namespace tintype::libvirt
