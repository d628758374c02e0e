#pragma once
/// \file
/// What every answer has of its request: the headers that say which it is to, and its character set.

#include <cstddef>
#include <string_view>

#include "soap/envelope.hpp"
#include "soap/xml_writer.hpp"

namespace tintype::wsman {

/// Of what the client numbers its messages and its work with as much as comes back to it. Views into the arguments.
[[nodiscard]] soap::AnswerHeaders answer_headers(const soap::Envelope& envelope, std::string_view action,
                                                 std::string_view message_id) noexcept;

/// How many bytes of UTF-8 are sure to fit into so many in the request's character set: UTF-16 takes at most twice as
/// many.
[[nodiscard]] std::size_t utf8_room(std::size_t bytes, const soap::Envelope& envelope) noexcept;

}  // namespace tintype::wsman
