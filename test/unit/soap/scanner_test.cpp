// The scanner on its own, judged by expat.
#include <doctest/doctest.h>
#include <expat.h>

#include <boost/locale/utf.hpp>
#include <cctype>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "soap/name_characters.hpp"
#include "soap/xml_scanner.hpp"

using namespace tintype;
using soap::XmlScanner;

namespace {

using Token = XmlScanner::Token;

constexpr std::size_t any_number = 1'000'000;

std::string utf8(char32_t c) {
    std::string result;
    boost::locale::utf::utf_traits<char>::encode(c, std::back_inserter(result));
    return result;
}

std::string written(const soap::XmlName& name) {
    return (name.prefix.empty() ? "" : std::string(name.prefix) + ":") + std::string(name.local);
}

/// Everything in a document, or "refused".
std::string by_scanner(XmlScanner& scanner, const std::string& document) {
    std::vector<char> storage(document.size());
    // Without what std::string puts behind its last character, so that address sanitizer sees every byte read there.
    const std::vector<char> exact(document.begin(), document.end());
    soap::Region scratch(storage.data(), storage.size());
    scanner.begin({exact.data(), exact.size()}, &scratch, any_number);
    std::string result;
    std::string text;
    for (;;) {
        const Token token = scanner.next();
        if (token == Token::text) {
            text += scanner.text();
            if (scanner.is_plain()) CHECK(scanner.text().find_first_of("&<>\r") == std::string_view::npos);
            continue;
        }
        if (!text.empty()) result += "'" + text + "'";
        text.clear();
        if (token == Token::start) {
            result += "(" + written(scanner.name());
            for (const auto& [name, value] : scanner.attributes()) {
                result += " " + written(name) + "=[" + std::string(value) + "]";
            }
            result += " ";
        } else if (token == Token::end) {
            result += ")";
        } else if (token == Token::finished) {
            CHECK_FALSE(scratch.overflowed());
            return result;
        } else {
            CHECK_FALSE(std::string(scanner.problem_words()).empty());
            return "refused";
        }
    }
}

/// Namespaces in XML 1.0, production 7.
bool is_qualified(const std::string& name) {
    const auto colon = name.find(':');
    if (colon == std::string::npos) return true;
    if (colon == 0 || colon + 1 == name.size() || name.find(':', colon + 1) != std::string::npos) return false;
    const char* at = name.data() + colon + 1;
    const auto first = boost::locale::utf::utf_traits<char>::decode_valid(at);
    if (first >= 0x80) return soap::starts_name(first);
    return std::isalpha(static_cast<int>(first)) != 0 || first == '_';
}

struct Expat {
    std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser{XML_ParserCreate("UTF-8"), &XML_ParserFree};
    std::string result;
    std::string text;
    bool refused = false;

    void flush() {
        if (!text.empty()) result += "'" + text + "'";
        text.clear();
    }
    static Expat& of(void* self) { return *static_cast<Expat*>(self); }

    std::string read(const std::string& document) {
        result.clear();
        text.clear();
        refused = false;
        XML_ParserReset(parser.get(), "UTF-8");
        XML_SetUserData(parser.get(), this);
        XML_SetElementHandler(
            parser.get(),
            [](void* self, const char* name, const char** atts) {
                auto& expat = of(self);
                expat.flush();
                expat.result += "(" + std::string(name);
                expat.refused = expat.refused || !is_qualified(name);
                for (; *atts != nullptr; atts += 2) {
                    expat.result += " " + std::string(atts[0]) + "=[" + atts[1] + "]";
                    expat.refused = expat.refused || !is_qualified(atts[0]);
                }
                expat.result += " ";
            },
            [](void* self, const char*) {
                of(self).flush();
                of(self).result += ")";
            });
        XML_SetCharacterDataHandler(parser.get(), [](void* self, const char* piece, int size) {
            of(self).text.append(piece, static_cast<std::size_t>(size));
        });
        XML_SetProcessingInstructionHandler(parser.get(),
                                            [](void* self, const char*, const char*) { of(self).refused = true; });
        XML_SetStartDoctypeDeclHandler(
            parser.get(), [](void* self, const char*, const char*, const char*, int) { of(self).refused = true; });
        const bool good =
            XML_Parse(parser.get(), document.data(), static_cast<int>(document.size()), XML_TRUE) == XML_STATUS_OK;
        return good && !refused ? result : "refused";
    }
};

/// \param frame a document with `@` where `text` shall stand.
std::string filled(std::string_view frame, const std::string& text) {
    std::string result;
    for (const char c : frame) {
        if (c == '@') {
            result += text;
        } else {
            result += c;
        }
    }
    return result;
}

std::size_t from_environment(const char* name, std::size_t otherwise) {
    const char* const value = std::getenv(name);
    return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

}  // namespace

TEST_CASE("every character starts and continues names as it does for expat, behind a colon too") {
    XmlScanner scanner;
    Expat expat;
    for (char32_t c = 1; c < 0x110000; ++c) {
        if (c >= 0xD800 && c < 0xE000) continue;
        // No name has a character beyond the basic plane: some of each of the others will do.
        if (c >= 0x10000 && c % 251 != 0) continue;
        const std::string character = utf8(c);
        const std::string first = "<" + character + "/>";
        const bool starts = by_scanner(scanner, first) != "refused";
        const std::string later = "<a" + character + "/>";
        const bool continues = by_scanner(scanner, later) == "(a" + character + " )";
        if (c == ':') continue;
        REQUIRE_MESSAGE(starts == (expat.read(first) != "refused"), "U+" << std::hex << static_cast<unsigned>(c));
        REQUIRE_MESSAGE(continues == (expat.read(later) == "(a" + character + " )"),
                        "U+" << std::hex << static_cast<unsigned>(c));
        REQUIRE((by_scanner(scanner, "<a:" + character + "/>") != "refused") == starts);
    }
}

TEST_CASE("every character stands in text, values, comments and CDATA, and is referred to, as expat has it") {
    XmlScanner scanner;
    Expat expat;
    for (char32_t c = 1; c <= 0x110010; ++c) {
        if (c >= 0x10100 && c % 251 != 0 && (c & 0xFFFF) < 0xFFF0 && c < 0x10FFF0) continue;
        std::vector<std::string> documents = {"<a>&#" + std::to_string(static_cast<unsigned>(c)) + ";</a>"};
        if (c < 0x110000 && (c < 0xD800 || c >= 0xE000)) {
            const std::string x = utf8(c);
            documents.push_back(filled("<a b='@' c=\"@\">@<!--@--><![CDATA[@]]></a>", x));
            for (const char* const frame :
                 {"<a>@</a>", "<a b='@'/>", "<a b=\"@\"/>", "<!--@--><a/>", "<a><![CDATA[@]]></a>", "@<a/>"}) {
                if (c < 0x80) documents.push_back(filled(frame, x));
            }
        }
        for (const std::string& document : documents) {
            const std::string expected = expat.read(document);
            const std::string found = by_scanner(scanner, document);
            if (found != expected) FAIL(document << "\n" << found << "\n" << expected);
        }
    }
}

TEST_CASE("documents that are nearly right are taken or refused as expat does") {
    XmlScanner scanner;
    Expat expat;
    std::vector<std::string> documents = {"",
                                          " ",
                                          ">",
                                          "<",
                                          "<a",
                                          "<a>",
                                          "</a>",
                                          "<a/",
                                          "<a/ >",
                                          "<a / >",
                                          "<a />",
                                          "<a\r\n/>",
                                          "<a></a >",
                                          "<a></a\r\n\t>",
                                          "<a></ a>",
                                          "<a></ab>",
                                          "<ab></a>",
                                          "<a></A>",
                                          "<a/>x",
                                          "<a/> \r\n",
                                          "x<a/>",
                                          "<a/><a/>",
                                          "<a/><!-- x --> ",
                                          "<a/><!-- x -- >",
                                          "<!----><a/>",
                                          "<!---><a/>",
                                          "<!--->--><a/>",
                                          "<!-- - --><a/>",
                                          "<!--a---><a/>",
                                          "<a><!-->--></a>",
                                          "<a>]]></a>",
                                          "<a>]]]></a>",
                                          "<a>]] ></a>",
                                          "<a>]]&gt;</a>",
                                          "<a>&#93;]></a>",
                                          "<a>]<!-- -->]></a>",
                                          "<a>]",
                                          "<a>]]",
                                          "<a><![CDATA[]]></a>",
                                          "<a><![CDATA[]]]]></a>",
                                          "<a><![CDATA[]]>]]></a>",
                                          "<a><![CDATA[>]]>]></a>",
                                          "<a><![CDATA[<a>&b;]]></a>",
                                          "<a><![CDATA[a\r\nb\rc\n]]></a>",
                                          "<a><![CDATA[\r]]></a>",
                                          "<a><![CDATA[\r\r\n]]></a>",
                                          "<a><![cdata[]]></a>",
                                          "<a><![CDATA []]></a>",
                                          "<![CDATA[x]]><a/>",
                                          "<a/><![CDATA[x]]>",
                                          "<a><![CDATA[x]]",
                                          "<a><![CDATA[x>",
                                          "<a>\r</a>",
                                          "<a>\r\n\r\r\n</a>",
                                          "<a>&amp;&lt;&gt;&quot;&apos;</a>",
                                          "<a>&amp</a>",
                                          "<a>&amp ;</a>",
                                          "<a>& amp;</a>",
                                          "<a>&AMP;</a>",
                                          "<a>&nbsp;</a>",
                                          "<a>&;</a>",
                                          "<a>&",
                                          "<a>&#;</a>",
                                          "<a>&#x;</a>",
                                          "<a>&#X41;</a>",
                                          "<a>&#x41</a>",
                                          "<a>&#x4G;</a>",
                                          "<a>&#4a;</a>",
                                          "<a>&# 41;</a>",
                                          "<a>&#-1;</a>",
                                          "<a>&#000000000000000000000065;</a>",
                                          "<a>&#x000000000000000000000041;</a>",
                                          "<a>&#4294967361;</a>",
                                          "<a>&#18446744073709551681;</a>",
                                          "<a>&#x100000041;</a>",
                                          "<a>&#1114111;</a>",
                                          "<a>&#1114112;</a>",
                                          "<a>&#xD800;</a>",
                                          "<a>&#xDFFF;</a>",
                                          "<a>&#xFFFE;</a>",
                                          "<a>&#xFFFD;</a>",
                                          "<a>&#x1FFFE;</a>",
                                          "<a b=''/>",
                                          "<a b=\"'\"/>",
                                          "<a b='\"'/>",
                                          "<a b='<'/>",
                                          "<a b='&lt;'/>",
                                          "<a b='&#60;'/>",
                                          "<a b='>'/>",
                                          "<a b='>",
                                          "<a b='&b;'/>",
                                          "<a b='&'/>",
                                          "<a b='&#10;&#13;&#9;&#32;'/>",
                                          "<a b='\n\r\t '/>",
                                          "<a b='\r\n'/>",
                                          "<a b='\r\r\n'/>",
                                          "<a b='x\ty&amp;z>\xC3\xA9\"'/>",
                                          "<a b='x\ty\x01'/>",
                                          "<a b='x\ty<'/>",
                                          "<a b='x&amp;y>",
                                          "<a b = 'c' />",
                                          "<a b\r\n=\r\n'c'/>",
                                          "<a b/>",
                                          "<a b=/>",
                                          "<a b=c/>",
                                          "<a b='c'd='e'/>",
                                          "<a b='c' d='e'/>",
                                          "<a b='c'\td='e'\n>x</a>",
                                          "<a b='c'/ >",
                                          "<a b='c'x/>",
                                          "<a b='c' b='c'/>",
                                          "<a p:b='c' b='c'/>",
                                          "<a p:b='c' p:b='c'/>",
                                          "<a xmlns='x' xmlns='y'/>",
                                          "<a 1='c'/>",
                                          "<a -='c'/>",
                                          "<a:b/>",
                                          "<a:b></a:b>",
                                          "<:a/>",
                                          "<a:/>",
                                          "<a:b:c/>",
                                          "<a::b/>",
                                          "<a:1/>",
                                          "<a b:='c'/>",
                                          "<a :b='c'/>",
                                          "<a b:c:d='e'/>",
                                          "<1/>",
                                          "<-/>",
                                          "<./>",
                                          "<_/>",
                                          "<a.-_1/>",
                                          "<a!/>",
                                          "<a\xC2\xB7/>",
                                          "<\xC2\xB7/>",
                                          "<a:\xC2\xB7/>",
                                          "<a:\xC3\xA9/>",
                                          "<a\xC3/>",
                                          "<a>\xC3</a>",
                                          "<a b='\xC3'/>",
                                          "<a>\xE2\x82</a>",
                                          "<a>\xF0\x9F\x98</a>",
                                          "<a>\xF4\x90\x80\x80</a>",
                                          "<a>\xED\xA0\x80</a>",
                                          "<a>\xC0\x80</a>",
                                          "<a>\xEF\xBF\xBF</a>",
                                          "<a>\xFF</a>",
                                          "<a>\x80</a>",
                                          "<?xml version='1.0'?><a/>",
                                          "<?xml version=\"1.0\"?>\n<a/>",
                                          " <?xml version='1.0'?><a/>",
                                          "<?xml?><a/>",
                                          "<?xml ?><a/>",
                                          "<?xml version='1.0'><a/>",
                                          "<?xml version='1.0' ?><a/>",
                                          "<?xml version='1.1'?><a/>",
                                          "<?xml version='2'?><a/>",
                                          "<?xml version=''?><a/>",
                                          "<?xml version='1 0'?><a/>",
                                          "<?xml version='a_b-c.D'?><a/>",
                                          "<?xml version='1:0'?><a/>",
                                          "<?xml version = '1.0'?><a/>",
                                          "<?xml version='1.0\"?><a/>",
                                          "<?xml version=1.0?><a/>",
                                          "<?xml encoding='utf-8'?><a/>",
                                          "<?xml version='1.0' encoding='utf-8'?><a/>",
                                          "<?xml version='1.0' encoding='x'?><a/>",
                                          "<?xml version='1.0' encoding='8'?><a/>",
                                          "<?xml version='1.0' encoding=''?><a/>",
                                          "<?xml version='1.0' encoding='_x'?><a/>",
                                          "<?xml version='1.0'encoding='utf-8'?><a/>",
                                          "<?xml version='1.0' encoding='utf-8'standalone='yes'?><a/>",
                                          "<?xml version='1.0' standalone='yes'?><a/>",
                                          "<?xml version='1.0' standalone='no' ?><a/>",
                                          "<?xml version='1.0' standalone='maybe'?><a/>",
                                          "<?xml version='1.0' standalone='yes' encoding='utf-8'?><a/>",
                                          "<?xml version='1.0' encoding='utf-8' standalone='yes'\r\n?><a/>",
                                          "<?xml version='1.0' version='1.0'?><a/>",
                                          "<?xml version='1.0' encoding='a' encoding='a'?><a/>",
                                          "<?xml version='1.0' x='1'?><a/>",
                                          "<?xml versionx='1.0'?><a/>",
                                          "<?xml version='1.0'? ><a/>",
                                          "<?xml version='1.0'?\?><a/>",
                                          "<?XML version='1.0'?><a/>",
                                          "<?xmlversion='1.0'?><a/>",
                                          "<?xml version='1.0' encoding='utf-16'?><a/>",
                                          "<?xml version='1.0",
                                          "<?xml",
                                          "<?xml ",
                                          "<?xml version='1.0'?>",
                                          "\xEF\xBB\xBF<a/>",
                                          "\xEF\xBB\xBF<?xml version='1.0'?><a/>",
                                          "\xEF\xBB\xBF\xEF\xBB\xBF<a/>",
                                          "<a/>\xEF\xBB\xBF",
                                          " \xEF\xBB\xBF<a/>",
                                          "\xEF\xBB\xBF",
                                          "\xEF\xBB<a/>",
                                          "<a>\xEF\xBB\xBF</a>",
                                          "<?a?><a/>",
                                          "<a><?a?></a>",
                                          "<a/><?a?>",
                                          "<!DOCTYPE a><a/>",
                                          "<a><!DOCTYPE a></a>",
                                          "<!x><a/>",
                                          "<a><!x></a>",
                                          "<a><!></a>",
                                          "<!",
                                          "<a><!",
                                          "<a><!-",
                                          "<a><!--",
                                          "<a><!--x",
                                          "<a><!--x-",
                                          "<a><!--x--",
                                          "<!--x--",
                                          "<a><b></a></b>",
                                          "<a><b/></a>",
                                          "<a><b></b></a>",
                                          "<a>x</a>y>",
                                          "<a>x</a> ]>",
                                          "<a/>>",
                                          "<a>></a>",
                                          "<a>>></a>",
                                          "<a>>"};
    for (const std::string& document : documents) {
        CHECK_MESSAGE(by_scanner(scanner, document) == expat.read(document), document);
    }
}

TEST_CASE("documents put together at random are read as expat reads them") {
    static const std::vector<std::string> pieces = {"<a>",
                                                    "</a>",
                                                    "<b>",
                                                    "</b>",
                                                    "<a/>",
                                                    "<a",
                                                    ">",
                                                    "/>",
                                                    "<",
                                                    "</",
                                                    "/",
                                                    " b='",
                                                    "'",
                                                    " c=\"",
                                                    "\"",
                                                    " xmlns:p='u'",
                                                    " p:x='1'",
                                                    "<p:a>",
                                                    "</p:a>",
                                                    ":",
                                                    "=",
                                                    "&",
                                                    ";",
                                                    "&amp;",
                                                    "&lt;",
                                                    "&#",
                                                    "&#x",
                                                    "&#65;",
                                                    "&#x1F600;",
                                                    "&#13;",
                                                    "&#10;",
                                                    "&#9;",
                                                    "]",
                                                    "]]",
                                                    "]]>",
                                                    "<![CDATA[",
                                                    "<!--",
                                                    "-->",
                                                    "-",
                                                    "--",
                                                    "<?",
                                                    "?>",
                                                    "<?xml version='1.0'",
                                                    "<?xml version='1.0'?>",
                                                    "<!",
                                                    "<!DOCTYPE a>",
                                                    "\r",
                                                    "\n",
                                                    "\r\n",
                                                    "\t",
                                                    " ",
                                                    "x",
                                                    "text",
                                                    "1",
                                                    ".",
                                                    "\x01",
                                                    "\x7F",
                                                    "\xC3\xA9",
                                                    "\xC2\xB7",
                                                    "\xEF\xBB\xBF",
                                                    "\xEF\xBF\xBE",
                                                    "\xF0\x9F\x98\x80",
                                                    "\xC3",
                                                    "\xA9",
                                                    "\xE2\x82\xAC",
                                                    "\xED\xA0\x80",
                                                    "encoding='x'"};
    // More than by default: TINTYPE_DOCUMENTS, another sequence: TINTYPE_SEED.
    const std::size_t count = from_environment("TINTYPE_DOCUMENTS", 100'000);
    std::mt19937_64 random{from_environment("TINTYPE_SEED", 20261122)};
    XmlScanner scanner;
    Expat expat;
    std::size_t taken = 0;
    for (std::size_t i = 0; i < count; ++i) {
        std::string document;
        // Half of them are well-formed but for what is put in between.
        const bool framed = random() % 2 == 0;
        if (framed) document = random() % 4 == 0 ? "<a b='" : "<a>";
        const bool in_value = framed && document.back() == '\'';
        for (auto left = random() % 8; left > 0; --left) document += pieces[random() % pieces.size()];
        if (framed) document += in_value ? "'/>" : "</a>";
        const std::string expected = expat.read(document);
        const std::string found = by_scanner(scanner, document);
        if (found != expected) FAIL(document << "\nscanner: " << found << "\nexpat: " << expected);
        if (expected != "refused") ++taken;
    }
    CHECK(taken > count / 20);
}

TEST_CASE("an element with more attributes than the limit is refused at once") {
    std::string document = "<a";
    for (int i = 0; i < 100'000; ++i) document += " a" + std::to_string(i) + "=''";
    document += "/>";
    XmlScanner scanner;
    soap::Region none;
    scanner.begin(document, &none, 32);
    CHECK(scanner.next() == Token::refused);
    CHECK(scanner.problem() == XmlScanner::Problem::too_many_attributes);
    scanner.begin(document, &none, any_number);
    CHECK(scanner.next() == Token::start);
    CHECK(scanner.attributes().size() == 100'000);
    document.insert(document.size() - 2, " a7=''");
    scanner.begin(document, &none, any_number);
    CHECK(scanner.next() == Token::refused);
    CHECK(scanner.problem() == XmlScanner::Problem::not_well_formed);
}

TEST_CASE("a million open elements need no stack, and the place of an error counts characters") {
    std::string document;
    for (int i = 0; i < 1'000'000; ++i) document += "<a>";
    XmlScanner scanner;
    CHECK(by_scanner(scanner, document) == "refused");

    soap::Region none;
    scanner.begin("<a>\r\n\r\xC3\xA9\xE2\x82\xAC<b>\n</a>", &none, 1);
    Token token = Token::text;
    while (token != Token::refused) {
        token = scanner.next();
        if (token != Token::start || scanner.name().local != "b") continue;
        CHECK(scanner.position().line == 3);
        CHECK(scanner.position().column == 3);
    }
    CHECK(scanner.position().line == 4);
    CHECK(scanner.position().column == 1);
}
