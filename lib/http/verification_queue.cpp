#include "http/verification_queue.hpp"

#include <deque>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace tintype::http {

using Check = std::function<void()>;

struct VerificationQueue::State : std::enable_shared_from_this<State> {
    State(Executor& with, std::size_t at_once, std::size_t at_most)
        : workers(with), parallel(at_once), limit(at_most) {}

    Executor& workers;
    const std::size_t parallel;
    const std::size_t limit;

    std::mutex lock;
    bool closed = false;
    std::size_t running = 0;
    std::size_t waiting = 0;
    std::unordered_map<std::string, std::deque<Check>> checks;  // No address without a check.
    std::deque<std::string> turns;                              // Each address in `checks` once.

    /// The next check, of the address whose turn it is. The lock is held.
    Check take() {
        auto from = std::move(turns.front());
        turns.pop_front();
        const auto place = checks.find(from);
        Check check = std::move(place->second.front());
        place->second.pop_front();
        --waiting;
        if (place->second.empty()) {
            checks.erase(place);
        } else {
            turns.push_back(std::move(from));
        }
        return check;
    }

    /// One check a piece of work: what else is posted to the workers gets its turn between two.
    void send(Check check) {
        workers.post([self = shared_from_this(), check = std::move(check)]() mutable {
            check();
            check = nullptr;
            self->finished();
        });
    }

    void finished() {
        Check next;
        {
            const std::lock_guard guard(lock);
            if (waiting == 0) {
                --running;
                return;
            }
            next = take();
        }
        send(std::move(next));
    }
};

VerificationQueue::VerificationQueue(Executor& workers, std::size_t parallel, std::size_t limit)
    : state_(std::make_shared<State>(workers, parallel, limit)) {}

VerificationQueue::~VerificationQueue() {
    close();
}

bool VerificationQueue::post(const std::string& from, std::function<void()> check) {
    {
        const std::lock_guard guard(state_->lock);
        if (state_->closed) return false;
        if (state_->running >= state_->parallel) {
            if (state_->waiting >= state_->limit) return false;
            auto& own = state_->checks[from];
            if (own.empty()) state_->turns.push_back(from);
            own.push_back(std::move(check));
            ++state_->waiting;
            return true;
        }
        ++state_->running;
    }
    state_->send(std::move(check));
    return true;
}

void VerificationQueue::close() {
    // Destroyed after the lock is let go: what a check holds may do anything when it goes.
    std::unordered_map<std::string, std::deque<Check>> forgotten;
    const std::lock_guard guard(state_->lock);
    state_->closed = true;
    state_->waiting = 0;
    state_->turns.clear();
    forgotten.swap(state_->checks);
}

}  // namespace tintype::http
