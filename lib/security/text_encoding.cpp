#include "security/text_encoding.hpp"

#include <iconv.h>
#include <wctype.h>

#include <clocale>
#include <cstring>
#include <optional>
#include <utility>

namespace tintype::security {
namespace {

struct Conversion {
    std::string text;
    bool whole = false;
};

Conversion convert(std::string_view bytes, const char* from, const char* to) {
    iconv_t converter = ::iconv_open(to, from);
    Conversion result{std::string(bytes.size() * 4, '\0'), false};
    char* in = const_cast<char*>(bytes.data());
    std::size_t in_left = bytes.size();
    char* out = result.text.data();
    std::size_t out_left = result.text.size();
    result.whole = ::iconv(converter, &in, &in_left, &out, &out_left) != static_cast<std::size_t>(-1);
    ::iconv_close(converter);
    result.text.resize(result.text.size() - out_left);
    return result;
}

}  // namespace

std::string utf8_of_utf16le(std::string_view bytes) {
    return convert(bytes, "UTF-16LE", "UTF-8").text;
}

std::optional<std::string> utf16le_of_utf8(std::string_view text) {
    auto converted = convert(text, "UTF-8", "UTF-16LE");
    if (!converted.whole) return std::nullopt;
    return std::move(converted.text);
}

std::string without_case(std::string_view utf8) {
    // The process's own locale may know ASCII only.
    static const locale_t letters = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    auto wide = convert(utf8, "UTF-8", "WCHAR_T");
    if (!wide.whole || letters == nullptr) return std::string(utf8);
    for (std::size_t at = 0; at < wide.text.size(); at += sizeof(wchar_t)) {
        wchar_t letter = 0;
        std::memcpy(&letter, &wide.text[at], sizeof letter);
        letter = static_cast<wchar_t>(::towlower_l(static_cast<wint_t>(letter), letters));
        std::memcpy(&wide.text[at], &letter, sizeof letter);
    }
    return convert(wide.text, "WCHAR_T", "UTF-8").text;
}

}  // namespace tintype::security
