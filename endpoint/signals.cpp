#include "signals.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <thread>
#include <utility>

namespace tintype::daemon {
namespace {

constexpr std::array watched{SIGTERM, SIGINT, SIGHUP};

// Where a handler, which may do next to nothing, tells of its signal; -1: nowhere.
std::atomic<int> notes{-1};
static_assert(std::atomic<int>::is_always_lock_free);

void note(int signal) {
    const int kept = errno;
    const auto byte = static_cast<unsigned char>(signal);
    // A pipe that is full has the signal in it many times.
    [[maybe_unused]] const auto written = ::write(notes, &byte, 1);
    errno = kept;
}

void handle_with(void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    for (const int signal : watched) ::sigaction(signal, &action, nullptr);
}

}  // namespace

struct Signals::State {
    std::array<int, 2> ends{-1, -1};
    SignalHandlers handlers;
    bool stopping = false;
    std::thread thread;

    void handle(int signal) {
        if (signal == SIGHUP) {
            handlers.reload();
        } else if (std::exchange(stopping, true)) {
            handlers.stop_at_once();
        } else {
            handlers.stop();
        }
    }

    // Until nobody can write any more.
    void read_notes() {
        unsigned char signal = 0;
        for (;;) {
            const auto count = ::read(ends[0], &signal, 1);
            if (count == 1) {
                handle(signal);
            } else if (count == 0 || errno != EINTR) {
                return;
            }
        }
    }
};

Signals::Signals() : state_(std::make_unique<State>()) {
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
    if (::pipe2(state_->ends.data(), O_CLOEXEC) != 0) {
        throw std::system_error(errno, std::generic_category(), "a pipe for signals");
    }
    ::fcntl(state_->ends[1], F_SETFL, O_NONBLOCK);
    notes = state_->ends[1];
    handle_with(note);
}

Signals::~Signals() {
    handle_with(SIG_DFL);
    notes = -1;
    ::close(state_->ends[1]);
    if (state_->thread.joinable()) state_->thread.join();
    ::close(state_->ends[0]);
}

void Signals::watch(SignalHandlers handlers) {
    state_->handlers = std::move(handlers);
    state_->thread = std::thread([state = state_.get()] { state->read_notes(); });
}

}  // namespace tintype::daemon
