#include "tintype/endpoint.hpp"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

#include "wsman/engine.hpp"

namespace tintype {

namespace {

using wsman::Exchange;
using wsman::Fault;

/// A request that a worker is at while its time runs. Whoever claims it first answers it.
struct Waiting {
    Exchange exchange;
    std::string asked;  ///< For the log.
    std::function<void(Response)> done;
    std::atomic<bool> answered = false;

    [[nodiscard]] bool claim() noexcept { return !answered.exchange(true); }
    /// Only for who claimed it. What `done` holds, a connection for one, goes with the call.
    void answer(Response response) { std::exchange(done, nullptr)(std::move(response)); }
};

/// One that is this thread's, and its next request's too unless a worker has it then.
class OwnWaiting {
  public:
    OwnWaiting() : waiting_(std::exchange(spare(), nullptr)) {
        if (!waiting_) waiting_ = std::make_shared<Waiting>();
    }
    OwnWaiting(const OwnWaiting&) = delete;
    OwnWaiting& operator=(const OwnWaiting&) = delete;
    ~OwnWaiting() {
        if (shared_) return;
        waiting_->exchange.clear();
        waiting_->asked.clear();
        waiting_->done = nullptr;
        waiting_->answered = false;
        spare() = std::move(waiting_);
    }

    Waiting* operator->() const noexcept { return waiting_.get(); }
    [[nodiscard]] std::shared_ptr<Waiting> share() noexcept {
        shared_ = true;
        return waiting_;
    }

  private:
    static std::shared_ptr<Waiting>& spare() {
        thread_local std::shared_ptr<Waiting> waiting;
        return waiting;
    }

    std::shared_ptr<Waiting> waiting_;
    bool shared_ = false;
};

}  // namespace

struct Endpoint::State {
    State(std::vector<std::reference_wrapper<Service>> services, EndpointOptions options)
        : engine(std::move(services), std::move(options)) {}

    void work(Waiting& waiting);
    void time_out(Waiting& waiting) const;
    /// What a worker holds as long as it has a request: ~Endpoint waits for it.
    [[nodiscard]] std::shared_ptr<void> elsewhere();
    void wait_for_workers();
    void log(std::string_view line) const {
        if (engine.options().log) engine.options().log(LogLevel::warning, line);
    }

    wsman::Engine engine;
    std::mutex lock;
    std::condition_variable through;
    std::size_t with_workers = 0;  ///< Requests, answered or not.
};

std::shared_ptr<void> Endpoint::State::elsewhere() {
    {
        const std::lock_guard guard(lock);
        ++with_workers;
    }
    // Also where no memory is left for the pointer.
    return {static_cast<void*>(this), [this](void*) {
                const std::lock_guard guard(lock);
                if (--with_workers == 0) through.notify_all();  // Under the lock: who waits takes both down.
            }};
}

void Endpoint::State::wait_for_workers() {
    std::unique_lock guard(lock);
    through.wait(guard, [this] { return with_workers == 0; });
}

void Endpoint::State::work(Waiting& waiting) {
    if (waiting.answered) return log(waiting.asked + " timed out before it was begun");
    auto response = engine.finish(waiting.exchange);
    if (waiting.claim()) return waiting.answer(std::move(response));
    log("done after the client was told TimedOut: " + response.summary);
}

void Endpoint::State::time_out(Waiting& waiting) const {
    if (!waiting.claim()) return;
    waiting.answer(engine.last_word(Fault(wsman::faults::timed_out), waiting.exchange, waiting.asked));
}

Endpoint::Endpoint(Service& service, EndpointOptions options)
    : Endpoint(std::vector{std::ref(service)}, std::move(options)) {}
Endpoint::Endpoint(std::vector<std::reference_wrapper<Service>> services, EndpointOptions options)
    : state_(std::make_unique<State>(std::move(services), std::move(options))) {}
Endpoint::~Endpoint() {
    state_->wait_for_workers();
}

Response Endpoint::handle(Request request) {
    const OwnWaiting waiting;
    auto& exchange = waiting->exchange;
    try {
        if (auto response = state_->engine.begin(request, exchange)) return std::move(*response);
        return state_->engine.finish(exchange);
    } catch (...) {
        return state_->engine.exception_response(exchange);
    }
}

Pending Endpoint::handle(Request request, Executor& workers, std::function<void(Response)> done) {
    OwnWaiting waiting;
    auto& exchange = waiting->exchange;
    std::optional<Response> response;
    try {
        response = state_->engine.begin(request, exchange);
        if (!response && exchange.may_wait) {
            waiting->asked = summary_of(exchange);
            auto shared = waiting.share();
            Pending pending{exchange.deadline(), [state = state_.get(), shared] { state->time_out(*shared); }};
            waiting->done = std::move(done);
            workers.post([state = state_.get(), held = state_->elsewhere(), shared]() mutable {
                const auto last = std::move(shared);  // goes before what the endpoint waits for
                state->work(*last);
            });
            return pending;
        }
    } catch (...) {
        response = state_->engine.exception_response(exchange);
    }
    if (!response) response = state_->engine.finish(exchange);
    // What could not be handed to a worker is answered here.
    (done ? done : waiting->done)(std::move(*response));
    return {};
}

std::optional<Response> Endpoint::metadata(std::string_view query, std::string_view url,
                                           const Principal& principal) const {
    return state_->engine.metadata(query, url, principal);
}

bool Endpoint::anonymous_identify() const noexcept {
    return state_->engine.options().anonymous_identify;
}

const Limits& Endpoint::limits() const noexcept {
    return state_->engine.options().limits;
}

}  // namespace tintype
