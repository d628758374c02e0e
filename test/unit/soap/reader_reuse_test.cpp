// One reader, one gSOAP context, many requests: each is answered as if it were the first.
#include <doctest/doctest.h>
#include <malloc.h>

#include <string>

#include "captures.hpp"
#include "differential.hpp"
#include "envelopes.hpp"
#include "soap/gsoap_context.hpp"
#include "soap/snapshot_messages.hpp"

// Not by using-directive: gSOAP has a ::soap of its own.
namespace messages = tintype::soap;
namespace test = tintype::test;
using tintype::Limits;

namespace {

const std::string input_start = "<p:DestroySnapshot_INPUT>";
const std::string input_end = "</p:DestroySnapshot_INPUT>";

std::string input(const std::string& inside) {
    return input_start + inside + input_end;
}

/// Bytes that are allocated at this moment.
std::size_t allocated() {
    return mallinfo2().uordblks + mallinfo2().hblkhd;
}

}  // namespace

TEST_CASE("10,000 reuses of a reader give the same answers, errors in between or not") {
    messages::EnvelopeReader reader;
    std::vector<std::string> first;
    for (int round = 0; round < 10'000 / 46 + 1; ++round) {
        for (std::size_t i = 0; i < test::captures().size(); ++i) {
            const auto& capture = test::captures()[i];
            const auto envelope = reader.read(capture.body, capture.content_type, Limits{});
            const std::string answer = envelope ? test::describe(*envelope) : envelope.error().message;
            if (round == 0) first.push_back(answer);
            REQUIRE(answer == first[i]);
        }
        static_cast<void>(reader.read("<broken", "", Limits{}));
    }
}

TEST_CASE("what one message binds, counts and collects does not reach the next") {
    messages::EnvelopeReader reader;
    const std::string plain = test::message("", "<c:x/>");
    const auto other = reader.read(
        test::message("<c:H s:mustUnderstand=\"1\"/><a:To>x</a:To>", "<y xmlns:u=\"urn:u\"><u:z/></y>"), "", Limits{});
    REQUIRE(other);
    const auto undeclared = reader.read(test::message("", "<u:z/>"), "", Limits{});
    REQUIRE_FALSE(undeclared);
    const auto envelope = reader.read(plain, "", Limits{});
    REQUIRE(envelope);
    CHECK(envelope->headers.not_understood.empty());
    CHECK_FALSE(envelope->headers.to.present);
    CHECK(envelope->other_namespaces.empty());
    CHECK(envelope->body_namespace == "urn:class");
}

TEST_CASE("20,000 hostile requests leave nothing behind") {
    messages::EnvelopeReader reader;
    const auto one = [&](int i) {
        const std::string n = std::to_string(i);
        // New names everywhere: of elements, attributes, prefixes, namespaces; some refused by the reader, some by
        // gSOAP.
        const std::string bodies[] = {"<e" + n + " a" + n + "=\"1\"/>",
                                      "<c:DestroySnapshot_INPUT b" + n + "=\"1\" Name=\"x\"><c:AffectedSnapshot d" + n +
                                          "=\"\">x</c:AffectedSnapshot></c:DestroySnapshot_INPUT>",
                                      "<c:DestroySnapshot_INPUT><c:p" + n + "/></c:DestroySnapshot_INPUT>",
                                      "<u" + n + ":x xmlns:u" + n + "=\"urn:" + n + "\">", "<v" + n + ":x/>"};
        const auto envelope = reader.read(test::message("<c:h" + n + "/>", bodies[i % 5]), "", Limits{});
        if (!envelope) return;
        if (const auto read = messages::read_destroy_snapshot(envelope->body)) {
            std::string out;
            messages::write_destroy_snapshot({.job = read->snapshot, .return_value = 4096}, out);
            REQUIRE(out ==
                    "<p:DestroySnapshot_OUTPUT><p:Job>x</p:Job><p:ReturnValue>4096</p:ReturnValue></"
                    "p:DestroySnapshot_OUTPUT>");
        }
    };
    for (int i = 0; i < 1'000; ++i) one(i);
    const std::size_t remembered = messages::GsoapContext::of_this_thread().remembered();
    const std::size_t before = allocated();
    for (int i = 1'000; i < 21'000; ++i) one(i);
    CHECK(messages::GsoapContext::of_this_thread().remembered() <= remembered);
    const std::size_t after = allocated();
    // A leak of one block of gSOAP's for each request would be over a megabyte.
    CHECK(after < before + 65'536);
}

TEST_CASE("neither 20,000 good messages in a row nor 20,000 that end too soon leave memory behind") {
    const std::string content(300, 'x');
    const std::string cut = "<p:AffectedSnapshot>" + content;
    for (const std::string& body :
         {input(cut + "</p:AffectedSnapshot>"), input_start + cut, input("<p:Other>" + content)}) {
        CAPTURE(body);
        const auto one = [&] {
            std::string out;
            if (const auto read = messages::read_destroy_snapshot(body)) {
                messages::write_destroy_snapshot({.job = read->snapshot, .return_value = 4096}, out);
            }
        };
        for (int i = 0; i < 1'000; ++i) one();
        const std::size_t remembered = messages::GsoapContext::of_this_thread().remembered();
        const std::size_t before = allocated();
        for (int i = 0; i < 20'000; ++i) one();
        CHECK(messages::GsoapContext::of_this_thread().remembered() <= remembered);
        CHECK(allocated() < before + 65'536);
    }
}

TEST_CASE("an attribute of a request does not stand in the answer") {
    for (const std::string attributes :
         {"Name=\"secret\"", "xsi:nil=\"false\"", "xml:lang=\"de\"", "Type=\"t\" Mode=\"m\""}) {
        std::string body = "<p:DestroySnapshot_INPUT ";
        body.append(attributes).append("><p:AffectedSnapshot ").append(attributes);
        body.append(">x</p:AffectedSnapshot></p:DestroySnapshot_INPUT>");
        const auto read = messages::read_destroy_snapshot(body);
        REQUIRE_MESSAGE(read, read.error().message);
        std::string out;
        messages::write_destroy_snapshot({.job = {}, .return_value = 0}, out);
        CHECK(out == "<p:DestroySnapshot_OUTPUT><p:ReturnValue>0</p:ReturnValue></p:DestroySnapshot_OUTPUT>");
    }
}

TEST_CASE("an error in one message does not reach the next one read or written by the thread") {
    const std::string good = input("<p:AffectedSnapshot>x</p:AffectedSnapshot>");
    for (const std::string& bad :
         {input("<p:AffectedSnapshot>"), input("text<p:AffectedSnapshot>x</p:AffectedSnapshot>"), input("<p:Other/>"),
          input_start, good + "<p:more/>", std::string("<p:AffectedSnapshot>"), std::string()}) {
        CAPTURE(bad);
        CHECK_FALSE(messages::read_destroy_snapshot(bad));
        const auto read = messages::read_destroy_snapshot(good);
        REQUIRE_MESSAGE(read, read.error().message);
        CHECK(read->snapshot == "x");
        std::string out = "before";
        messages::write_destroy_snapshot({.job = "<a:Address>y</a:Address>", .return_value = 1}, out);
        CHECK(out ==
              "before<p:DestroySnapshot_OUTPUT><p:Job><a:Address>y</a:Address></p:Job><p:ReturnValue>1</p:ReturnValue>"
              "</p:DestroySnapshot_OUTPUT>");
    }
}
