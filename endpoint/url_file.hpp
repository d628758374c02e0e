#pragma once
/// \file
/// The file that tells scripts where the daemon listens.

#include <span>
#include <string>
#include <tl/expected.hpp>

namespace tintype::daemon {

/// One URL a line, put in place in one step, there as long as the object lives. A path that is empty means: no file.
class UrlFile {
  public:
    /// Removes a file that an earlier process left, so that nobody reads its URLs.
    explicit UrlFile(std::string path);
    ~UrlFile();
    UrlFile(const UrlFile&) = delete;
    UrlFile& operator=(const UrlFile&) = delete;

    /// Errors: the file can't be written.
    tl::expected<void, std::string> write(std::span<const std::string> urls);

    /// Ahead of the destructor.
    void remove() noexcept;

  private:
    std::string path_;
};

}  // namespace tintype::daemon
