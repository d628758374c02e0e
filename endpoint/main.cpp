#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "daemon.hpp"

int main(int count, char** arguments) {
    try {
        const std::vector<std::string> words(arguments + 1, arguments + count);
        return static_cast<int>(tintype::daemon::run(words));
    } catch (const std::exception& error) {
        fmt::print(stderr, "tintyped: {}\n", error.what());
        return static_cast<int>(tintype::daemon::ExitCode::run_time_failure);
    }
}
