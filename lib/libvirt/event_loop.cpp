#include "libvirt/event_loop.hpp"

#include <libvirt/libvirt.h>

#include <mutex>

#include "libvirt/error.hpp"

namespace tintype::libvirt {

std::shared_ptr<EventLoop> EventLoop::shared() {
    static std::mutex mutex;
    static std::weak_ptr<EventLoop> running;
    const std::lock_guard lock(mutex);
    auto loop = running.lock();
    if (!loop) running = loop = std::make_shared<EventLoop>();
    return loop;
}

EventLoop::EventLoop() {
    static std::once_flag once;
    std::call_once(once, [] {
        silence();
        virInitialize();
        virEventRegisterDefaultImpl();
    });
    heartbeat_ = virEventAddTimeout(
        -1, [](int, void*) {}, nullptr, nullptr);
    thread_ = std::thread([stopping = stopping_] {
        while (!*stopping) virEventRunDefaultImpl();
    });
}

EventLoop::~EventLoop() {
    *stopping_ = true;
    virEventUpdateTimeout(heartbeat_, 0);
    // The last to hold it may be a callback's closure, which is destroyed in the loop itself.
    if (thread_.get_id() == std::this_thread::get_id()) {
        thread_.detach();
    } else {
        thread_.join();
    }
    virEventRemoveTimeout(heartbeat_);
}

}  // namespace tintype::libvirt
