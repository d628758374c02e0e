#pragma once
/// \file
/// Files that hold secrets (password hashes, private keys), and files that decide who gets in (authorities, revocation
/// lists, mappings).

#include <cstddef>
#include <string>
#include <tl/expected.hpp>

namespace tintype::security {

/// The file's content, if nobody but its owner may read or write it and its owner is the user of this process or root.
/// What is checked is what is read: the file is opened once; of a symbolic link it is the file that it leads to.
/// Never waits, whatever is there. \param limit bytes that it may have at most.
/// Errors, in a sentence that names the file: it can't be opened or read, it is no regular file, its owner or its mode
/// is not as said, it is longer than `limit`.
[[nodiscard]] tl::expected<std::string, std::string> read_private_file(const std::string& path, std::size_t limit);

/// The same for a file that anybody may read, and nobody but its owner may write.
[[nodiscard]] tl::expected<std::string, std::string> read_trusted_file(const std::string& path, std::size_t limit);

/// The same for a file that neither holds a secret nor decides anything: whose it is and who may write it is not asked.
[[nodiscard]] tl::expected<std::string, std::string> read_public_file(const std::string& path, std::size_t limit);

}  // namespace tintype::security
