#pragma once
/// \file
/// From the text of a value to the value (DSP0004, DSP0230).

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "tintype/cim/value.hpp"

namespace tintype::cim {

/// Reads one value of a type; a null has no text. White space around it is not significant but in a string; a char16
/// that is a blank is one. Booleans are true, false, 1 and 0 in any case; integers decimal, with a sign; reals as XML
/// Schema writes them, INF and NaN among them; datetimes as read_datetime() says; references as object paths.
/// \param text decoded, UTF-8.
/// \returns a value that Instance::set takes for the type. Errors: a sentence's end that quotes the text, such as
///          "'300' is no uint8: it is over 255".
[[nodiscard]] tl::expected<Scalar, std::string> read_value(Type type, std::string_view text);

/// A client's text in quotation marks as an error quotes it: cut to a few words, never inside of a character.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace tintype::cim
