#include "failing_allocations.hpp"

#include <cstdlib>
#include <new>

namespace tintype::test {
namespace {

// 0: none is to fail.
thread_local std::size_t left = 0;
thread_local bool failed = false;

bool fails_now() noexcept {
    if (left == 0 || --left != 0) return false;
    failed = true;
    return true;
}

}  // namespace

FailingAllocation::FailingAllocation(std::size_t n) noexcept {
    failed = false;
    left = n;
}

FailingAllocation::~FailingAllocation() {
    left = 0;
}

bool FailingAllocation::has_failed() noexcept {
    return failed;
}

}  // namespace tintype::test

// The other forms call these, in the standard library as in the sanitizers'.
void* operator new(std::size_t size) {
    void* const memory = tintype::test::fails_now() ? nullptr : std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

void* operator new[](std::size_t size) {
    return ::operator new(size);
}

void operator delete(void* memory) noexcept {
    std::free(memory);
}

void operator delete[](void* memory) noexcept {
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

void operator delete[](void* memory, std::size_t) noexcept {
    std::free(memory);
}
