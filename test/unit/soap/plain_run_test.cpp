#include "soap/plain_run.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>

using namespace tintype;

namespace {

std::size_t skipped(const std::string& text, std::size_t from = 0) {
    const char* const begin = text.data();
    return static_cast<std::size_t>(soap::skip_printable(begin + from, begin + text.size()) - begin);
}

/// Whether a byte stands for itself in text and in attributes, whichever quotation mark they have.
bool is_plain(unsigned char byte) {
    return byte >= 0x20 && byte < 0x80 &&
           std::string_view("<>&]\"'").find(static_cast<char>(byte)) == std::string::npos;
}

}  // namespace

TEST_CASE("many bytes at a time go as far as the first that means something, wherever that stands, and never beyond") {
    for (std::size_t size = 0; size <= 70; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            for (unsigned byte = 0; byte < 256; ++byte) {
                if (size > 35 && byte % 16 != 12) continue;  // of the longer ones `<` and some more
                std::string text(size, 'x');
                text[at] = static_cast<char>(byte);
                const auto end = skipped(text);
                if (end > size || (!is_plain(static_cast<unsigned char>(byte)) && end > at))
                    FAIL("byte " << byte << " at " << at << " of " << size << " was passed over");
            }
        }
    }
}

TEST_CASE("of plain text all but what is less than sixteen bytes is skipped, from any place") {
    std::string text;
    for (unsigned char byte = 0x20; byte < 0x80; ++byte)
        if (is_plain(byte) && byte != '#') text += static_cast<char>(byte);
    for (std::size_t from = 0; from <= text.size(); ++from) CHECK(text.size() - skipped(text, from) < 16);
}
