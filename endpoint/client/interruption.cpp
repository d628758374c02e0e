#include "interruption.hpp"

#include <cerrno>
#include <ctime>

namespace tintype::client {
namespace {

volatile std::sig_atomic_t noted = 0;

extern "C" void note(int) {
    noted = 1;
}

}  // namespace

Interruption::Interruption() {
    noted = 0;
    struct sigaction action {};
    action.sa_handler = note;
    ::sigaction(SIGINT, &action, &interrupt_);
    ::sigaction(SIGTERM, &action, &terminate_);
}

Interruption::~Interruption() {
    ::sigaction(SIGINT, &interrupt_, nullptr);
    ::sigaction(SIGTERM, &terminate_, nullptr);
}

bool Interruption::came() noexcept {
    return noted != 0;
}

void Interruption::wait(std::chrono::milliseconds time) noexcept {
    // A signal between the look at `noted` and the sleep would be seen only after it, unless it is blocked until then.
    sigset_t both;
    sigset_t before;
    sigemptyset(&both);
    sigaddset(&both, SIGINT);
    sigaddset(&both, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &both, &before);
    if (!came()) {
        const timespec span{.tv_sec = time.count() / 1000, .tv_nsec = (time.count() % 1000) * 1'000'000};
        if (::sigtimedwait(&both, nullptr, &span) > 0) noted = 1;
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace tintype::client
