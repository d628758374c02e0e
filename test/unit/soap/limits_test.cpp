// Every bound of tintype/limits.hpp that the reader watches: what is just within it is read, one more is refused.
#include <doctest/doctest.h>

#include <ctime>
#include <string>

#include "envelopes.hpp"

using namespace tintype;
using soap::ReadFault;
using test::fault_of;
using test::message;

namespace {

std::string repeated(std::size_t times, const std::string& text) {
    std::string result;
    for (; times > 0; --times) result += text;
    return result;
}

std::string numbered(std::size_t count, const std::string& before, const std::string& after) {
    std::string result;
    for (std::size_t i = 0; i < count; ++i) result.append(before).append(std::to_string(i)).append(after);
    return result;
}

}  // namespace

TEST_CASE("elements may be nested as deep as the limit") {
    // The Envelope and the Body are two of them.
    const auto nested = [](std::size_t depth) {
        return message("", repeated(depth, "<c:x>") + repeated(depth, "</c:x>"));
    };
    CHECK_FALSE(fault_of(nested(62)));
    CHECK(fault_of(nested(63)) == ReadFault::limit);
    CHECK(fault_of(nested(20'000)) == ReadFault::limit);
    CHECK(fault_of(message(repeated(100, "<c:x>") + repeated(100, "</c:x>"), "")) == ReadFault::limit);
}

TEST_CASE("a message may have as many elements as the limit") {
    CHECK_FALSE(fault_of(message("", "<c:x>" + repeated(9'996, "<c:y/>") + "</c:x>")));
    CHECK(fault_of(message("", "<c:x>" + repeated(9'997, "<c:y/>") + "</c:x>")) == ReadFault::limit);
}

TEST_CASE("an element may have as many attributes as the limit, declarations not counted") {
    CHECK_FALSE(
        fault_of(message("", "<c:x " + numbered(32, "a", "=\"\" ") + numbered(10, "xmlns:n", "=\"urn:n\" ") + "/>")));
    CHECK(fault_of(message("", "<c:x " + numbered(33, "a", "=\"\" ") + "/>")) == ReadFault::limit);
}

TEST_CASE("a message may have as many namespace declarations as the limit, wherever they stand") {
    // The envelope of these tests has six.
    CHECK_FALSE(fault_of(message("", "<c:x " + numbered(250, "xmlns:n", "=\"urn:n\" ") + "/>")));
    CHECK(fault_of(message("", "<c:x " + numbered(251, "xmlns:n", "=\"urn:n\" ") + "/>")) == ReadFault::limit);
    CHECK(fault_of(message("", "<c:x>" + numbered(251, "<c:y xmlns:n=\"urn:", "\"/>") + "</c:x>")) == ReadFault::limit);
}

TEST_CASE("250 namespaces each get a prefix of their own") {
    const auto envelope = test::read(message("", "<c:x>" + numbered(250, "<y xmlns=\"urn:", "\"/>") + "</c:x>"));
    REQUIRE(envelope);
    CHECK(envelope->other_namespaces.size() == 250);
    CHECK(envelope->other_namespaces[249] == "urn:249");
    CHECK(envelope->body.ends_with("<q249:y></q249:y></p:x>"));
}

TEST_CASE("selectors and options have limits that name their header") {
    const auto selectors = [](std::size_t count) {
        return message(
            "<w:SelectorSet>" + numbered(count, "<w:Selector Name=\"", "\">x</w:Selector>") + "</w:SelectorSet>", "");
    };
    CHECK_FALSE(fault_of(selectors(64)));
    const auto too_many = test::read(selectors(65));
    REQUIRE_FALSE(too_many);
    CHECK(too_many.error().fault == ReadFault::limit);
    CHECK(too_many.error().header == "SelectorSet");

    const auto options = [](std::size_t count) {
        return message("<w:OptionSet>" + numbered(count, "<w:Option Name=\"", "\"/>") + "</w:OptionSet>", "");
    };
    CHECK_FALSE(fault_of(options(64)));
    const auto more = test::read(options(65));
    REQUIRE_FALSE(more);
    CHECK(more.error().header == "OptionSet");
}

TEST_CASE("a message larger than the limit is refused unread") {
    Limits limits;
    limits.max_envelope_size = 1'000;
    const std::string envelope = message("", "<c:x/>");
    CHECK_FALSE(fault_of(envelope + std::string(1'000 - envelope.size(), ' '), "", limits));
    CHECK(fault_of(envelope + std::string(1'001 - envelope.size(), ' '), "", limits) == ReadFault::limit);
}

TEST_CASE("a message that grows as much as any can is read in full") {
    // A quotation mark in an attribute takes six bytes; so does nearly every byte of this body.
    const std::string quotes(300'000, '"');
    const auto envelope = test::read(message("", "<c:x Name='" + quotes + "'/>"));
    REQUIRE(envelope);
    CHECK(envelope->body.size() == 6 * quotes.size() + std::string("<p:x Name=\"\"></p:x>").size());
    const auto cdata = test::read(message("", "<c:x><![CDATA[" + std::string(300'000, '&') + "]]></c:x>"));
    REQUIRE(cdata);
    CHECK(cdata->body.size() == 1'500'000 + std::string("<p:x></p:x>").size());
}

TEST_CASE("floods that cost gSOAP seconds are over in a moment") {
    const std::clock_t start = std::clock();
    CHECK(fault_of(message("", "<c:x " + numbered(20'000, "a", "=\"\" ") + "/>")) == ReadFault::limit);
    CHECK(fault_of(message("", "<c:x " + numbered(20'000, "xmlns:n", "=\"urn:n\" ") + "/>")) == ReadFault::limit);
    CHECK(fault_of(message("", "<c:x " + numbered(250, "xmlns:n", "=\"urn:n\" ") + ">" + repeated(9'000, "<c:y/>") +
                                   "</c:x>")) == std::nullopt);
    // Tens of milliseconds of processor time with every sanitizer on; gSOAP took over three seconds.
    CHECK(std::clock() - start < 2 * CLOCKS_PER_SEC);
}
