// The typed messages of the snapshot service through the generated serialisers.
#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

#include "captures.hpp"
#include "envelopes.hpp"
#include "soap/snapshot_messages.hpp"

using namespace tintype;
using Kind = soap::BindingError::Kind;

namespace {

std::string input(const std::string& inside) {
    return "<p:DestroySnapshot_INPUT>" + inside + "</p:DestroySnapshot_INPUT>";
}

std::string parameter(const std::string& inside) {
    return input("<p:AffectedSnapshot>" + inside + "</p:AffectedSnapshot>");
}

}  // namespace

TEST_CASE("a reference parameter comes out to the byte, whatever canonical XML is in it") {
    for (const std::string& content :
         {std::string(), std::string(" "), std::string("text"), std::string("<a:Address>x</a:Address>"),
          std::string("<a:Address></a:Address><a:ReferenceParameters><w:SelectorSet><w:Selector "
                      "Name=\"&quot;&lt;&gt;&amp;&#9;&#10;'\">\n &amp;lt;&lt;&gt;&amp;&#13;\"' "
                      "</w:Selector></w:SelectorSet></a:ReferenceParameters>"),
          std::string("<q0:InstanceID>x</q0:InstanceID><q17:y xsi:nil=\"true\"></q17:y><none></none>"),
          std::string("\\\\HOST\\root\\virtualization\\v2:Msvm_VirtualSystemSettingData.InstanceID=\"Microsoft:6FBE\""),
          std::string("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80]]&gt;"),
          std::string("<p:AffectedSnapshot>nested</p:AffectedSnapshot>"),
          "<a:Address>" + std::string(200'000, 'x') + "</a:Address>"}) {
        CAPTURE(content.substr(0, 200));
        const auto read = soap::read_destroy_snapshot(parameter(content));
        REQUIRE_MESSAGE(read, read.error().message);
        CHECK(read->snapshot == content);
    }
}

TEST_CASE("every content length around gSOAP's buffer size is read and written in full") {
    for (std::size_t size = 65'400; size < 65'600; ++size) {
        std::string content(size, 'x');
        content.replace(size / 2, 4, "&lt;");
        const auto read = soap::read_destroy_snapshot(parameter(content));
        REQUIRE(read);
        REQUIRE(read->snapshot == content);
        std::string out;
        soap::write_destroy_snapshot({.job = content, .return_value = 4096}, out);
        REQUIRE(out == "<p:DestroySnapshot_OUTPUT><p:Job>" + content +
                           "</p:Job><p:ReturnValue>4096</p:ReturnValue></p:DestroySnapshot_OUTPUT>");
    }
}

TEST_CASE("white space between parameters does not matter") {
    const auto read = soap::read_destroy_snapshot(input("\n  <p:AffectedSnapshot> x </p:AffectedSnapshot>\n"));
    REQUIRE(read);
    CHECK(read->snapshot == " x ");
}

TEST_CASE("a body that is not the message says why") {
    struct Case {
        std::string body;
        Kind kind;
        std::string parameter;
    };
    const std::string good = "<p:AffectedSnapshot>x</p:AffectedSnapshot>";
    const std::vector<Case> cases = {
        {"", Kind::wrong_element, ""},
        {"<p:ApplySnapshot_INPUT></p:ApplySnapshot_INPUT>", Kind::wrong_element, ""},
        {"<q0:DestroySnapshot_INPUT>" + good + "</q0:DestroySnapshot_INPUT>", Kind::wrong_element, ""},
        {"<DestroySnapshot_INPUT>" + good + "</DestroySnapshot_INPUT>", Kind::wrong_element, ""},
        {"<p:DestroySnapshot_INPUTS>" + good + "</p:DestroySnapshot_INPUTS>", Kind::wrong_element, ""},
        {input(""), Kind::missing, "AffectedSnapshot"},
        {"<p:DestroySnapshot_INPUT/>", Kind::missing, "AffectedSnapshot"},
        {input("<p:AffectedSnapshot xsi:nil=\"true\"></p:AffectedSnapshot>"), Kind::missing, "AffectedSnapshot"},
        {input("<p:AffectedSnapshot xsi:nil=\"1\"/>"), Kind::missing, "AffectedSnapshot"},
        {input("<q0:AffectedSnapshot>x</q0:AffectedSnapshot>"), Kind::unexpected, "AffectedSnapshot"},
        {input("<AffectedSnapshot>x</AffectedSnapshot>"), Kind::unexpected, "AffectedSnapshot"},
        {input("<p:affectedSnapshot>x</p:affectedSnapshot>"), Kind::unexpected, "affectedSnapshot"},
        {input(good + "<p:Force>true</p:Force>"), Kind::unexpected, "Force"},
        {input("<p:Force>true</p:Force>" + good), Kind::unexpected, "Force"},
        {input("<a:Address>x</a:Address>" + good), Kind::unexpected, "Address"},
        {input(good + good), Kind::duplicate, "AffectedSnapshot"},
        {input("text" + good), Kind::wrong_type, ""},
        {input(good + "text"), Kind::wrong_type, ""}};
    for (const Case& each : cases) {
        CAPTURE(each.body);
        const auto read = soap::read_destroy_snapshot(each.body);
        REQUIRE_FALSE(read);
        CHECK(read.error().kind == each.kind);
        CHECK(read.error().parameter == each.parameter);
        CHECK_FALSE(read.error().message.empty());
    }
}

TEST_CASE("the answer has the job's reference as it was given, or none") {
    std::string out = "<s:Body>";
    soap::write_destroy_snapshot({.job = "<a:Address>x&amp;y</a:Address>", .return_value = 4096}, out);
    CHECK(out ==
          "<s:Body><p:DestroySnapshot_OUTPUT><p:Job><a:Address>x&amp;y</a:Address></p:Job>"
          "<p:ReturnValue>4096</p:ReturnValue></p:DestroySnapshot_OUTPUT>");
    out.clear();
    soap::write_destroy_snapshot({.job = {}, .return_value = 4294967295}, out);
    CHECK(out == "<p:DestroySnapshot_OUTPUT><p:ReturnValue>4294967295</p:ReturnValue></p:DestroySnapshot_OUTPUT>");
}

TEST_CASE("each client's invoke is understood, whatever its class's URI and prefix are") {
    soap::EnvelopeReader reader;
    for (const std::string name :
         {"pywinrm-debian-basic-invoke-01", "omicli-basic-invoke-01", "drac-invoke-01", "dmt-invoke-01"}) {
        CAPTURE(name);
        const auto envelope = reader.read(test::capture(name).body, "", Limits{});
        REQUIRE(envelope);
        const auto read = soap::read_destroy_snapshot(envelope->body);
        REQUIRE_MESSAGE(read, read.error().message);
        CHECK(read->snapshot.find("Microsoft:") != std::string::npos);
    }
}

TEST_CASE("threads read and write at once, each with a context of its own") {
    std::vector<std::thread> threads;
    std::vector<int> wrong(4, 0);
    for (std::size_t t = 0; t < wrong.size(); ++t) {
        threads.emplace_back([&wrong, t] {
            for (int i = 0; i < 500; ++i) {
                const std::string id = std::to_string(t) + "/" + std::to_string(i);
                const auto read = soap::read_destroy_snapshot(parameter(id));
                std::string out;
                soap::write_destroy_snapshot({.job = id, .return_value = 0}, out);
                if (!read || read->snapshot != id || out.find("<p:Job>" + id + "<") == std::string::npos) ++wrong[t];
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(wrong == std::vector<int>(4, 0));
}
