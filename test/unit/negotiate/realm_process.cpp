#include "negotiate/realm_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

namespace tintype::security {

RealmProcess::RealmProcess() {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe for the realm");
    }
    posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    ::setenv("PYTHONPATH", TINTYPE_SOURCE_DIR "/test", 1);  // NOLINT(concurrency-mt-unsafe): the only thread
    ::setenv("PYTHONDONTWRITEBYTECODE", "1", 1);            // NOLINT(concurrency-mt-unsafe): the only thread
    std::string python = "/usr/bin/python3";
    std::string module = "-m";
    std::string name = "realm";
    const std::array<char*, 4> words{python.data(), module.data(), name.data(), nullptr};
    const int failed = ::posix_spawn(&process_, python.c_str(), &actions, nullptr, words.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    requests_ = ::fdopen(in[1], "w");
    answers_ = ::fdopen(out[0], "r");
    if (failed == 0) folder_ = read_line();
    if (folder_.empty()) throw std::runtime_error("the realm did not start");
    ::setenv("KRB5_CONFIG", (folder_ + "/krb5.conf").c_str(), 1);  // NOLINT(concurrency-mt-unsafe): the only thread
}

RealmProcess::~RealmProcess() {
    std::fclose(requests_);
    std::fclose(answers_);
    ::waitpid(process_, nullptr, 0);
}

RealmProcess& RealmProcess::shared() {
    static RealmProcess realm;
    return realm;
}

std::string RealmProcess::ask(const std::string& request) {
    std::fputs((request + "\n").c_str(), requests_);
    std::fflush(requests_);
    auto answer = read_line();
    if (answer.empty() || answer.starts_with("error")) throw std::runtime_error("the realm: " + answer);
    return answer;
}

std::string RealmProcess::read_line() {
    std::string line;
    for (int c = std::fgetc(answers_); c != EOF && c != '\n'; c = std::fgetc(answers_)) {
        line.push_back(static_cast<char>(c));
    }
    return line;
}

}  // namespace tintype::security
