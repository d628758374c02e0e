#include "fuzz_input.hpp"

#include <sanitizer/allocator_interface.h>

#include <atomic>
#include <ctime>

namespace tintype::fuzz {
namespace {

constexpr double most_seconds = 1.0;
constexpr std::int64_t most_bytes = std::int64_t{32} * 1024 * 1024;

std::atomic<std::int64_t> held{0};
std::atomic<std::int64_t> peak{0};

double processor_time() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

void on_malloc(const volatile void* /*block*/, std::size_t size) {
    const auto now =
        held.fetch_add(static_cast<std::int64_t>(size), std::memory_order_relaxed) + static_cast<std::int64_t>(size);
    if (now > peak.load(std::memory_order_relaxed)) peak.store(now, std::memory_order_relaxed);
}

void on_free(const volatile void* block) {
    if (block == nullptr) return;
    const auto size = __sanitizer_get_allocated_size(const_cast<const void*>(block));
    held.fetch_sub(static_cast<std::int64_t>(size), std::memory_order_relaxed);
}

}  // namespace

Budget::Budget() : began_(0) {
    static const int installed = __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
    if (installed == 0) expect_none("the allocator takes no hooks");
    held = 0;
    peak = 0;
    began_ = processor_time();
}

Budget::~Budget() {
    const auto seconds = processor_time() - began_;
    if (seconds > most_seconds) expect_none("the input took " + std::to_string(seconds) + " s of processor time");
    if (peak > most_bytes) expect_none("the input took " + std::to_string(peak) + " bytes of memory at once");
}

}  // namespace tintype::fuzz
