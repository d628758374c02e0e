#pragma once
/// \file
/// Text from clients, fit for a log.

#include <cstddef>
#include <string>
#include <string_view>

namespace tintype::http {

/// The text in one line that can't be taken for more than one: control characters, backslashes, quotes and bytes that
/// are no UTF-8 become `\xNN`. \param limit bytes of the text that are kept; `…` stands for the rest.
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit = 200);

}  // namespace tintype::http
