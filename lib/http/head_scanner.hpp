#pragma once
/// \file
/// Finds the end of a request's head, and refuses what Beast's parser would take though it is read differently by
/// different servers: that is what request smuggling is made of.

#include <cstddef>
#include <string_view>

namespace tintype::http {

/// Looks at each byte of a head once, however it arrives.
class HeadScanner {
  public:
    enum class State { incomplete, complete, malformed };

    /// \param text everything received of the head so far, from its first byte; earlier text is not looked at again.
    /// Malformed: a line that ends in a bare LF or CR, a control character other than HTAB, a line that begins with a
    /// blank (obs-fold, RFC 9112 5.2).
    State scan(std::string_view text) noexcept;

    /// Bytes of the head with its empty line, once complete.
    [[nodiscard]] std::size_t size() const noexcept { return seen_; }

  private:
    std::size_t seen_ = 0;
    char last_ = '\n';        // As if a line had just ended.
    bool line_empty_ = true;  // Nothing but perhaps a CR in this line so far.
};

}  // namespace tintype::http
