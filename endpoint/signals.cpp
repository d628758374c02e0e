#include "signals.hpp"

// Boost 1.74's Asio uses std::exchange in C++20 without including it.
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <thread>

namespace tintype::daemon {

struct Signals::State {
    boost::asio::io_context context{1};
    boost::asio::signal_set signals{context, SIGTERM, SIGINT, SIGHUP};
    SignalHandlers handlers;
    bool stopping = false;
    std::jthread thread;

    void wait() {
        signals.async_wait([this](const boost::system::error_code& error, int signal) {
            if (error) return;
            handle(signal);
            wait();
        });
    }

    void handle(int signal) {
        if (signal == SIGHUP) {
            handlers.reload();
        } else if (std::exchange(stopping, true)) {
            handlers.stop_at_once();
        } else {
            handlers.stop();
        }
    }
};

Signals::Signals() : state_(std::make_unique<State>()) {
    std::signal(SIGPIPE, SIG_IGN);
}

Signals::~Signals() {
    state_->context.stop();
}

void Signals::watch(SignalHandlers handlers) {
    state_->handlers = std::move(handlers);
    state_->wait();
    state_->thread = std::jthread([state = state_.get()] { state->context.run(); });
}

}  // namespace tintype::daemon
