#include "http/places.hpp"

#include <mutex>
#include <unordered_map>

namespace tintype::http {

struct Places::State {
    State(std::size_t all, std::size_t each) : limit(all), limit_each(each) {}

    const std::size_t limit;
    const std::size_t limit_each;
    std::mutex lock;
    std::size_t taken = 0;
    std::unordered_map<std::string, std::size_t> by_taker;  // No taker without a place.

    bool take(const std::string& taker) {
        const std::lock_guard guard(lock);
        if (taken >= limit) return false;
        auto& own = by_taker[taker];
        if (own >= limit_each) return false;
        ++own;
        ++taken;
        return true;
    }

    void give_back(const std::string& taker) {
        const std::lock_guard guard(lock);
        --taken;
        const auto own = by_taker.find(taker);
        if (--own->second == 0) by_taker.erase(own);
    }
};

Places::Places(std::size_t limit, std::size_t limit_each)
    : state_(std::make_shared<State>(limit, limit_each < 1 ? 1 : limit_each)) {}

std::shared_ptr<void> Places::take(const std::string& taker) {
    if (!state_->take(taker)) return nullptr;
    return {state_.get(), [state = state_, taker](State*) { state->give_back(taker); }};
}

}  // namespace tintype::http
