#include "tintype/cim/resource_uri.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace tintype::cim;

TEST_CASE("a class's URI is read in each form that clients use") {
    struct Case {
        std::string_view text;
        UriStyle style;
        std::string_view cim_namespace, class_name, without_query;
    };
    const Case cases[] = {
        {"http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_X", UriStyle::wmi,
         "root/virtualization/v2", "Msvm_X",
         "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_X"},
        {"\n  HTTP://Schemas.Microsoft.com/WBEM/wsman/1/WMI/root/Virtualization/V2/MSVM_x\t", UriStyle::wmi,
         "root/Virtualization/V2", "MSVM_x",
         "HTTP://Schemas.Microsoft.com/WBEM/wsman/1/WMI/root/Virtualization/V2/MSVM_x"},
        {"http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/*", UriStyle::wmi, "root/cimv2", "*",
         "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/*"},
        {"http://schemas.microsoft.com/wbem/wsman/1/wmi/Msvm_X", UriStyle::wmi, "", "Msvm_X",
         "http://schemas.microsoft.com/wbem/wsman/1/wmi/Msvm_X"},
        {"http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/Msvm_X", UriStyle::dmtf, "", "Msvm_X",
         "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/Msvm_X"},
        {"http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/Msvm_X?__cimnamespace=root/virtualization/v2",
         UriStyle::dmtf, "root/virtualization/v2", "Msvm_X",
         "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/Msvm_X"},
        {"http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/Msvm_X?__CimNamespace=root%5Cvirtualization%2fv2",
         UriStyle::dmtf, "root/virtualization/v2", "Msvm_X",
         "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/Msvm_X"},
        {"http://schemas.dmtf.org/wbem/wscim/1/*", UriStyle::dmtf, "", "*", "http://schemas.dmtf.org/wbem/wscim/1/*"},
        {"http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/*", UriStyle::dmtf, "", "*",
         "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/*"},
        {"http://schemas.dmtf.org/wbem/wscim/1/*?__cimnamespace=root/a", UriStyle::dmtf, "root/a", "*",
         "http://schemas.dmtf.org/wbem/wscim/1/*"},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.text);
        const auto uri = parse_resource_uri(expected.text);
        REQUIRE(uri);
        CHECK(uri->style == expected.style);
        CHECK(uri->cim_namespace == expected.cim_namespace);
        CHECK(uri->class_name == expected.class_name);
        CHECK(uri->without_query == expected.without_query);
        CHECK(uri->keys.empty());
    }
}

TEST_CASE("selectors in a query part are handed on") {
    const auto uri = parse_resource_uri(
        "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/a/C?Name=a%20b+Other=c=d&__cimnamespace=ROOT/A");
    REQUIRE(uri);
    CHECK(uri->cim_namespace == "root/a");
    REQUIRE(uri->keys.size() == 2);
    CHECK(uri->keys[0] == Key{"Name", "a b"});
    CHECK(uri->keys[1] == Key{"Other", "c=d"});
}

TEST_CASE("what is no class's URI is nothing") {
    for (const std::string_view text : {
             "",
             " ",
             "Msvm_X",
             "wmi/root/cimv2/Win32_Service",
             "http://schemas.microsoft.com/wbem/wsman/1/wmi/",
             "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/",
             "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/A B",
             "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/A#b",
             "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/a b/C",
             "http://schemas.microsoft.com/wbem/wsman/1/wmi/C?__cimnamespace=root/a?b",
             "http://schemas.microsoft.com/wbem/wsman/1/wmi/C?__cimnamespace=root/a%3Fb",
             "http://schemas.microsoft.com/wbem/wsman/1/wmi/C?__cimnamespace=root/a%09b",
             "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/C?__cimnamespace=root/a%7F",
             "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd",
             "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/",
             "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/A/B",
             "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/**",
             "http://schemas.dmtf.org/wbem/wscim/1/",
             "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/C?Name",
             "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/C?=x",
             "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/C?A=1&a=2",
             "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/C?__cimnamespace=root/a&__cimnamespace=root/b",
             "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/a/C?__cimnamespace=root/b",
         }) {
        CAPTURE(text);
        CHECK_FALSE(parse_resource_uri(text));
    }
}

TEST_CASE("a URI that was made is read back as what it was made of") {
    for (const UriStyle style : {UriStyle::wmi, UriStyle::dmtf}) {
        for (const std::string_view class_name : {"Msvm_X", "*"}) {
            const std::string text = make_resource_uri(style, "root/a", class_name);
            CAPTURE(text);
            const auto uri = parse_resource_uri(text);
            REQUIRE(uri);
            CHECK(uri->style == style);
            CHECK(uri->class_name == class_name);
            CHECK(uri->cim_namespace == (style == UriStyle::wmi ? "root/a" : ""));
        }
    }
    CHECK(make_resource_uri(UriStyle::dmtf, "root/a", "*") == "http://schemas.dmtf.org/wbem/wscim/1/*");
}

}  // namespace
