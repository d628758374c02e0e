#include "http/places.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "security/state_number.hpp"

namespace tintype::http {
namespace {

using Count = std::atomic<std::size_t>;

bool take_one(Count& taken, std::size_t limit) noexcept {
    auto before = taken.load(std::memory_order_relaxed);
    do {
        if (before >= limit) return false;
    } while (!taken.compare_exchange_weak(before, before + 1, std::memory_order_acquire, std::memory_order_relaxed));
    return true;
}

void give_one_back(Count& taken) noexcept {
    taken.fetch_sub(1, std::memory_order_release);
}

}  // namespace

/// Whoever has places, or was met last by a thread.
struct Places::Taker {
    Taker(std::shared_ptr<State> of, std::string called) : state(std::move(of)), name(std::move(called)) {}
    Taker(const Taker&) = delete;
    Taker& operator=(const Taker&) = delete;
    ~Taker();

    const std::shared_ptr<State> state;
    const std::string name;
    Count taken{0};
};

struct Places::State : std::enable_shared_from_this<State> {
    State(std::size_t all, std::size_t each) : limit(all), limit_each(each) {}

    /// The one of this name: as long as anybody holds it there is no other.
    std::shared_ptr<Taker> find(const std::string& name) {
        std::shared_ptr<Taker> fresh;  // Should there be no memory to keep it, it goes after the lock.
        const std::lock_guard guard(lock);
        const auto entry = takers.find(name);
        if (entry != takers.end())
            if (auto there = entry->second.lock()) return there;
        fresh = std::make_shared<Taker>(shared_from_this(), name);
        takers.insert_or_assign(name, fresh);
        return fresh;
    }

    void forget(const std::string& name) noexcept {
        const std::lock_guard guard(lock);
        const auto entry = takers.find(name);
        if (entry != takers.end() && entry->second.expired()) takers.erase(entry);
    }

    /// The same from what this thread knows.
    const std::shared_ptr<Taker>& recall(const std::string& name);

    const std::uint64_t number = security::next_state_number();  ///< No other has it, or had it.
    const std::size_t limit;
    const std::size_t limit_each;
    Count taken{0};
    std::mutex lock;
    std::unordered_map<std::string, std::weak_ptr<Taker>> takers;
};

const std::shared_ptr<Places::Taker>& Places::State::recall(const std::string& name) {
    struct Known {
        std::uint64_t number = 0;
        std::shared_ptr<Taker> taker;
    };
    static thread_local std::array<Known, 16> all;
    auto& known = all[(std::hash<std::string>{}(name) + number) % all.size()];
    if (known.number != number || known.taker->name != name) known = {number, find(name)};
    return known.taker;
}

Places::Taker::~Taker() {
    state->forget(name);
}

Places::Place::~Place() {
    if (!taker_) return;
    give_one_back(taker_->state->taken);
    give_one_back(taker_->taken);
}

Places::Places(std::size_t limit, std::size_t limit_each)
    : state_(std::make_shared<State>(limit, limit_each < 1 ? 1 : limit_each)) {}

Places::Place Places::take(const std::string& taker) {
    const auto& known = state_->recall(taker);
    // Its own first: who has too many of them takes none of the others' meanwhile.
    if (!take_one(known->taken, state_->limit_each)) return {};
    if (take_one(state_->taken, state_->limit)) return Place(known);
    give_one_back(known->taken);
    return {};
}

}  // namespace tintype::http
