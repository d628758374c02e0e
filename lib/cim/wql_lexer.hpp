#pragma once
/// \file
/// WQL's words.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "cim/wql.hpp"

namespace tintype::cim {

enum class WqlTokenKind : std::uint8_t { end, name, string, number, symbol, object };

struct WqlToken {
    WqlTokenKind kind = WqlTokenKind::end;
    std::string_view text;     ///< As written; of an object path, what stands between the braces.
    std::string value;         ///< Of a string: without quotes and escapes.
    std::size_t position = 1;  ///< Of its first character in the query, from 1.
};

/// Gives the words of a query one after the other; the text must outlive it.
class WqlLexer {
  public:
    explicit WqlLexer(std::string_view text) : text_(text) {}

    /// \param token becomes it, whatever it was.
    tl::expected<void, WqlError> next(WqlToken& token);

  private:
    tl::expected<void, WqlError> read_string(WqlToken& token);
    tl::expected<void, WqlError> read_object(WqlToken& token);
    void take(WqlToken& token, WqlTokenKind kind, std::size_t length);

    std::string_view text_;
    std::size_t at_ = 0;
};

[[nodiscard]] WqlError wql_error(std::size_t position, std::string message);

}  // namespace tintype::cim
