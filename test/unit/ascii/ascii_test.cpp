#include "ascii/ascii.hpp"

#include <doctest/doctest.h>

namespace tintype::ascii {
namespace {

TEST_CASE("only the 26 letters of ASCII have two cases") {
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        CAPTURE(byte);
        CHECK(lower(c) == (byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : c));
    }
    CHECK(lower("BASIC \xC4\xB0") == "basic \xC4\xB0");
}

TEST_CASE("words are the same but for case, as a whole or at the beginning") {
    CHECK(same("", ""));
    CHECK(same("BASIC", "basic"));
    CHECK_FALSE(same("basic", "basics"));
    CHECK_FALSE(same("b@sic", "b`sic"));
    CHECK(begins_with("NEGOTIATE abc", "Negotiate "));
    CHECK(begins_with("a", ""));
    CHECK_FALSE(begins_with("Neg", "Negotiate"));
}

TEST_CASE("blanks around a text are taken away, those within it and line ends stay") {
    CHECK(trim(" \t a b\t ") == "a b");
    CHECK(trim("a\r\n") == "a\r\n");
    CHECK(trim(" \t").empty());
    CHECK(trim("").empty());
}

}  // namespace
}  // namespace tintype::ascii
