#include "gate.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace provider {

namespace {

constexpr std::chrono::seconds patience{60};

struct Gate {
    std::mutex mutex;
    std::condition_variable opened;
    std::size_t openings = 0;
    std::size_t waiting = 0;
};

Gate& gate() {
    static Gate one;
    return one;
}

}  // namespace

bool wait_at_gate() {
    auto& here = gate();
    std::unique_lock lock(here.mutex);
    ++here.waiting;
    const auto before = here.openings;
    const bool let_go = here.opened.wait_for(lock, patience, [&] { return here.openings != before; });
    --here.waiting;
    return let_go;
}

void open_gate() {
    auto& here = gate();
    const std::lock_guard lock(here.mutex);
    ++here.openings;
    here.opened.notify_all();
}

std::size_t waiting_at_gate() {
    auto& here = gate();
    const std::lock_guard lock(here.mutex);
    return here.waiting;
}

}  // namespace provider
