#pragma once
/// \file
/// The Basic scheme of HTTP (RFC 7617).

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace tintype::security {

/// What a client sent to log on with. The password is wiped from memory when this goes.
class BasicCredentials {
  public:
    /// \param text `user:password`. \param colon where the first colon is.
    BasicCredentials(std::vector<char> text, std::size_t colon) noexcept : text_(std::move(text)), colon_(colon) {}
    BasicCredentials(const BasicCredentials&) = delete;
    BasicCredentials& operator=(const BasicCredentials&) = delete;
    BasicCredentials(BasicCredentials&&) noexcept = default;
    BasicCredentials& operator=(BasicCredentials&&) = delete;
    ~BasicCredentials();

    [[nodiscard]] std::string_view user() const noexcept { return {text_.data(), colon_}; }
    [[nodiscard]] std::string_view password() const noexcept {
        return std::string_view(text_.data(), text_.size()).substr(colon_ + 1);
    }

  private:
    std::vector<char> text_;  // A moved std::string may leave a copy behind; a vector does not.
    std::size_t colon_;
};

/// Reads the value of an Authorization header: `Basic`, in any case, blanks, base64 of `user:password`. The user ends
/// at the first colon. Nothing if the scheme is another, the base64 is none (its padding is required), there is no
/// colon, or a control character stands anywhere in it.
[[nodiscard]] std::optional<BasicCredentials> read_basic(std::string_view authorization);

}  // namespace tintype::security
