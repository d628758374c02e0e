#include "log.hpp"

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

namespace tintype::daemon {
namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warning:
            return spdlog::level::warn;
        case LogLevel::error:
            break;
    }
    return spdlog::level::err;
}

/// systemd says in JOURNAL_STREAM which file is the journal, so that a redirected standard error isn't taken for it.
bool stderr_is_journal() {
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat status {};
    return stream != nullptr && ::fstat(STDERR_FILENO, &status) == 0 &&
           fmt::format("{}:{}", status.st_dev, status.st_ino) == stream;
}

/// The priority that sd-daemon(3) reads at the beginning of a line.
class Priority final : public spdlog::custom_flag_formatter {
  public:
    void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
        std::string_view priority = "<6>";
        if (message.level == spdlog::level::debug) priority = "<7>";
        if (message.level == spdlog::level::warn) priority = "<4>";
        if (message.level == spdlog::level::err) priority = "<3>";
        out.append(priority.data(), priority.data() + priority.size());
    }
    [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<Priority>(); }
};

std::shared_ptr<spdlog::logger> make_logger(const std::string& journal_pattern, const std::string& pattern) {
    auto logger = std::make_shared<spdlog::logger>("tintyped", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<Priority>('*').set_pattern(stderr_is_journal() ? journal_pattern : pattern);
    logger->set_formatter(std::move(formatter));
    logger->flush_on(spdlog::level::trace);
    return logger;
}

}  // namespace

LogSink make_log(LogLevel least) {
    auto logger = make_logger("%*%v", "%Y-%m-%dT%H:%M:%S.%e%z %l: %v");
    logger->set_level(to_spdlog(least));
    return [logger](LogLevel level, std::string_view text) {
        if (logger->should_log(to_spdlog(level))) logger->log(to_spdlog(level), one_line(text));
    };
}

std::function<void(std::string_view)> make_audit_log() {
    auto logger = make_logger("<5>audit: %v", "%Y-%m-%dT%H:%M:%S.%e%z audit: %v");
    return [logger](std::string_view line) { logger->info(line); };
}

std::string one_line(std::string_view text) {
    std::string line;
    line.reserve(text.size());
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            line += fmt::format("\\x{:02x}", byte);
        } else {
            line += c;
        }
    }
    return line;
}

}  // namespace tintype::daemon
