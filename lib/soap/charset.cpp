#include "soap/charset.hpp"

#include <boost/locale/utf.hpp>
#include <iterator>
#include <optional>

#include "ascii/ascii.hpp"

namespace tintype::soap {
namespace {

namespace utf = boost::locale::utf;
using Utf8 = utf::utf_traits<char>;
using Utf16 = utf::utf_traits<char16_t>;

constexpr std::string_view utf8_bom = "\xEF\xBB\xBF";
constexpr std::string_view utf16le_bom = "\xFF\xFE";
constexpr std::string_view utf16be_bom = "\xFE\xFF";

/// One `name=value` of a header, its value unquoted; `rest` moves behind it.
std::pair<std::string, std::string> next_parameter(std::string_view& rest) {
    const auto equals = rest.find_first_of("=;");
    const std::string name = ascii::lower(ascii::trim(rest.substr(0, equals)));
    if (equals == std::string_view::npos || rest[equals] == ';') {
        rest.remove_prefix(equals == std::string_view::npos ? rest.size() : equals + 1);
        return {name, {}};
    }
    rest.remove_prefix(equals + 1);
    const auto first = rest.find_first_not_of(" \t");
    rest.remove_prefix(first == std::string_view::npos ? rest.size() : first);
    std::string value;
    if (!rest.empty() && rest.front() == '"') {
        std::size_t i = 1;
        for (; i < rest.size() && rest[i] != '"'; ++i) {
            if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
            value.push_back(rest[i]);
        }
        rest.remove_prefix(i);
    } else {
        value = ascii::trim(rest.substr(0, rest.find(';')));
    }
    const auto end = rest.find(';');
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return {name, value};
}

/// Length of the longest beginning that is ASCII without NUL.
std::size_t ascii_length(std::string_view text) {
    // In blocks without a branch inside, which compilers turn into vector instructions.
    constexpr std::size_t block = 64;
    std::size_t i = 0;
    for (; i + block <= text.size(); i += block) {
        unsigned char other = 0;
        for (std::size_t j = 0; j < block; ++j) {
            other = static_cast<unsigned char>(other | (static_cast<signed char>(text[i + j]) <= 0 ? 1U : 0U));
        }
        if (other != 0) break;
    }
    while (i < text.size() && static_cast<signed char>(text[i]) > 0) ++i;
    return i;
}

/// Where the text stops being UTF-8 without NUL; its size if it never does.
std::size_t valid_length(std::string_view text) {
    std::size_t at = 0;
    for (;;) {
        at += ascii_length(text.substr(at));
        if (at == text.size()) return at;
        const char* next = text.data() + at;
        const utf::code_point c = Utf8::decode(next, text.data() + text.size());
        if (!utf::is_valid_codepoint(c) || c == 0) return at;
        at = static_cast<std::size_t>(next - text.data());
    }
}

/// Code units of UTF-16 bytes in one byte order.
class Utf16Units {
  public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char16_t;
    using difference_type = std::ptrdiff_t;
    using pointer = const char16_t*;
    using reference = char16_t;

    Utf16Units(const char* at, bool little_endian) : at_(at), low_(little_endian ? 0 : 1) {}
    char16_t operator*() const { return static_cast<char16_t>(byte(low_) | (byte(1 - low_) << 8)); }
    Utf16Units& operator++() {
        at_ += 2;
        return *this;
    }
    Utf16Units operator++(int) {
        Utf16Units before = *this;
        at_ += 2;
        return before;
    }
    bool operator==(const Utf16Units& other) const { return at_ == other.at_; }
    [[nodiscard]] const char* position() const { return at_; }

  private:
    [[nodiscard]] unsigned byte(int offset) const { return static_cast<unsigned char>(at_[offset]); }
    const char* at_;
    int low_;
};

ReadError not_xml(std::string message, Charset charset) {
    return {
        .fault = ReadFault::not_xml, .message = std::move(message), .charset = charset, .header = {}, .message_id = {}};
}

tl::expected<Decoded, ReadError> decode_utf8(std::string_view message, bool ascii_only) {
    if (message.starts_with(utf8_bom)) message.remove_prefix(utf8_bom.size());
    const std::size_t valid = ascii_only ? ascii_length(message) : valid_length(message);
    if (valid == message.size()) return Decoded{message, Charset::utf8};
    const std::string place = " at byte " + std::to_string(valid + 1);
    if (message[valid] == '\0') return tl::unexpected(not_xml("NUL" + place, Charset::utf8));
    return tl::unexpected(not_xml((ascii_only ? "not US-ASCII" : "not UTF-8") + place, Charset::utf8));
}

tl::expected<Decoded, ReadError> decode_utf16(std::string_view message, Charset charset, std::string& buffer) {
    const std::string_view bom = charset == Charset::utf16le ? utf16le_bom : utf16be_bom;
    if (message.starts_with(bom)) message.remove_prefix(bom.size());
    if (message.size() % 2 != 0) return tl::unexpected(not_xml("UTF-16 with an odd number of bytes", charset));

    // One unit becomes at most three bytes, a pair of them four.
    buffer.resize(message.size() / 2 * 3);
    char* out = buffer.data();
    Utf16Units at(message.data(), charset == Charset::utf16le);
    const Utf16Units end(message.data() + message.size(), charset == Charset::utf16le);
    while (at != end) {
        const char* const start = at.position();
        const utf::code_point c = Utf16::decode(at, end);
        if (!utf::is_valid_codepoint(c) || c == 0) {
            return tl::unexpected(not_xml("not UTF-16 at byte " + std::to_string(start - message.data() + 1), charset));
        }
        out = Utf8::encode(c, out);
    }
    buffer.resize(static_cast<std::size_t>(out - buffer.data()));
    return Decoded{buffer, charset};
}

/// What the first bytes tell: a BOM, or, since XML begins with `<` or white space, the place of the zero byte.
std::optional<Charset> sniff_utf16(std::string_view message) {
    if (message.starts_with(utf16le_bom)) return Charset::utf16le;
    if (message.starts_with(utf16be_bom)) return Charset::utf16be;
    if (message.size() < 2) return std::nullopt;
    if (message[0] != '\0' && message[1] == '\0') return Charset::utf16le;
    if (message[0] == '\0' && message[1] != '\0') return Charset::utf16be;
    return std::nullopt;
}

}  // namespace

std::string charset_of(std::string_view content_type) {
    // What nearly every client sends.
    constexpr std::string_view usual = "application/soap+xml;charset=UTF-8";
    if (content_type == usual) return "utf-8";
    return parse_content_type(content_type).charset;
}

ContentType parse_content_type(std::string_view value) {
    ContentType result;
    const auto end = value.find(';');
    result.media_type = ascii::lower(ascii::trim(value.substr(0, end)));
    std::string_view rest = end == std::string_view::npos ? std::string_view{} : value.substr(end + 1);
    while (!rest.empty()) {
        auto [name, parameter] = next_parameter(rest);
        if (name == "charset" && result.charset.empty()) result.charset = ascii::lower(parameter);
    }
    return result;
}

tl::expected<Decoded, ReadError> decode(std::string_view message, std::string_view charset, std::string& buffer) {
    if (charset.empty()) {
        if (const auto sniffed = sniff_utf16(message)) return decode_utf16(message, *sniffed, buffer);
        return decode_utf8(message, false);
    }
    if (charset == "utf-8" || charset == "utf8") return decode_utf8(message, false);
    if (charset == "us-ascii" || charset == "ascii") return decode_utf8(message, true);
    // RFC 2781 says big-endian where nothing tells; Windows' own tools write little-endian.
    if (charset == "utf-16") return decode_utf16(message, sniff_utf16(message).value_or(Charset::utf16le), buffer);
    if (charset == "utf-16le") return decode_utf16(message, Charset::utf16le, buffer);
    if (charset == "utf-16be") return decode_utf16(message, Charset::utf16be, buffer);
    return tl::unexpected(
        ReadError{.fault = ReadFault::charset,
                  .message = "character set '" + std::string(charset) + "' is not supported; UTF-8 and UTF-16 are",
                  .charset = Charset::utf8,
                  .header = {},
                  .message_id = {}});
}

std::string encode(std::string utf8, Charset charset) {
    if (charset == Charset::utf8) return utf8;
    const bool little_endian = charset == Charset::utf16le;
    std::string result(little_endian ? utf16le_bom : utf16be_bom);
    result.reserve(2 + utf8.size() * 2);
    const char* at = utf8.data();
    const char* const end = at + utf8.size();
    while (at != end) {
        char16_t units[2] = {};
        const char16_t* const units_end = Utf16::encode(Utf8::decode_valid(at), units);
        for (const char16_t* unit = units; unit != units_end; ++unit) {
            const auto low = static_cast<char>(*unit & 0xFF);
            const auto high = static_cast<char>(*unit >> 8);
            result.push_back(little_endian ? low : high);
            result.push_back(little_endian ? high : low);
        }
    }
    return result;
}

std::string_view content_type(Charset charset) noexcept {
    return charset == Charset::utf8 ? "application/soap+xml;charset=UTF-8" : "application/soap+xml;charset=UTF-16";
}

}  // namespace tintype::soap
