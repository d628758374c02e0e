#include <curl/curl.h>
#include <fmt/format.h>

#include <clocale>
#include <cstdio>
#include <exception>
#include <string>
#include <variant>
#include <vector>

#include "commands.hpp"

namespace tintype::client {
namespace {

Result<void> connect_and_run(const CommandLine& line, const Output& output) {
    const auto access = find_access(line.access);
    if (!access) return tl::unexpected(access.error());
    std::string password;
    if (access->asks_for_password()) {
        auto found = find_password(*access);
        if (!found) return tl::unexpected(found.error());
        password = std::move(*found);
    }
    Session session(*access, password, line.timeout);
    return run({session, output, line});
}

int main_of(const std::vector<std::string>& words) {
    const auto parsed = parse_command_line(words);
    if (const auto* notice = std::get_if<Notice>(&parsed)) {
        fmt::print(notice->code == ExitCode::done ? stdout : stderr, "{}", notice->text);
        return static_cast<int>(notice->code);
    }
    const auto& line = std::get<CommandLine>(parsed);
    const Output output(line.json, line.verbose);
    const auto done = connect_and_run(line, output);
    if (done) return static_cast<int>(ExitCode::done);
    output.error(done.error());
    return static_cast<int>(done.error().code);
}

}  // namespace
}  // namespace tintype::client

int main(int count, char** arguments) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): there is no other thread yet.
    static_cast<void>(std::setlocale(LC_CTYPE, ""));
    try {
        curl_global_init(CURL_GLOBAL_DEFAULT);
        const int status = tintype::client::main_of(std::vector<std::string>(arguments + 1, arguments + count));
        curl_global_cleanup();
        return status;
    } catch (const std::exception& error) {
        fmt::print(stderr, "tintype: {}\n", error.what());
        return static_cast<int>(tintype::client::ExitCode::failed);
    }
}
