#include "security/encrypted_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "ascii/ascii.hpp"

namespace tintype::security {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::size_t size_of_length = 4;

struct Protocol {
    NegotiateScheme scheme;
    std::string_view media_type;
    std::string_view content_type;
};
constexpr std::array<Protocol, 2> protocols{{
    {NegotiateScheme::negotiate, "application/HTTP-SPNEGO-session-encrypted",
     "multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-encrypted\";boundary=\"Encrypted Boundary\""},
    {NegotiateScheme::kerberos, "application/HTTP-Kerberos-session-encrypted",
     "multipart/encrypted;protocol=\"application/HTTP-Kerberos-session-encrypted\";boundary=\"Encrypted Boundary\""},
}};

tl::unexpected<std::string> wrong(std::string why) {
    return tl::unexpected(std::move(why));
}

/// What stands before the next `separator`, which goes with it.
std::string_view take_until(std::string_view& text, std::string_view separator) {
    const auto end = text.find(separator);
    const auto taken = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + separator.size());
    return taken;
}

struct Parameter {
    std::string_view name;
    std::string_view value;
};

/// The next of `; name=value; name="value"`. No value that is looked for may hold a quote or a backslash, so there is
/// nothing to unescape; a quoted one may hold a semicolon.
std::optional<Parameter> take_parameter(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of("; \t"), text.size()));
    if (text.empty()) return std::nullopt;
    const auto equals = text.find('=');
    const auto name = ascii::trim(text.substr(0, std::min(equals, text.find(';'))));
    if (equals == std::string_view::npos || text.find(';') < equals) {
        take_until(text, ";");
        return Parameter{name, {}};
    }
    text.remove_prefix(equals + 1);
    text.remove_prefix(std::min(text.find_first_not_of(ascii::blanks), text.size()));
    if (!text.starts_with('"')) return Parameter{name, ascii::trim(take_until(text, ";"))};
    text.remove_prefix(1);
    return Parameter{name, take_until(text, "\"")};
}

/// RFC 2046 5.1.1.
bool is_boundary(std::string_view text) {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'()+_,-./:=? ";
    return !text.empty() && text.size() <= 70 && !text.ends_with(' ') &&
           text.find_first_not_of(allowed) == std::string_view::npos;
}

const Protocol* find_protocol(std::string_view media_type) {
    const auto found = std::find_if(protocols.begin(), protocols.end(), [media_type](const Protocol& protocol) {
        return ascii::same(protocol.media_type, media_type);
    });
    return found == protocols.end() ? nullptr : &*found;
}

/// The lines of a body, one after the other, up to where the ciphertext begins.
class Lines {
  public:
    Lines(std::string_view text, std::string_view boundary) : text_(text), boundary_(boundary) {}

    [[nodiscard]] bool take_boundary() {
        const auto line = next();
        return line && line->starts_with("--") && ascii::trim(line->substr(2)) == boundary_;
    }

    /// The value of the header field that has to come next.
    [[nodiscard]] std::optional<std::string_view> take_field(std::string_view name) {
        const auto line = next();
        if (!line) return std::nullopt;
        const auto colon = line->find(':');
        if (colon == std::string_view::npos || !ascii::same(ascii::trim(line->substr(0, colon)), name))
            return std::nullopt;
        return ascii::trim(line->substr(colon + 1));
    }

    [[nodiscard]] std::string_view rest() const { return text_; }

  private:
    /// Without its line end; nothing if the text ends first.
    std::optional<std::string_view> next() {
        if (text_.find(line_end) == std::string_view::npos) return std::nullopt;
        return take_until(text_, line_end);
    }

    std::string_view text_;
    std::string_view boundary_;
};

/// `type=application/soap+xml;charset=UTF-8;Length=1234`: what stands before Length is a Content-Type.
tl::expected<void, std::string> read_original(std::string_view value, EncryptedBody& body) {
    constexpr std::string_view type = "type=";
    const auto last = value.rfind(';');
    if (!ascii::same(value.substr(0, type.size()), type) || last == std::string_view::npos) {
        return wrong("OriginalContent does not read type=…;Length=…");
    }
    body.original_type = ascii::trim(value.substr(type.size(), last - type.size()));
    auto parameters = value.substr(last);
    const auto length = take_parameter(parameters);
    if (!length || !ascii::same(length->name, "Length")) return wrong("OriginalContent does not end in a Length");
    const auto* const end = length->value.data() + length->value.size();
    const auto read = std::from_chars(length->value.data(), end, body.length);
    if (read.ec != std::errc{} || read.ptr != end) return wrong("OriginalContent's Length is no number");
    return {};
}

std::size_t little_endian(std::string_view bytes) {
    std::size_t number = 0;
    for (std::size_t place = size_of_length; place-- > 0;) {
        number = number << 8U | static_cast<unsigned char>(bytes[place]);
    }
    return number;
}

/// `L`, L bytes of header, ciphertext, closing boundary. The boundary is looked for at the end only, since the
/// ciphertext may hold anything.
tl::expected<void, std::string> read_payload(std::string_view payload, std::string_view boundary, EncryptedBody& body) {
    const auto closing = fmt::format("--{}--", boundary);
    if (payload.ends_with(line_end) && payload.substr(0, payload.size() - line_end.size()).ends_with(closing)) {
        payload.remove_suffix(line_end.size());
    }
    if (!payload.ends_with(closing)) return wrong("does not end with the closing boundary");
    payload.remove_suffix(closing.size());
    if (payload.size() < size_of_length) return wrong("ends before the length of the signature");
    const auto header = little_endian(payload);
    payload.remove_prefix(size_of_length);
    if (header == 0) return wrong("has no signature");
    if (header > payload.size()) {
        return wrong(fmt::format("says that its signature has {} bytes, and has {} after it", header, payload.size()));
    }
    body.header = payload.substr(0, header);
    body.data = payload.substr(header);
    if (body.length > body.data.size()) {
        return wrong(fmt::format("says that {} bytes are sealed, and has {}", body.length, body.data.size()));
    }
    return {};
}

bool is_eight_bit(const EncryptedBody& body, std::string_view clear) {
    auto parameters = body.original_type;
    take_until(parameters, ";");
    while (const auto parameter = take_parameter(parameters)) {
        if (ascii::same(parameter->name, "charset")) return !ascii::same(parameter->value.substr(0, 6), "utf-16");
    }
    return !clear.starts_with("\xFF\xFE") && !clear.starts_with("\xFE\xFF");
}

const Protocol& protocol_of(NegotiateScheme scheme) {
    return protocols[scheme == NegotiateScheme::negotiate ? 0 : 1];
}

}  // namespace

bool is_encrypted(std::string_view content_type) noexcept {
    return ascii::same(ascii::trim(take_until(content_type, ";")), "multipart/encrypted");
}

tl::expected<EncryptedBody, std::string> read_encrypted_body(std::string_view content_type, std::string_view body) {
    auto parameters = content_type;
    if (!ascii::same(ascii::trim(take_until(parameters, ";")), "multipart/encrypted")) {
        return wrong("the Content-Type is not multipart/encrypted");
    }
    std::string_view boundary;
    const Protocol* protocol = nullptr;
    while (const auto parameter = take_parameter(parameters)) {
        if (ascii::same(parameter->name, "boundary")) boundary = parameter->value;
        if (ascii::same(parameter->name, "protocol")) protocol = find_protocol(parameter->value);
    }
    if (protocol == nullptr) return wrong("the Content-Type names no protocol for sealed messages that is known here");
    if (!is_boundary(boundary)) return wrong("the Content-Type has no boundary as RFC 2046 allows it");

    EncryptedBody result{protocol->scheme, {}, 0, {}, {}};
    Lines lines(body, boundary);
    if (!lines.take_boundary()) return wrong("does not begin with the boundary");
    if (const auto type = lines.take_field("Content-Type"); !type || !ascii::same(*type, protocol->media_type)) {
        return wrong("the first part's Content-Type is not the protocol");
    }
    const auto original = lines.take_field("OriginalContent");
    if (!original) return wrong("the first part has no OriginalContent");
    if (auto read = read_original(*original, result); !read) return tl::unexpected(read.error());
    if (!lines.take_boundary()) return wrong("the second part does not follow the first");
    if (const auto type = lines.take_field("Content-Type"); !type || !ascii::same(*type, "application/octet-stream")) {
        return wrong("the second part's Content-Type is not application/octet-stream");
    }
    if (auto read = read_payload(lines.rest(), boundary, result); !read) return tl::unexpected(read.error());
    return result;
}

tl::expected<std::string, std::string> original_message(const EncryptedBody& body, std::string clear) {
    if (clear.size() != body.length) {
        return wrong(fmt::format("says that {} bytes are sealed, and they are {}", body.length, clear.size()));
    }
    if (is_eight_bit(body, clear)) {
        for (int count = 0; count < 2 && clear.ends_with('\0'); ++count) clear.pop_back();
    }
    return clear;
}

std::string_view encrypted_content_type(NegotiateScheme protocol) noexcept {
    return protocol_of(protocol).content_type;
}

std::string write_encrypted_body(NegotiateScheme protocol, std::string_view original_type, std::size_t length,
                                 const SealedMessage& message) {
    std::string body;
    body.reserve(message.header.size() + message.data.size() + 320);
    body += fmt::format(
        "--Encrypted Boundary\r\n\tContent-Type: {}\r\n\tOriginalContent: type={};Length={}\r\n"
        "--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n",
        protocol_of(protocol).media_type, original_type, length);
    for (std::size_t place = 0; place < size_of_length; ++place) {
        body.push_back(static_cast<char>(message.header.size() >> 8U * place & 0xFFU));
    }
    return body.append(message.header).append(message.data).append("--Encrypted Boundary--\r\n");
}

}  // namespace tintype::security
