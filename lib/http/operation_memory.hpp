#pragma once
/// \file
/// Memory for one asynchronous operation at a time, there before it is begun: what goes on and on must not end because
/// there was none for its next step.

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>

namespace tintype::http {

/// Thread safety: none.
class OperationMemory {
  public:
    /// Whether an operation with such a handler has room, beside what Asio and HandlerInPlace need.
    template <class Handler>
    static constexpr bool holds = sizeof(Handler) <= 160;

    OperationMemory() = default;
    OperationMemory(const OperationMemory&) = delete;
    OperationMemory& operator=(const OperationMemory&) = delete;

    void* allocate(std::size_t size) {
        if (taken_ || size > room_.size()) return ::operator new(size);
        taken_ = true;
        return room_.data();
    }
    void deallocate(void* memory) noexcept {
        if (memory == room_.data()) {
            taken_ = false;
        } else {
            ::operator delete(memory);
        }
    }

  private:
    alignas(std::max_align_t) std::array<std::byte, 256> room_{};
    bool taken_ = false;
};

/// OperationMemory as Asio asks for it, which lives as long as the operation does.
template <class T>
class OperationAllocator {
  public:
    using value_type = T;

    explicit OperationAllocator(std::shared_ptr<OperationMemory> memory) noexcept : memory_(std::move(memory)) {}
    // Never moved from: Asio gives back an operation's memory by whichever handler is at hand.
    OperationAllocator(const OperationAllocator&) noexcept = default;
    OperationAllocator& operator=(const OperationAllocator&) noexcept = default;
    ~OperationAllocator() = default;
    template <class U>
    OperationAllocator(const OperationAllocator<U>& other) noexcept : memory_(other.memory_) {}

    [[nodiscard]] T* allocate(std::size_t count) { return static_cast<T*>(memory_->allocate(count * sizeof(T))); }
    void deallocate(T* memory, std::size_t) noexcept { memory_->deallocate(memory); }

    template <class U>
    bool operator==(const OperationAllocator<U>& other) const noexcept {
        return memory_ == other.memory_;
    }

  private:
    template <class U>
    friend class OperationAllocator;
    std::shared_ptr<OperationMemory> memory_;
};

/// A handler whose operation lives in such memory.
template <class Handler>
class HandlerInPlace {
  public:
    using allocator_type = OperationAllocator<std::byte>;

    HandlerInPlace(std::shared_ptr<OperationMemory> memory, Handler handler)
        : memory_(std::move(memory)), handler_(std::move(handler)) {}

    [[nodiscard]] allocator_type get_allocator() const noexcept { return memory_; }
    template <class... Results>
    void operator()(Results&&... results) {
        handler_(std::forward<Results>(results)...);
    }

  private:
    allocator_type memory_;
    Handler handler_;
};

}  // namespace tintype::http
