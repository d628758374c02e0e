#pragma once
/// \file
/// Small files that are either the old or the new, whatever happens, and the lock that keeps a second process out.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "backend/file_descriptor.hpp"
#include "tintype/snapshot_backend.hpp"

namespace tintype::backend {

/// What an errno of the file system means to whoever asked. \param what What was tried, such as "can't write
/// tree.toml".
[[nodiscard]] BackendError file_error(int code, std::string_view what);

/// The content of a regular file; none if there is no file. Symbolic links are not followed.
/// \param limit bytes; a longer file is an error.
[[nodiscard]] BackendResult<std::optional<std::string>> read_file(const std::filesystem::path& path, std::size_t limit);

/// Writes a file so that after a crash or a loss of power it is there in full or as it was before.
[[nodiscard]] BackendResult<void> replace_file(const std::filesystem::path& path, std::string_view content);

/// Takes up so many bytes of the file system with a file of no content, to be given back by release_space() to whoever
/// must not fail for want of them. Errors: no_space, and nothing is taken.
[[nodiscard]] BackendResult<void> reserve_space(const std::filesystem::path& path, std::size_t bytes);
/// One that isn't there is no error.
void release_space(const std::filesystem::path& path);

/// Removes what a replace_file() left that a crash cut short, if there is anything.
void discard_unfinished(const std::filesystem::path& path);

/// Removes a file for good; one that isn't there is no error.
[[nodiscard]] BackendResult<void> remove_file(const std::filesystem::path& path);

/// What tells that a file is still the one that was read or written last.
struct FileStamp {
    std::uint64_t inode = 0;
    std::int64_t size = -1;  ///< -1: there is no file.
    std::int64_t modified_seconds = 0;
    std::int64_t modified_nanoseconds = 0;
    friend bool operator==(const FileStamp&, const FileStamp&) = default;
};
[[nodiscard]] FileStamp stamp_of(const std::filesystem::path& path);

/// Held as long as this process serves the store; the system lets go of it when the process ends, however it ends.
class StoreLock {
  public:
    /// Errors: in_use if another process holds it; what the file system says.
    [[nodiscard]] static BackendResult<StoreLock> take(const std::filesystem::path& store);

    /// Whoever inherits it holds the lock as well. Ours as long as the lock lives.
    [[nodiscard]] int descriptor() const noexcept { return file_.get(); }

  private:
    explicit StoreLock(FileDescriptor file) : file_(std::move(file)) {}
    FileDescriptor file_;
};

}  // namespace tintype::backend
