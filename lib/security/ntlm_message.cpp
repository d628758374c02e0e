#include "security/ntlm_message.hpp"

#include <algorithm>
#include <array>

#include "security/text_encoding.hpp"

namespace tintype::security {
namespace {

constexpr std::size_t longest_name = 256;  // UTF-16 units, of each part

/// A message from its signature on; empty if there is none of this type.
std::string_view find_message(std::string_view token, std::uint8_t type) {
    using namespace std::string_view_literals;
    const std::array<char, 12> start{'N',  'T',  'L', 'M', 'S', 'S', 'P', '\0', static_cast<char>(type),
                                     '\0', '\0', '\0'};
    const auto at = token.find(std::string_view(start.data(), start.size()));
    return at == std::string_view::npos ? ""sv : token.substr(at);
}

std::uint32_t little_endian(std::string_view message, std::size_t at, std::size_t bytes) {
    if (at + bytes > message.size()) return 0;
    std::uint32_t number = 0;
    for (std::size_t place = bytes; place-- > 0;) {
        number = number << 8U | static_cast<unsigned char>(message[at + place]);
    }
    return number;
}

/// What the length and the offset at `at` point to; empty if that is outside.
std::string_view field(std::string_view message, std::size_t at) {
    const auto size = little_endian(message, at, 2);
    const auto offset = little_endian(message, at + 4, 4);
    if (offset > message.size() || size > message.size() - offset) return {};
    return message.substr(offset, size);
}

std::string text(std::string_view bytes, bool unicode) {
    auto result =
        unicode ? utf8_of_utf16le(bytes.substr(0, 2 * longest_name)) : std::string(bytes.substr(0, longest_name));
    std::replace_if(
        result.begin(), result.end(),
        [unicode](char c) {
            const auto byte = static_cast<unsigned char>(c);
            return byte < 0x20 || byte == 0x7F || (!unicode && byte > 0x7F);
        },
        '?');
    return result;
}

}  // namespace

std::optional<NtlmAuthenticate> find_ntlm_authenticate(std::string_view token) {
    constexpr std::size_t nt_response = 20;
    constexpr std::size_t domain_name = 28;
    constexpr std::size_t user_name = 36;
    constexpr std::size_t negotiated = 60;
    constexpr std::uint32_t unicode_flag = 0x1;
    constexpr std::size_t version1_response = 24;
    const auto message = find_message(token, 3);
    if (message.empty()) return std::nullopt;
    const bool unicode = (little_endian(message, negotiated, 4) & unicode_flag) != 0;
    const auto domain = text(field(message, domain_name), unicode);
    const auto user = text(field(message, user_name), unicode);
    return NtlmAuthenticate{domain.empty() ? user : domain + '\\' + user,
                            field(message, nt_response).size() == version1_response};
}

std::optional<NtlmChallenge> find_ntlm_challenge(std::string_view token) {
    constexpr std::size_t negotiated = 20;
    constexpr std::uint32_t extended_session_security = 0x80000;
    constexpr std::uint32_t datagram = 0x40;
    const auto message = find_message(token, 2);
    if (message.empty()) return std::nullopt;
    const auto flags = little_endian(message, negotiated, 4);
    return NtlmChallenge{(flags & extended_session_security) != 0, (flags & datagram) != 0};
}

}  // namespace tintype::security
