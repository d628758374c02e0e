#include "backend/program_start.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "backend/file_descriptor.hpp"

namespace tintype::backend {
namespace {

constexpr int held_place = STDERR_FILENO + 1;

/// Texts as exec wants them, made before the fork: after it nothing may be allocated.
class Texts {
  public:
    explicit Texts(std::vector<std::string> texts) : texts_(std::move(texts)) {
        pointers_.reserve(texts_.size() + 1);
        for (std::string& text : texts_) pointers_.push_back(text.data());
        pointers_.push_back(nullptr);
    }
    [[nodiscard]] char* const* get() const noexcept { return pointers_.data(); }

  private:
    std::vector<std::string> texts_;
    std::vector<char*> pointers_;
};

struct Plan {
    const char* program;
    char* const* arguments;
    char* const* environment;
    std::array<int, held_place + 1> descriptors;  ///< What becomes 0, 1, 2 and the held one, or -1.
    ProcessLimits limits;
    int report;  ///< Where what doesn't work is told.
    pid_t parent;
};

bool limit(int resource, std::uint64_t value) {
    const rlim_t most = value == ~std::uint64_t{0} ? RLIM_INFINITY : static_cast<rlim_t>(value);
    rlimit now{};
    if (::getrlimit(static_cast<__rlimit_resource>(resource), &now) != 0) return false;
    // Never more than there was.
    if (now.rlim_max != RLIM_INFINITY && (most == RLIM_INFINITY || most > now.rlim_max)) return true;
    const rlimit set{most, most};
    return ::setrlimit(static_cast<__rlimit_resource>(resource), &set) == 0;
}

bool use_limits(const ProcessLimits& limits) {
    return limit(RLIMIT_CORE, 0) && limit(RLIMIT_AS, limits.memory) && limit(RLIMIT_FSIZE, limits.file_size) &&
           limit(RLIMIT_NOFILE, limits.open_files) &&
           limit(RLIMIT_CPU, static_cast<std::uint64_t>(limits.processor_time.count()));
}

/// Moves them out of the way of each other's places first.
bool use_descriptors(const Plan& plan) {
    std::array<int, held_place + 1> high{};
    for (std::size_t i = 0; i < high.size(); ++i) {
        high[i] = plan.descriptors[i] < 0 ? -1 : ::fcntl(plan.descriptors[i], F_DUPFD_CLOEXEC, held_place + 1);
        if (high[i] < 0 && plan.descriptors[i] >= 0) return false;
    }
    for (std::size_t i = 0; i < high.size(); ++i) {
        const int place = static_cast<int>(i);
        if (high[i] < 0) {
            ::close(place);
        } else if (::dup2(high[i], place) < 0) {
            return false;
        }
    }
    return true;
}

/// What a library of the embedder's opened without O_CLOEXEC stays ours all the same.
void close_others_on_exec() {
    constexpr unsigned close_range_cloexec = 1U << 2U;
    const unsigned first = held_place + 1;
    if (::syscall(SYS_close_range, first, ~0U, close_range_cloexec) == 0) return;
    for (int number = held_place + 1; number < 65'536; ++number) ::fcntl(number, F_SETFD, FD_CLOEXEC);
}

void use_default_signals() {
    struct sigaction plain {};
    plain.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number) ::sigaction(number, &plain, nullptr);
    sigset_t none{};
    ::sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

/// The rights in effect become the only ones: a daemon that is still on its way down from root has others in reserve.
/// The system calls themselves: the C library's would want to tell threads that aren't there.
bool give_up_other_rights() {
    const auto uid = ::geteuid();
    const auto gid = ::getegid();
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::syscall(SYS_setresgid, gid, gid, gid) == 0 &&
           ::syscall(SYS_setresuid, uid, uid, uid) == 0;
}

bool die_with(pid_t parent) {
    return ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && ::getppid() == parent;
}

/// In the child, which has borrowed the memory of its parent: it calls what a signal handler may call, and leaves
/// nothing behind there but what stands on its stack.
[[noreturn]] void become(const Plan& plan) {
    use_default_signals();
    if (::setpgid(0, 0) == 0 && give_up_other_rights() && die_with(plan.parent) && use_descriptors(plan) &&
        use_limits(plan.limits)) {
        close_others_on_exec();
        ::execve(plan.program, plan.arguments, plan.environment);
    }
    const int failed = errno == 0 ? ESRCH : errno;
    static_cast<void>(::write(plan.report, &failed, sizeof failed) == sizeof failed);
    ::_exit(127);
}

/// Waits until the child has become the program, which closes its end of the pipe, or says why it can't: 0 or errno.
int failure_told(int report) {
    int failed = 0;
    ssize_t got = 0;
    do {
        got = ::read(report, &failed, sizeof failed);
    } while (got < 0 && errno == EINTR);
    return got == sizeof failed ? failed : 0;
}

}  // namespace

int start_program(pid_t& pid, const ProcessRequest& request, int out, int err) {
    const std::string program = request.program.string();
    std::vector<std::string> words{program};
    words.insert(words.end(), request.arguments.begin(), request.arguments.end());
    const Texts arguments(std::move(words));
    const Texts environment(request.environment);
    const FileDescriptor in(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!in) return errno;
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno;
    const FileDescriptor told(ends[0]);
    FileDescriptor report(ends[1]);
    // Out of the way of the places that the program's own descriptors get.
    FileDescriptor high(::fcntl(report.get(), F_DUPFD_CLOEXEC, held_place + 1));
    if (!high) return errno;
    report.reset();

    const Plan plan{program.c_str(), arguments.get(), environment.get(), {in.get(), out, err, request.held_descriptor},
                    request.limits,  high.get(),      ::getpid()};
    // No handler of ours may run in the child before they are gone.
    sigset_t all{};
    sigset_t before{};
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    // fork() would copy the tables of all our memory for each of thousands of short runs.
    const pid_t child = ::vfork();
    if (child == 0) become(plan);
    const int failed_fork = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (child < 0) return failed_fork;
    high.reset();
    if (const int failed = failure_told(told.get()); failed != 0) {
        ::waitpid(child, nullptr, 0);
        return failed;
    }
    pid = child;
    return 0;
}

}  // namespace tintype::backend
