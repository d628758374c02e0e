#pragma once
/// \file
/// An open file of the operating system, closed when its owner goes.

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <tl/expected.hpp>

namespace tintype::security {

class FileDescriptor {
  public:
    explicit FileDescriptor(int number) noexcept : number_(number) {}
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    ~FileDescriptor() {
        if (number_ >= 0) ::close(number_);
    }

    explicit operator bool() const noexcept { return number_ >= 0; }
    [[nodiscard]] int get() const noexcept { return number_; }

  private:
    int number_;
};

/// What the last system call complained about, in words.
[[nodiscard]] inline std::string last_error() {
    return std::generic_category().message(errno);
}

/// Everything from the file's position to its end. \param path for errors. Errors: it can't be read, or it is longer
/// than `limit` bytes.
[[nodiscard]] inline tl::expected<std::string, std::string> read_all(const FileDescriptor& file,
                                                                     const std::string& path, std::size_t limit) {
    std::string text;
    std::array<char, 16'384> piece{};
    for (;;) {
        const auto count = ::read(file.get(), piece.data(), piece.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return tl::unexpected(fmt::format("{}: {}", path, last_error()));
        if (count == 0) return text;
        text.append(piece.data(), static_cast<std::size_t>(count));
        if (text.size() > limit) return tl::unexpected(fmt::format("{}: is longer than {} bytes", path, limit));
    }
}

/// Writes all of it. False with errno set when it can't.
[[nodiscard]] inline bool write_all(const FileDescriptor& file, std::string_view text) {
    while (!text.empty()) {
        const auto count = ::write(file.get(), text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

}  // namespace tintype::security
