#include "backend/durable_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

namespace tintype::backend {
namespace {

constexpr std::chrono::milliseconds lock_patience{2000};
constexpr std::chrono::milliseconds lock_pause{20};

tl::unexpected<BackendError> failure(int code, std::string_view what, const std::filesystem::path& path) {
    return tl::unexpected(file_error(code, fmt::format("can't {} {}", what, path.filename().string())));
}

int write_all(int file, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(file, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fsync(file) == 0 ? 0 : errno;
}

/// What a file is called until it is complete.
std::filesystem::path unfinished(const std::filesystem::path& path) {
    return path.parent_path() / ("." + path.filename().string() + ".new");
}

/// Makes what was renamed or removed in a folder survive a loss of power.
int sync_folder(const std::filesystem::path& folder) {
    const FileDescriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened) return errno;
    return ::fsync(opened.get()) == 0 ? 0 : errno;
}

}  // namespace

BackendError file_error(int code, std::string_view what) {
    BackendErrorCode meaning = BackendErrorCode::failed;
    if (code == ENOSPC || code == EDQUOT) meaning = BackendErrorCode::no_space;
    if (code == EIO || code == ESTALE || code == ENOTCONN || code == EHOSTDOWN) meaning = BackendErrorCode::unavailable;
    return {meaning, fmt::format("{}: {}", what, std::generic_category().message(code))};
}

BackendResult<std::optional<std::string>> read_file(const std::filesystem::path& path, std::size_t limit) {
    // Without O_NONBLOCK, opening a pipe that somebody put here would wait for ever.
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file && errno == ENOENT) return std::nullopt;
    if (!file && errno == ELOOP) {
        return tl::unexpected(
            BackendError{BackendErrorCode::invalid, fmt::format("{} is a symbolic link", path.filename().string())});
    }
    if (!file) return failure(errno, "open", path);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return failure(errno, "read", path);
    if (!S_ISREG(status.st_mode)) {
        return tl::unexpected(
            BackendError{BackendErrorCode::invalid, fmt::format("{} is no file", path.filename().string())});
    }
    std::string content;
    std::array<char, 16384> buffer{};
    for (;;) {
        const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failure(errno, "read", path);
        if (got == 0) return content;
        content.append(buffer.data(), static_cast<std::size_t>(got));
        if (content.size() > limit) {
            return tl::unexpected(BackendError{
                BackendErrorCode::invalid, fmt::format("{} is longer than {} bytes", path.filename().string(), limit)});
        }
    }
}

void discard_unfinished(const std::filesystem::path& path) {
    ::unlink(unfinished(path).c_str());
}

BackendResult<void> replace_file(const std::filesystem::path& path, std::string_view content) {
    const std::filesystem::path folder = path.parent_path();
    const std::filesystem::path temporary = unfinished(path);
    // One that a crash left behind is of no use to anybody.
    if (::unlink(temporary.c_str()) != 0 && errno != ENOENT) return failure(errno, "replace", temporary);
    int failed = 0;
    {
        const FileDescriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
        if (!file) return failure(errno, "write", path);
        failed = write_all(file.get(), content);
    }
    if (failed == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) failed = errno;
    if (failed != 0) {
        ::unlink(temporary.c_str());
        return failure(failed, "write", path);
    }
    if (failed = sync_folder(folder); failed != 0) return failure(failed, "write", path);
    return {};
}

BackendResult<void> reserve_space(const std::filesystem::path& path, std::size_t bytes) {
    release_space(path);
    const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file) return failure(errno, "write", path);
    if (const int failed = ::posix_fallocate(file.get(), 0, static_cast<off_t>(bytes)); failed != 0) {
        release_space(path);
        return tl::unexpected(file_error(failed, "can't set space aside"));
    }
    return {};
}

void release_space(const std::filesystem::path& path) {
    ::unlink(path.c_str());
}

BackendResult<void> remove_file(const std::filesystem::path& path) {
    if (::unlink(path.c_str()) != 0) {
        if (errno == ENOENT) return {};
        return failure(errno, "remove", path);
    }
    if (const int failed = sync_folder(path.parent_path()); failed != 0) return failure(failed, "remove", path);
    return {};
}

FileStamp stamp_of(const std::filesystem::path& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return {};
    return {status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

BackendResult<StoreLock> StoreLock::take(const std::filesystem::path& store) {
    FileDescriptor file(::open((store / ".tintype.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!file) return tl::unexpected(file_error(errno, fmt::format("can't lock the store {}", store.string())));
    // A qemu-img that outlived a crash holds it too; most have ended before anybody starts us again.
    int held = ::flock(file.get(), LOCK_EX | LOCK_NB);
    for (auto left = lock_patience; held != 0 && errno == EWOULDBLOCK && left.count() > 0; left -= lock_pause) {
        std::this_thread::sleep_for(lock_pause);
        held = ::flock(file.get(), LOCK_EX | LOCK_NB);
    }
    if (held == 0) return StoreLock(std::move(file));
    if (errno == EWOULDBLOCK) {
        return tl::unexpected(BackendError{
            BackendErrorCode::in_use,
            fmt::format("another process serves the store {}, or a qemu-img that outlived one still works on it",
                        store.string())});
    }
    return tl::unexpected(file_error(errno, fmt::format("can't lock the store {}", store.string())));
}

}  // namespace tintype::backend
