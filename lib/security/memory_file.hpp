#pragma once
/// \file
/// A file that lives in this process only.

#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "security/file_descriptor.hpp"

namespace tintype::security {

/// For libraries that want a path and read it whenever they like: what they read is what was checked, whatever becomes
/// of the file on disk. Other users can't open it; programs that this process starts don't inherit it.
class MemoryFile {
  public:
    /// Errors, in a sentence: no memory, no descriptor, no /proc.
    [[nodiscard]] static tl::expected<std::unique_ptr<const MemoryFile>, std::string> holding(std::string_view content);

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

  private:
    explicit MemoryFile(int number);

    FileDescriptor file_;
    std::string path_;
};

}  // namespace tintype::security
