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

// All forms that the standard library has others call, since the sanitizers have some of their own.
void* operator new(std::size_t size) {
    void* const memory = ::operator new(size, std::nothrow);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

void* operator new[](std::size_t size) {
    return ::operator new(size);
}

void* operator new(std::size_t size, const std::nothrow_t& /*words*/) noexcept {
    return tintype::test::fails_now() ? nullptr : std::malloc(size == 0 ? 1 : size);
}

void* operator new[](std::size_t size, const std::nothrow_t& words) noexcept {
    return ::operator new(size, words);
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

void operator delete(void* memory, const std::nothrow_t& /*words*/) noexcept {
    std::free(memory);
}

void operator delete[](void* memory, const std::nothrow_t& /*words*/) noexcept {
    std::free(memory);
}
