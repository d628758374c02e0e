// UTF-8 and UTF-16 in, the same out.
#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

#include "envelopes.hpp"
#include "soap/charset.hpp"

using namespace tintype;
using namespace std::string_literals;
using soap::Charset;
using soap::ReadFault;

namespace {

struct Result {
    std::string text;
    Charset charset = Charset::utf8;
    std::optional<ReadFault> fault;
};

Result decode(const std::string& bytes, const std::string& charset) {
    std::string buffer;
    const auto decoded = soap::decode(bytes, charset, buffer);
    if (!decoded) return {{}, decoded.error().charset, decoded.error().fault};
    return {std::string(decoded->text), decoded->charset, std::nullopt};
}

}  // namespace

TEST_CASE("a Content-Type gives media type and charset, however it is written") {
    const std::vector<std::array<std::string, 3>> cases = {
        {"", "", ""},
        {"application/soap+xml", "application/soap+xml", ""},
        {"Application/SOAP+XML;charset=UTF-8", "application/soap+xml", "utf-8"},
        {"application/soap+xml ; charset = \"utf-16\" ; action=\"a;charset=x\"", "application/soap+xml", "utf-16"},
        {"application/soap+xml; action=\"a\\\";charset=x\"; charset=UTF-16LE", "application/soap+xml", "utf-16le"},
        {"application/soap+xml;charset", "application/soap+xml", ""},
        {"application/soap+xml;;charset=;", "application/soap+xml", ""},
        {"application/soap+xml;charset=\"utf-8", "application/soap+xml", "utf-8"},
        {";charset=utf-8", "", "utf-8"},
        {"application/soap+xml;charset=utf-8;charset=utf-16", "application/soap+xml", "utf-8"}};
    for (const auto& each : cases) {
        CAPTURE(each[0]);
        const auto parsed = soap::parse_content_type(each[0]);
        CHECK(parsed.media_type == each[1]);
        CHECK(parsed.charset == each[2]);
    }
}

TEST_CASE("UTF-16 is read in either order, with a BOM or without, named or recognised") {
    const std::string text = "<a>\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80</a>";
    const std::string le = soap::encode(text, Charset::utf16le);
    const std::string be = soap::encode(text, Charset::utf16be);
    CHECK(le.substr(0, 8) == "\xFF\xFE<\0a\0>\0"s);
    CHECK(be.substr(0, 8) == "\xFE\xFF\0<\0a\0>"s);
    for (const std::string charset : {"", "utf-16", "utf-16le"}) {
        CAPTURE(charset);
        for (const std::string& bytes : {le, le.substr(2)}) {
            const Result result = decode(bytes, charset);
            CHECK(result.text == text);
            CHECK(result.charset == Charset::utf16le);
        }
    }
    for (const std::string charset : {"", "utf-16", "utf-16be"}) {
        CAPTURE(charset);
        for (const std::string& bytes : {be, be.substr(2)}) {
            const Result result = decode(bytes, charset);
            CHECK(result.text == text);
            CHECK(result.charset == Charset::utf16be);
        }
    }
}

TEST_CASE("an envelope in UTF-16 is read in all four writings, whatever its XML declaration says") {
    for (const std::string encoding : {"UTF-16", "utf-8", "iso-8859-1"}) {
        const std::string text = "<?xml version=\"1.0\" encoding=\"" + encoding + "\"?>" +
                                 test::message("<a:To>\xE2\x82\xAC</a:To>", "<c:x>\xC3\xA9</c:x>");
        for (const Charset charset : {Charset::utf16le, Charset::utf16be}) {
            const std::string bytes = soap::encode(text, charset);
            for (const std::string& message : {bytes, bytes.substr(2)}) {
                for (const std::string type : {"", "application/soap+xml;charset=UTF-16"}) {
                    const auto envelope = test::read(message, type);
                    REQUIRE_MESSAGE(envelope, envelope.error().message);
                    CHECK(envelope->charset == charset);
                    CHECK(envelope->headers.to.text == "\xE2\x82\xAC");
                    CHECK(envelope->body == "<p:x>\xC3\xA9</p:x>");
                }
            }
        }
        const auto in_utf8 = test::read("\xEF\xBB\xBF" + text, "application/soap+xml;charset=utf-8");
        REQUIRE_MESSAGE(in_utf8, in_utf8.error().message);
        CHECK(in_utf8->charset == Charset::utf8);
    }
}

TEST_CASE("the charset of the content type wins over a BOM, and the BOM over nothing") {
    const std::string le = soap::encode("<a/>", Charset::utf16le);
    CHECK(decode(le, "utf-8").fault == ReadFault::not_xml);
    CHECK(decode(le, "").text == "<a/>");
    CHECK(decode("\xEF\xBB\xBF<a/>", "").text == "<a/>");
    CHECK(decode("\xEF\xBB\xBF<a/>", "utf-8").text == "<a/>");
    CHECK(decode("<a/>", "utf-16").text != "<a/>");
}

TEST_CASE("another charset is refused by name") {
    for (const std::string charset : {"iso-8859-1", "utf-32", "utf-7", "gbk"}) {
        std::string buffer;
        const auto decoded = soap::decode("<a/>", charset, buffer);
        REQUIRE_FALSE(decoded);
        CHECK(decoded.error().fault == ReadFault::charset);
        CHECK(decoded.error().message.find(charset) != std::string::npos);
    }
    CHECK(decode("<a/>", "us-ascii").text == "<a/>");
    CHECK(decode("<a>\xC3\xA9</a>", "us-ascii").fault == ReadFault::not_xml);
}

TEST_CASE("broken UTF-16 is not XML, and its answer goes out in its own byte order") {
    for (const std::string& bytes : {"<\0a"s, "<\0\0\xD8"s, "<\0\0\xD8<\0"s, "<\0\0\xDC<\0"s, "<\0\0\0"s, "<\0\xFF"s}) {
        const Result result = decode(bytes, "utf-16le");
        CHECK(result.fault == ReadFault::not_xml);
        CHECK(result.charset == Charset::utf16le);
    }
}

TEST_CASE("a fault at the place of a broken byte is told in words") {
    std::string buffer;
    const auto decoded = soap::decode("<abcdefghijk\xC3>", "", buffer);
    REQUIRE_FALSE(decoded);
    CHECK(decoded.error().message == "not UTF-8 at byte 13");
}

TEST_CASE("a NUL is refused wherever it stands") {
    for (const std::size_t at : {0U, 1U, 63U, 64U, 100U, 199U}) {
        for (const std::string& before : {"<"s, "\xC3\xA9"s}) {
            CAPTURE(at);
            std::string bytes = before + std::string(200, 'x');
            bytes[before.size() + at] = '\0';
            CHECK(decode(bytes, "utf-8").fault == ReadFault::not_xml);
            CHECK(decode(bytes, "us-ascii").fault == ReadFault::not_xml);
        }
    }
}

TEST_CASE("every character survives the way out and back") {
    std::string all;
    for (std::uint32_t c = 1; c < 0x110000; c += c < 0x3000 ? 1 : 97) {
        if (c >= 0xD800 && c < 0xE000) continue;
        if (c < 0x80) {
            all += static_cast<char>(c);
        } else if (c < 0x800) {
            all += {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
        } else if (c < 0x10000) {
            all += {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)),
                    static_cast<char>(0x80 | (c & 0x3F))};
        } else {
            all += {static_cast<char>(0xF0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3F)),
                    static_cast<char>(0x80 | ((c >> 6) & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
        }
    }
    CHECK(decode(all, "").text == all);
    CHECK(decode(soap::encode(all, Charset::utf16le), "").text == all);
    CHECK(decode(soap::encode(all, Charset::utf16be), "").text == all);
    CHECK(soap::encode(all, Charset::utf8) == all);
}

TEST_CASE("the answer's content type names its charset") {
    CHECK(soap::content_type(Charset::utf8) == "application/soap+xml;charset=UTF-8");
    CHECK(soap::content_type(Charset::utf16le) == "application/soap+xml;charset=UTF-16");
    CHECK(soap::content_type(Charset::utf16be) == "application/soap+xml;charset=UTF-16");
}
