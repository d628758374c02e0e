#include "soap/reference_parameters.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "soap/namespaces.hpp"

using namespace tintype::soap;

namespace {

std::string echoed(std::string_view parameters, const std::vector<std::string_view>& namespaces = {},
                   std::size_t room = 1'000) {
    std::string out = "before";
    if (!append_reference_parameters(out, parameters, namespaces, room)) return "too much, " + out;
    return out.substr(6);
}

}  // namespace

TEST_CASE("reference parameters declare what the answer's envelope leaves unbound, each for itself") {
    CHECK(echoed("").empty());
    CHECK(echoed(" text ").empty());
    CHECK(echoed("<w:ResourceURI>urn:x</w:ResourceURI><plain></plain>") ==
          "<w:ResourceURI>urn:x</w:ResourceURI><plain></plain>");
    CHECK(echoed("<q0:a>1</q0:a> <q1:b q0:n=\"2\"><q1:c/></q1:b>", {"urn:a", "urn:b&"}) ==
          "<q0:a xmlns:q0=\"urn:a\">1</q0:a>"
          "<q1:b xmlns:q1=\"urn:b&amp;\" xmlns:q0=\"urn:a\" q0:n=\"2\"><q1:c/></q1:b>");
    CHECK(echoed("<m:a/>") == "<m:a xmlns:m=\"" + std::string(ns_ms_wsman) + "\"/>");
}

TEST_CASE("what no element may be in, the namespace of xml, is left out") {
    CHECK(echoed("<q0:a/><q1:b/>", {ns_xml, "urn:b"}) == "<q1:b xmlns:q1=\"urn:b\"/>");
}

TEST_CASE("parameters that need more room than there is are left out as a whole") {
    const std::string uri(600, 'u');
    CHECK(echoed("<q0:a/>", {uri}).size() > 600);
    CHECK(echoed("<q0:a/><q0:b/>", {uri}) == "too much, before");
    CHECK(echoed("<a>1</a>", {}, 7) == "too much, before");
}
