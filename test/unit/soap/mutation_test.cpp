// Broken messages by the thousand, each judged by namespace-aware expat as well. The same ones every time.
#include <doctest/doctest.h>

#include <array>
#include <random>
#include <string>

#include "captures.hpp"
#include "differential.hpp"

using namespace tintype;

namespace {

constexpr std::array<std::string_view, 44> tokens = {
    "<",
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
    "\xEF\xBF\xBE"};

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
        switch (pick(7)) {
            case 0:
                text.insert(at, tokens[pick(tokens.size())]);
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
            default:
                text.insert(text.find('>', at) == std::string::npos ? at : text.find('>', at),
                            tokens[pick(tokens.size())]);
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

    std::mt19937_64 random_{20261122};
};

}  // namespace

TEST_CASE(
    "20,000 mutations of the captures are refused or read just as namespace-aware expat and gSOAP's own parse have "
    "it") {
    soap::EnvelopeReader reader;
    Mutator mutator;
    const auto& all = test::captures();
    int read = 0;
    for (int i = 0; i < 20'000; ++i) {
        const auto& capture = all[mutator.pick(all.size())];
        const std::string message = mutator.mutate(capture.body);
        const std::string difference = test::compare_with_expat(reader, message, capture.content_type);
        INFO(i << " " << capture.name << "\n" << message);
        REQUIRE_MESSAGE(difference.empty(), difference);
        if (const auto envelope = reader.read(message, capture.content_type, Limits{})) {
            ++read;
            const std::string from_gsoap = test::compare_with_gsoap(*envelope);
            REQUIRE_MESSAGE(from_gsoap.empty(), from_gsoap);
        }
    }
    // The comparison is worth something only when enough of them get through.
    CHECK(read > 2'000);
    CHECK(read < 18'000);
}
