#pragma once
/// \file
/// `tintyped user add`.

#include <iosfwd>
#include <string>
#include <tl/expected.hpp>

namespace tintype::daemon {

/// Asks twice without echo on the terminal, or, where standard input is none, takes the first line of `input`.
/// Errors: no input, the two differ, empty.
[[nodiscard]] tl::expected<std::string, std::string> ask_password(const std::string& user, std::istream& input);

/// Asks for the password and puts the user into the file.
[[nodiscard]] tl::expected<void, std::string> add_user(const std::string& file, const std::string& user,
                                                       std::istream& input);

}  // namespace tintype::daemon
