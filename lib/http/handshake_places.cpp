#include "http/handshake_places.hpp"

#include <mutex>
#include <unordered_map>

namespace tintype::http {

struct HandshakePlaces::State {
    State(std::size_t all, std::size_t by_address) : limit(all), limit_by_address(by_address) {}

    const std::size_t limit;
    const std::size_t limit_by_address;
    std::mutex lock;
    std::size_t taken = 0;
    std::unordered_map<std::string, std::size_t> taken_by;  // No address without a place.

    bool take(const std::string& from) {
        const std::lock_guard guard(lock);
        if (taken >= limit) return false;
        auto& own = taken_by[from];
        if (own >= limit_by_address) return false;
        ++own;
        ++taken;
        return true;
    }

    void give_back(const std::string& from) {
        const std::lock_guard guard(lock);
        --taken;
        const auto own = taken_by.find(from);
        if (--own->second == 0) taken_by.erase(own);
    }
};

HandshakePlaces::HandshakePlaces(std::size_t limit, std::size_t limit_by_address)
    : state_(std::make_shared<State>(limit, limit_by_address < 1 ? 1 : limit_by_address)) {}

std::shared_ptr<void> HandshakePlaces::take(const std::string& from) {
    if (!state_->take(from)) return nullptr;
    return {state_.get(), [state = state_, from](State*) { state->give_back(from); }};
}

}  // namespace tintype::http
