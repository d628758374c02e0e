// Decoding against glibc's iconv, and there and back again.
#include <iconv.h>

#include <optional>
#include <string>

#include "fuzz_input.hpp"
#include "soap/charset.hpp"

using namespace tintype;

namespace {

std::optional<std::string> convert(std::string_view bytes, const char* from, const char* to) {
    iconv_t converter = iconv_open(to, from);
    std::string result(bytes.size() * 2 + 16, '\0');
    auto* in = const_cast<char*>(bytes.data());
    std::size_t in_left = bytes.size();
    char* out = result.data();
    std::size_t out_left = result.size();
    const std::size_t status = iconv(converter, &in, &in_left, &out, &out_left);
    iconv_close(converter);
    if (status == static_cast<std::size_t>(-1)) return std::nullopt;
    result.resize(result.size() - out_left);
    return result;
}

/// Through UTF-16, since iconv takes UTF-8 for numbers that no character has, and UTF-16 can't hold those.
std::optional<std::string> by_iconv(std::string_view bytes, const char* charset) {
    const auto utf16 = convert(bytes, charset, "UTF-16LE");
    return utf16 ? convert(*utf16, "UTF-16LE", "UTF-8") : std::nullopt;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Budget budget;
    const auto request = fuzz::request_of(data, size);
    const auto type = soap::parse_content_type(request.content_type);
    // The bytes as a header's value, too.
    static_cast<void>(soap::parse_content_type(request.message));

    std::string buffer;
    const auto decoded = soap::decode(request.message, type.charset, buffer);
    const soap::Charset charset = decoded ? decoded->charset : decoded.error().charset;
    if (!decoded && decoded.error().fault == soap::ReadFault::charset) return 0;

    std::string_view bytes = request.message;
    const std::string_view bom = charset == soap::Charset::utf8      ? "\xEF\xBB\xBF"
                                 : charset == soap::Charset::utf16le ? "\xFF\xFE"
                                                                     : "\xFE\xFF";
    if (bytes.starts_with(bom)) bytes.remove_prefix(bom.size());
    const char* const name = charset == soap::Charset::utf8      ? "UTF-8"
                             : charset == soap::Charset::utf16le ? "UTF-16LE"
                                                                 : "UTF-16BE";
    auto expected = by_iconv(bytes, type.charset == "us-ascii" ? "ASCII" : name);
    if (expected && expected->find('\0') != std::string::npos) expected.reset();
    if (decoded.has_value() != expected.has_value()) fuzz::expect_none("one of us and iconv refuses it");
    if (!decoded) return 0;
    if (decoded->text != *expected) fuzz::expect_none("iconv reads it otherwise");

    const std::string text(decoded->text);
    for (const auto to : {soap::Charset::utf16le, soap::Charset::utf16be}) {
        std::string again;
        const auto back = soap::decode(soap::encode(text, to), "utf-16", again);
        if (!back || back->text != text || back->charset != to)
            fuzz::expect_none("what was encoded is not what is decoded");
    }
    return 0;
}
