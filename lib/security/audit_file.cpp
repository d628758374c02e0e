#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <filesystem>
#include <mutex>
#include <string_view>
#include <utility>

#include "security/audit_line.hpp"
#include "security/file_descriptor.hpp"
#include "tintype/audit.hpp"

namespace tintype {

namespace {

using security::FileDescriptor;
using security::last_error;

/// \param create O_CREAT, or 0 for a file that is there.
tl::expected<std::unique_ptr<const FileDescriptor>, std::string> open_to_append(const std::string& path, int create) {
    const int flags = create | O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    auto file = std::make_unique<const FileDescriptor>(::open(path.c_str(), flags, S_IRUSR | S_IWUSR));
    if (!*file) return tl::unexpected(fmt::format("{}: {}", path, last_error()));
    struct stat facts {};
    if (::fstat(file->get(), &facts) != 0) return tl::unexpected(fmt::format("{}: {}", path, last_error()));
    if (!S_ISREG(facts.st_mode)) return tl::unexpected(fmt::format("{}: is not a regular file", path));
    if ((facts.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return tl::unexpected(fmt::format("{}: mode {:04o} lets others than its owner write; use chmod 0600", path,
                                          facts.st_mode & 07777U));
    }
    return file;
}

class LinesInFile final : public AuditFile {
  public:
    LinesInFile(std::string path, std::unique_ptr<const FileDescriptor> file, LogSink log)
        : path_(std::move(path)), log_(std::move(log)), file_(std::move(file)) {}

    void write(const AuditEvent& event) noexcept override {
        try {
            // Between two line feeds, of which the first is only written where it is needed. What it takes stays
            // allocated.
            thread_local std::string text;
            text.assign(1, '\n');
            security::append_audit_line(text, event, std::chrono::system_clock::now());
            text += '\n';
            append(text);
        } catch (const std::exception& error) {
            // Without memory for a line nor for a message about it, there is nobody left to tell.
            if (log_) log_(LogLevel::error, error.what());
        }
    }

    tl::expected<void, std::string> reopen() override {
        auto file = open_to_append(path_, O_CREAT);
        if (!file) return tl::unexpected(file.error());
        const std::lock_guard guard(lock_);
        file_ = *std::move(file);
        cut_ = false;
        return {};
    }

  private:
    void append(std::string_view between_line_feeds) {
        std::string problem;
        bool first = false;
        bool recovered = false;
        {
            const std::lock_guard guard(lock_);
            // After a line of which only a part found room, the next one begins on a line of its own.
            const auto text = between_line_feeds.substr(cut_ ? 0 : 1);
            const auto written = ::write(file_->get(), text.data(), text.size());
            if (written == static_cast<ssize_t>(text.size())) {
                cut_ = false;
                recovered = std::exchange(failing_, false);
            } else {
                problem = written < 0 ? last_error() : "there is no room for all of a line";
                cut_ = cut_ || written > 0;
                first = !std::exchange(failing_, true);
            }
        }
        if (!log_) return;
        if (recovered) log_(LogLevel::info, fmt::format("audit: {} can be written again", path_));
        if (problem.empty()) return;
        if (first) {
            log_(LogLevel::error,
                 fmt::format("audit: {} can't be written, what follows goes here: {}", path_, problem));
        }
        log_(LogLevel::error, fmt::format("audit: {}", between_line_feeds.substr(1, between_line_feeds.size() - 2)));
    }

    const std::string path_;
    const LogSink log_;
    std::mutex lock_;
    std::unique_ptr<const FileDescriptor> file_;
    bool failing_ = false;
    bool cut_ = false;  // The file ends in the middle of a line.
};

}  // namespace

tl::expected<std::unique_ptr<AuditFile>, std::string> open_audit_file(const std::string& path, LogSink log) {
    auto file = open_to_append(path, O_CREAT);
    if (!file) return tl::unexpected(file.error());
    return std::make_unique<LinesInFile>(path, *std::move(file), std::move(log));
}

tl::expected<void, std::string> check_audit_file(const std::string& path) {
    struct stat facts {};
    if (::stat(path.c_str(), &facts) == 0 || errno != ENOENT) {
        if (const auto file = open_to_append(path, 0); !file) return tl::unexpected(file.error());
        return {};
    }
    const auto parent = std::filesystem::path(path).parent_path();
    const auto* const folder = parent.empty() ? "." : parent.c_str();
    if (::faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0) return {};
    return tl::unexpected(fmt::format("{}: {}", path, last_error()));
}

}  // namespace tintype
