// Broken messages by the thousand, each judged by namespace-aware expat as well. The same ones every time; more of
// them, or others, when the environment says so: TINTYPE_MUTATIONS is their number, TINTYPE_SEED another sequence, and
// TINTYPE_EXHAUSTIVE=1 leaves out none of those that are counted through.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

#include "captures.hpp"
#include "differential.hpp"
#include "gsoap_dom.hpp"

using namespace tintype;

namespace {

constexpr std::string_view tokens[] = {"<",
                                       ">",
                                       "/",
                                       "\"",
                                       "'",
                                       "&",
                                       "=",
                                       ":",
                                       " ",
                                       "\r",
                                       "\n",
                                       "\t",
                                       "]]>",
                                       "<!--",
                                       "-->",
                                       "<![CDATA[",
                                       "<?x?>",
                                       "&#13;",
                                       "&#0;",
                                       "&lt;",
                                       "&quot;",
                                       "&#x10FFFF;",
                                       "xmlns=\"\"",
                                       " xmlns:p=\"urn:x\"",
                                       " xmlns:s=\"\"",
                                       " xmlns:xml=\"urn:x\"",
                                       " xmlns=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\"",
                                       " s:mustUnderstand=\"1\"",
                                       " env:mustUnderstand=\" true \"",
                                       " env:mustUnderstand=\"maybe\"",
                                       " env:role=\"urn:other\"",
                                       "<a:To>x</a:To>",
                                       "<!DOCTYPE x>",
                                       "<x/>",
                                       "text",
                                       "<w:Selector Name=\"n\">",
                                       "</w:Selector>",
                                       "<a:EndpointReference><a:Address>x</a:Address></a:EndpointReference>",
                                       " xsi:nil=\"true\"",
                                       " Name=\"&gt;\"",
                                       "\xC3\xA9",
                                       "\xC0\x80",
                                       "\xED\xA0\x80",
                                       "\xEF\xBF\xBE",
                                       "]]",
                                       "--",
                                       "<!",
                                       "</",
                                       "/>",
                                       "<?",
                                       "?>",
                                       "<?xml version=\"1.0\"?>",
                                       " standalone='yes'",
                                       "&#",
                                       "&#x",
                                       "&#x41;",
                                       "&#00000000065;",
                                       "&#9;",
                                       "&#10;",
                                       "&#xD800;",
                                       "&#4294967361;",
                                       "xmlns:",
                                       " xmlns:xmlns='x'",
                                       " a='1' a='2'",
                                       " a='\r\n\t&#10;>'",
                                       "\r\n",
                                       "\r\r\n",
                                       std::string_view("\0", 1),
                                       "\x01",
                                       "\x7F",
                                       "\xC2\x85",
                                       "\xC2\xB7",
                                       "\xCC\x81",
                                       "\xE4\xB8\xAD",
                                       "\xEF\xBB\xBF",
                                       "\xEF\xBF\xBF",
                                       "\xF0\x9F\x98\x80",
                                       "\xC3",
                                       "\xA9",
                                       "\xFF"};

std::size_t from_environment(const char* name, std::size_t otherwise) {
    const char* const value = std::getenv(name);
    return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

class Mutator {
  public:
    std::string mutate(std::string text) {
        for (auto times = 1 + pick(2); times > 0; --times) mutate_once(text);
        return text;
    }
    std::size_t pick(std::size_t below) { return below == 0 ? 0 : static_cast<std::size_t>(random_() % below); }

  private:
    void mutate_once(std::string& text) {
        const std::size_t at = pick(text.size() + 1);
        const std::size_t length = pick(std::min<std::size_t>(40, text.size() - at + 1));
        switch (pick(10)) {
            case 0:
                text.insert(at, tokens[pick(std::size(tokens))]);
                break;
            case 1:
                text.erase(at, length);
                break;
            case 2:
                text.insert(pick(text.size() + 1), text.substr(at, length));
                break;
            case 3:
                if (at < text.size()) text[at] = static_cast<char>(pick(256));
                break;
            case 4:
                move_element(text, false);
                break;
            case 5:
                move_element(text, true);
                break;
            case 6:
                text.resize(at);
                break;
            case 7:
                // The same character, referred to.
                if (at < text.size()) {
                    const auto byte = static_cast<unsigned char>(text[at]);
                    text.replace(at, 1, "&#" + std::to_string(static_cast<int>(byte)) + ";");
                }
                break;
            case 8:
                text.replace(at, length,
                             std::string(tokens[pick(std::size(tokens))])
                                 .append(text, at, length)
                                 .append(tokens[pick(std::size(tokens))]));
                break;
            default:
                text.insert(text.find('>', at) == std::string::npos ? at : text.find('>', at),
                            tokens[pick(std::size(tokens))]);
        }
    }
    /// Something between two tags goes to a place between two tags, so that the message often stays well-formed.
    void move_element(std::string& text, bool keep) {
        const auto begin = text.find('<', pick(text.size()));
        if (begin == std::string::npos) return;
        const auto end = text.find("</", begin + 1);
        const auto close = end == std::string::npos ? end : text.find('>', end);
        if (close == std::string::npos) return;
        const std::string piece = text.substr(begin, close + 1 - begin);
        if (!keep) text.erase(begin, piece.size());
        const auto target = text.find('<', pick(text.size()));
        text.insert(target == std::string::npos ? text.size() : target, piece);
    }

    std::mt19937_64 random_{from_environment("TINTYPE_SEED", 20261122)};
};

/// Reads a message both ways.
bool agrees(soap::EnvelopeReader& reader, const std::string& message, const std::string& content_type) {
    const std::string difference = test::compare_with_expat(reader, message, content_type);
    INFO(message);
    REQUIRE_MESSAGE(difference.empty(), difference);
    const auto envelope = reader.read(message, content_type, Limits{});
    if (!envelope) return false;
    const std::string from_gsoap = test::compare_with_gsoap(*envelope);
    REQUIRE_MESSAGE(from_gsoap.empty(), from_gsoap);
    const std::string from_bytes = test::compare_with_gsoap_dom(reader, message, content_type);
    REQUIRE_MESSAGE(from_bytes.empty(), from_bytes);
    return true;
}

/// Tells whether it is the turn of one of many that are counted through.
class Sample {
  public:
    explicit Sample(std::size_t one_in) : one_in_(from_environment("TINTYPE_EXHAUSTIVE", 0) != 0 ? 1 : one_in) {}
    bool takes_next() { return ++count_ % one_in_ == 0; }

  private:
    std::size_t one_in_;
    std::size_t count_ = 0;
};

}  // namespace

TEST_CASE("every capture is read by gSOAP's own parser, from its first byte, as our reader and the binding have it") {
    soap::EnvelopeReader reader;
    for (const auto& capture : test::captures()) {
        INFO(capture.name);
        // The client wrote a prefix that it never bound.
        if (capture.name == "wsl-invoke-05" || capture.name == "wsl-invoke-06") continue;
        bool read_by_gsoap = false;
        const auto difference =
            test::compare_with_gsoap_dom(reader, capture.body, capture.content_type, &read_by_gsoap);
        CHECK_MESSAGE(difference.empty(), difference);
        CHECK(read_by_gsoap);
        CHECK(agrees(reader, capture.body, capture.content_type));
    }
}

TEST_CASE("what gSOAP is known to read differently is not compared, what stands beside it is") {
    soap::EnvelopeReader reader;
    // Nine characters between & and ; are left out of the comparison, and would differ; five are not.
    const auto message = [](const std::string& text) {
        return "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body><p xmlns=\"urn:p\">" + text +
               "</p></s:Body></s:Envelope>";
    };
    const std::string type = "application/soap+xml;charset=UTF-8";
    bool read_by_gsoap = true;
    CHECK(test::compare_with_gsoap_dom(reader, message("&#x10FFFF;"), type, &read_by_gsoap).empty());
    CHECK_FALSE(read_by_gsoap);
    CHECK(test::compare_with_gsoap_dom(reader, message("&#xE9; <x/>"), type, &read_by_gsoap).empty());
    CHECK(read_by_gsoap);
    CHECK(test::compare_with_gsoap_dom(reader,
                                       message("\xEF\xBB\xBF"
                                               "6"),
                                       type, &read_by_gsoap)
              .empty());
    CHECK(read_by_gsoap);
    // Well-formed, and gSOAP drops the text of one of its two elements.
    CHECK(test::compare_with_gsoap_dom(reader, message("a<x>b</x>c"), type, &read_by_gsoap).empty());
}

TEST_CASE(
    "20,000 mutations of the captures are refused or read just as namespace-aware expat and gSOAP's own parse have "
    "it") {
    const std::size_t count = from_environment("TINTYPE_MUTATIONS", 20'000);
    soap::EnvelopeReader reader;
    Mutator mutator;
    const auto& all = test::captures();
    std::size_t read = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const auto& capture = all[mutator.pick(all.size())];
        INFO(i << " " << capture.name);
        if (agrees(reader, mutator.mutate(capture.body), capture.content_type)) ++read;
        if (i % 1'000'000 == 999'999) MESSAGE(std::to_string(i + 1) << " mutations, " << read << " of them read");
    }
    // The comparison is worth something only when enough of them get through.
    CHECK(read > count / 10);
    CHECK(read < count - count / 10);
}

TEST_CASE("a capture cut off anywhere, or with a byte left out, is refused or read as expat has it") {
    soap::EnvelopeReader reader;
    Sample sample(13);
    for (const auto& capture : test::captures()) {
        for (std::size_t at = 0; at < capture.body.size(); ++at) {
            if (!sample.takes_next()) continue;
            agrees(reader, capture.body.substr(0, at), capture.content_type);
            agrees(reader, std::string(capture.body).erase(at, 1), capture.content_type);
        }
    }
}

TEST_CASE("a capture with any byte replaced by any other is refused or read as expat has it") {
    soap::EnvelopeReader reader;
    Sample sample(131);
    for (const char* const name : {"wsl-invoke-01", "pywinrm-debian-basic-invoke-01"}) {
        const auto& capture = test::capture(name);
        for (std::size_t at = 0; at < capture.body.size(); ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                if (!sample.takes_next()) continue;
                std::string message = capture.body;
                message[at] = static_cast<char>(byte);
                agrees(reader, message, capture.content_type);
            }
        }
    }
}
