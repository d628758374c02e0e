#include "tintype/wsman/fault.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace tintype::wsman;

TEST_CASE("every fault of the catalogue has words, a Windows code and a prefix that answers bind") {
    for (const auto* entry : fault_catalogue) {
        CAPTURE(entry->subcode);
        CAPTURE(entry->detail);
        CHECK_FALSE(entry->reason.empty());
        CHECK(entry->windows_code != 0);
        const auto prefix = entry->subcode.substr(0, entry->subcode.find(':'));
        CHECK((entry->subcode.empty() || std::string_view("awxneb").find(prefix) != std::string_view::npos));
    }
}

TEST_CASE("no two faults of the catalogue are the same") {
    std::set<std::tuple<std::string_view, int, std::string_view, int>> seen;
    for (const auto* entry : fault_catalogue) {
        CAPTURE(entry->subcode);
        CAPTURE(entry->detail);
        CHECK(
            seen.emplace(entry->subcode, static_cast<int>(entry->code), entry->detail, static_cast<int>(entry->family))
                .second);
    }
    CHECK(fault_catalogue.size() == 105);
}

TEST_CASE("a fault is written as SOAP 1.2 with FaultDetail and WSManFault") {
    std::string out;
    append_fault(out, Fault(faults::invalid_selectors_unexpected_selectors, "Color is <no> key"), "host\"1");
    CHECK(out ==
          "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>w:InvalidSelectors</s:Value></s:Subcode>"
          "</s:Code><s:Reason><s:Text xml:lang=\"en-US\">Color is &lt;no&gt; key</s:Text></s:Reason><s:Detail>"
          "<w:FaultDetail>http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/UnexpectedSelectors</w:FaultDetail>"
          "<f:WSManFault xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\" Code=\"2150858843\" "
          "Machine=\"host&quot;1\"><f:Message>Color is &lt;no&gt; key</f:Message></f:WSManFault></s:Detail></s:Fault>");
}

TEST_CASE("a backend's own words stand in ProviderFault") {
    Fault fault(faults::internal_error);
    fault.provider_words = "disk & tree differ";
    std::string out;
    append_fault(out, fault, "h");
    CHECK(out.find("<f:ProviderFault provider=\"Tintype\">disk &amp; tree differ</f:ProviderFault>") !=
          std::string::npos);
}

TEST_CASE("a header that was not understood is named in the answer's header") {
    Fault fault(faults::must_understand);
    fault.not_understood = {{"urn:example", "Strange"}};
    CHECK(fault_headers(fault) == "<s:NotUnderstood qname=\"u:Strange\" xmlns:u=\"urn:example\"/>");
    CHECK(fault_headers(Fault(faults::version_mismatch)).find("s:SupportedEnvelope") != std::string::npos);
}

TEST_CASE("words that quote much are cut short between two characters") {
    std::string words(999, 'x');
    for (int i = 0; i < 5000; ++i) words += "\u00fc";
    std::string out;
    Fault fault(faults::internal_error, words);
    fault.provider_words = words;
    append_fault(out, fault, "h");
    CHECK(out.size() < 3000);
    CHECK(out.find(std::string(999, 'x') + "</s:Text>") != std::string::npos);
    CHECK(out.find(std::string(999, 'x') + "</f:ProviderFault>") != std::string::npos);
}
