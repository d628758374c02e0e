#include "tintype/guid.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

TEST_CASE("a GUID is one in either case, and nothing else is") {
    CHECK(tintype::is_guid("0f8fad5b-d9cb-469f-a165-70867728950e"));
    CHECK(tintype::upper_guid("0f8fad5b-d9cb-469f-a165-70867728950e") == "0F8FAD5B-D9CB-469F-A165-70867728950E");
    for (const char* other : {"", "{0f8fad5b-d9cb-469f-a165-70867728950e}", "0f8fad5bd9cb-469f-a165-70867728950e-",
                              "0f8fad5b-d9cb-469f-a165-70867728950g", "../../../../../../../../../../../etc"}) {
        CAPTURE(other);
        CHECK_FALSE(tintype::is_guid(other));
    }
}

TEST_CASE("new GUIDs are version 4, in upper case, and differ") {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const auto guid = tintype::random_guid();
        REQUIRE(tintype::is_guid(guid));
        CHECK(tintype::upper_guid(guid) == guid);
        CHECK(guid[14] == '4');
        CHECK(std::string_view("89AB").find(guid[19]) != std::string_view::npos);
        seen.insert(guid);
    }
    CHECK(seen.size() == 1000);
}
