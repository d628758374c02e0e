// Running one program: what comes back, and what is left of it.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

#include "backend/process.hpp"

namespace tintype::backend {
namespace {

ProcessRequest shell(const std::string& script) {
    ProcessRequest request;
    request.program = "/bin/sh";
    request.arguments = {"-c", script};
    request.environment = {"PATH=/usr/bin:/bin"};
    request.time_limit = std::chrono::seconds(30);
    return request;
}

TEST_CASE("a program's output, errors and exit status come back apart") {
    const auto result = run_process(shell("echo out; echo err >&2; exit 3"));
    REQUIRE(result);
    CHECK(result->end == ProcessResult::End::exited);
    CHECK(result->code == 3);
    CHECK(result->output == "out\n");
    CHECK(result->errors == "err\n");
}

TEST_CASE("arguments reach a program as they are") {
    ProcessRequest request = shell("");
    request.program = "/usr/bin/printf";
    request.arguments = {"%s|", "a b", "$(id)", "'", "`x`", ""};
    CHECK(run_process(request)->output == "a b|$(id)|'|`x`||");
}

TEST_CASE("a program gets the environment that is given and no other") {
    ::setenv("TINTYPE_TEST_SECRET", "x", 1);  // NOLINT(concurrency-mt-unsafe): the only thread
    ProcessRequest request = shell("");
    request.program = "/usr/bin/env";
    request.arguments = {};
    request.environment = {"LC_ALL=C"};
    CHECK(run_process(request)->output == "LC_ALL=C\n");
}

TEST_CASE("a program reads nothing from stdin and inherits no descriptor of ours") {
    const int leaked = ::open("/dev/null", O_RDONLY);
    const auto result = run_process(shell("cat; ls /proc/self/fd | wc -l"));
    ::close(leaked);
    REQUIRE(result);
    // stdin, stdout, stderr, and the folder that ls reads.
    CHECK(result->output == "4\n");
}

TEST_CASE("a signal that we block or ignore still ends a program") {
    sigset_t blocked{};
    sigset_t before{};
    ::sigemptyset(&blocked);
    ::sigaddset(&blocked, SIGUSR1);
    ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
    ::signal(SIGUSR2, SIG_IGN);
    const auto of_blocked = run_process(shell("kill -USR1 $$"));
    const auto of_ignored = run_process(shell("kill -USR2 $$"));
    ::signal(SIGUSR2, SIG_DFL);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    REQUIRE(of_blocked);
    CHECK(of_blocked->code == SIGUSR1);
    REQUIRE(of_ignored);
    CHECK(of_ignored->code == SIGUSR2);
}

TEST_CASE("output beyond the limit is dropped, and the program still comes to its end") {
    ProcessRequest request = shell("head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2; exit 5");
    request.output_limit = 1000;
    request.error_limit = 10;
    const auto result = run_process(request);
    REQUIRE(result);
    CHECK(result->code == 5);
    CHECK(result->output.size() == 1000);
    CHECK(result->output_cut);
    CHECK(result->errors.size() == 10);
}

TEST_CASE("a program that closes its output is still waited for") {
    CHECK(run_process(shell("exec >&- 2>&-; cat /dev/null; exit 4"))->code == 4);
}

TEST_CASE("a program whose child keeps its output open does not hold us up") {
    const auto result = run_process(shell("tail -f /dev/null & echo done"));
    REQUIRE(result);
    CHECK(result->end == ProcessResult::End::exited);
    CHECK(result->output == "done\n");
}

TEST_CASE("a program that takes too long is ended, even one that ignores SIGTERM") {
    for (const char* script : {"tail -f /dev/null", "trap '' TERM; tail -f /dev/null"}) {
        ProcessRequest request = shell(script);
        request.time_limit = std::chrono::milliseconds(200);
        request.grace = std::chrono::milliseconds(100);
        const auto result = run_process(request);
        REQUIRE(result);
        CHECK(result->end == ProcessResult::End::timed_out);
    }
}

TEST_CASE("a program that dies of a signal is told from one that exits") {
    const auto result = run_process(shell("kill -SEGV $$"));
    REQUIRE(result);
    CHECK(result->end == ProcessResult::End::signalled);
    CHECK(result->code == SIGSEGV);
}

TEST_CASE("a program gets the limits that are given, leaves no core file and can't get more rights") {
    ProcessRequest request = shell(
        "ulimit -v; ulimit -f; ulimit -n; ulimit -t; ulimit -c; grep -c 'NoNewPrivs:.1' /proc/self/status; "
        "[ $(ps -o pgid= -p $$) -eq $$ ] && echo leader");
    request.limits = {
        .memory = 1ULL << 30U, .file_size = 4096 * 512, .open_files = 32, .processor_time = std::chrono::seconds(77)};
    const auto result = run_process(request);
    REQUIRE(result);
    CHECK(result->output == "1048576\n4096\n32\n77\n0\n1\nleader\n");
}

TEST_CASE("a program that writes beyond its limit is ended") {
    char name[] = "/tmp/tintype-test-XXXXXX";
    const int file = ::mkstemp(name);
    REQUIRE(file >= 0);
    ProcessRequest request = shell(std::string("exec dd bs=1M count=64 if=/dev/zero of=") + name);
    request.limits.file_size = 1 << 20;
    const auto result = run_process(request);
    ::unlink(name);
    ::close(file);
    REQUIRE(result);
    CHECK(result->end == ProcessResult::End::signalled);
    CHECK(result->code == SIGXFSZ);
}

TEST_CASE("a program ends with the process that runs it, however that ends") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const pid_t runner = ::fork();
    if (runner == 0) {
        ProcessRequest request = shell("echo $$ >&3; exec tail -f /dev/null");
        request.held_descriptor = ends[1];
        static_cast<void>(run_process(request));
        ::_exit(0);
    }
    std::array<char, 32> text{};
    REQUIRE(::read(ends[0], text.data(), text.size() - 1) > 0);
    const int program = static_cast<int>(::syscall(SYS_pidfd_open, std::atoi(text.data()), 0));
    REQUIRE(program >= 0);
    ::kill(runner, SIGKILL);
    ::waitpid(runner, nullptr, 0);
    pollfd watched{program, POLLIN, 0};
    CHECK(::poll(&watched, 1, 60'000) == 1);
    for (const int number : {program, ends[0], ends[1]}) ::close(number);
}

TEST_CASE("a program that isn't there or can't be run is an error") {
    ProcessRequest request = shell("");
    request.program = "/nonexistent/program";
    CHECK(run_process(request).error() == std::errc::no_such_file_or_directory);
    request.program = "/etc/passwd";
    CHECK(run_process(request).error() == std::errc::permission_denied);
}

TEST_CASE("a program is found in PATH, or where its path says, and in no relative folder") {
    CHECK(find_program("sh", "/nonexistent:/bin") == "/bin/sh");
    CHECK(find_program("/bin/sh", "") == "/bin/sh");
    CHECK(find_program("sh", "").empty());
    CHECK(find_program("", "/bin").empty());
    CHECK(find_program("no-such-program", "/bin::/usr/bin").empty());
    CHECK(find_program("passwd", "/etc").empty());
    CHECK(find_program("bin", "/").empty());
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path("/");
    CHECK(find_program("sh", "bin").empty());
    std::filesystem::current_path(before);
}

}  // namespace
}  // namespace tintype::backend
