#include "backend/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "backend/file_descriptor.hpp"
#include "backend/program_start.hpp"

namespace tintype::backend {
namespace {

using Clock = std::chrono::steady_clock;

std::error_code error_of(int code) {
    return {code, std::generic_category()};
}

/// One of the program's output streams, read as it comes so that the program never waits for us.
struct Stream {
    FileDescriptor read;
    FileDescriptor write;
    std::size_t limit = 0;
    std::string text{};
    bool cut = false;

    [[nodiscard]] int open() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno;
        read = FileDescriptor(ends[0]);
        write = FileDescriptor(ends[1]);
        // Only our end: a program may not expect its stdout to say EAGAIN.
        return ::fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 ? 0 : errno;
    }

    /// Takes what there is; closes at the end of the stream.
    void take() {
        std::array<char, 16384> buffer{};
        while (read) {
            const ssize_t got = ::read(read.get(), buffer.data(), buffer.size());
            if (got < 0 && errno == EINTR) continue;
            if (got < 0 && errno == EAGAIN) return;
            if (got <= 0) {
                read.reset();
                return;
            }
            const auto size = static_cast<std::size_t>(got);
            const std::size_t kept = std::min(size, limit - text.size());
            text.append(buffer.data(), kept);
            cut = cut || kept < size;
        }
    }
};

int milliseconds_until(Clock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

/// Reads both streams until the program has ended or the deadline is past. True: it has ended.
bool attend(int pidfd, Stream& out, Stream& err, Clock::time_point deadline) {
    for (;;) {
        std::array<pollfd, 3> watched{{{pidfd, POLLIN, 0}, {out.read.get(), POLLIN, 0}, {err.read.get(), POLLIN, 0}}};
        const int wait = milliseconds_until(deadline);
        const int ready = ::poll(watched.data(), watched.size(), wait);
        if (ready < 0 && errno != EINTR) return false;
        out.take();
        err.take();
        if (ready > 0 && watched[0].revents != 0) return true;
        if (wait == 0) return false;
    }
}

}  // namespace

tl::expected<ProcessResult, std::error_code> run_process(const ProcessRequest& request) {
    Stream out{.read = {}, .write = {}, .limit = request.output_limit};
    Stream err{.read = {}, .write = {}, .limit = request.error_limit};
    if (const int failed = out.open(); failed != 0) return tl::unexpected(error_of(failed));
    if (const int failed = err.open(); failed != 0) return tl::unexpected(error_of(failed));

    pid_t pid = 0;
    if (const int failed = start_program(pid, request, out.write.get(), err.write.get()); failed != 0) {
        return tl::unexpected(error_of(failed));
    }
    out.write.reset();
    err.write.reset();

    // Until it is waited for, the process keeps its number, and so does its group: neither can be somebody else's.
    const FileDescriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    const int no_pidfd = errno;
    const bool ended = pidfd && attend(pidfd.get(), out, err, Clock::now() + request.time_limit);
    const bool timed_out = !ended;
    if (timed_out && pidfd) {
        ::kill(-pid, SIGTERM);
        static_cast<void>(attend(pidfd.get(), out, err, Clock::now() + request.grace));
    }
    ::kill(-pid, SIGKILL);

    int status = 0;
    pid_t waited = 0;
    do {
        waited = ::waitpid(pid, &status, 0);
    } while (waited < 0 && errno == EINTR);
    if (waited < 0) return tl::unexpected(error_of(errno));
    if (!pidfd) return tl::unexpected(error_of(no_pidfd));
    out.take();
    err.take();

    ProcessResult result{.output = std::move(out.text), .errors = std::move(err.text), .output_cut = out.cut};
    if (timed_out) {
        result.end = ProcessResult::End::timed_out;
    } else if (WIFEXITED(status)) {
        result.code = WEXITSTATUS(status);
    } else {
        result.end = ProcessResult::End::signalled;
        result.code = WTERMSIG(status);
    }
    return result;
}

std::filesystem::path find_program(const std::filesystem::path& name, std::string_view search) {
    const auto runs = [](const std::filesystem::path& path) {
        std::error_code ignored;
        return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
    };
    std::error_code failed;
    if (name.native().find('/') != std::string::npos) {
        const std::filesystem::path path = std::filesystem::absolute(name, failed);
        return !failed && runs(path) ? path : std::filesystem::path();
    }
    while (!name.empty() && !search.empty()) {
        const std::size_t end = std::min(search.find(':'), search.size());
        // A relative folder in PATH would make the choice depend on where we were started.
        const std::filesystem::path folder(search.substr(0, end));
        if (folder.is_absolute() && runs(folder / name)) return folder / name;
        search.remove_prefix(std::min(end + 1, search.size()));
    }
    return {};
}

}  // namespace tintype::backend
