#include "tintype/cim/object_path.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

using tintype::cim::Key;
using tintype::cim::ObjectPath;
using tintype::cim::parse_object_path;
using tintype::cim::to_string;

namespace {

constexpr std::string_view v2 = "root/virtualization/v2";

TEST_CASE("an object path is read in each form that clients write") {
    struct Case {
        std::string_view text;
        ObjectPath path;
    };
    const Case cases[] = {
        {R"(\\HV01\root\virtualization\v2:Msvm_VirtualSystemSettingData.InstanceID="Microsoft:X")",
         {"HV01", std::string(v2), "Msvm_VirtualSystemSettingData", {{"InstanceID", "Microsoft:X"}}}},
        {R"(//HV01/root/virtualization/v2:C.K="v")", {"HV01", std::string(v2), "C", {{"K", "v"}}}},
        {R"(\\.\root\cimv2:C.K="v")", {".", "root/cimv2", "C", {{"K", "v"}}}},
        {R"(\\[::1]\root:C)", {"[::1]", "root", "C", {}}},
        {R"(root\virtualization\v2:C.K="v")", {"", std::string(v2), "C", {{"K", "v"}}}},
        {R"(\root\cimv2:C)", {"", "root/cimv2", "C", {}}},
        {R"(C.K="v")", {"", "", "C", {{"K", "v"}}}},
        {"C", {"", "", "C", {}}},
        {"C=@", {"", "", "C", {}}},
        {"  C = @ \n", {"", "", "C", {}}},
        {R"(C.A="1",B=5,D=TRUE,E='single "quoted"')",
         {"", "", "C", {{"A", "1"}, {"B", "5"}, {"D", "TRUE"}, {"E", "single \"quoted\""}}}},
        {"\n C . A = 'x' , B = -5 \t", {"", "", "C", {{"A", "x"}, {"B", "-5"}}}},
        {R"(C.K="a\"b\\c\'d")", {"", "", "C", {{"K", "a\"b\\c'd"}}}},
        {R"(C.K="Microsoft:X\0")", {"", "", "C", {{"K", "Microsoft:X\\0"}}}},
        {R"(C.K="")", {"", "", "C", {{"K", ""}}}},
        {R"(C.K="a.b=c,d:e")", {"", "", "C", {{"K", "a.b=c,d:e"}}}},
        {R"(A.Antecedent="\\\\H\\root:C.K=\"v\"")", {"", "", "A", {{"Antecedent", R"(\\H\root:C.K="v")"}}}},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.text);
        const auto read = parse_object_path(expected.text);
        REQUIRE_MESSAGE(read, read.error());
        CHECK(*read == expected.path);
    }
}

TEST_CASE("what is no object path is refused with the place where it stops being one") {
    struct Case {
        std::string_view text, place;
    };
    const Case cases[] = {
        {"", "byte 1:"},
        {"   ", "byte 1:"},
        {"5C", "byte 1:"},
        {"C.", "byte 3:"},
        {"C.K", "byte 4:"},
        {"C.K=", "byte 5:"},
        {"C.K=\"v", "byte 5:"},
        {"C.K=\"v\\\"", "byte 5:"},
        {"C.K=v\"", "byte 6:"},
        {"C.K=\"v\",", "byte 9:"},
        {"C.K=\"v\" L=\"w\"", "byte 9:"},
        {"C.K=1,k=2", "byte 7: the key k is named twice"},
        {"C=\"v\"", "byte 3:"},
        {"C=@.", "byte 4:"},
        {"C D", "byte 3:"},
        {R"(\\)", "byte 3:"},
        {R"(\\HOST)", "byte 7:"},
        {R"(\\HOST\C)", "byte 7:"},
        {R"(\\HOST\:C)", "byte 8:"},
        {R"(\\\root:C)", "byte 3:"},
        {R"(root\\cimv2:C)", "byte 6:"},
        {R"(root\:C)", "byte 6:"},
        {R"(ro ot:C)", "byte 3:"},
        {R"(root/cimv2)", "byte 5:"},
        {":C", "byte 1:"},
    };
    for (const Case& refused : cases) {
        CAPTURE(refused.text);
        const auto read = parse_object_path(refused.text);
        REQUIRE_FALSE(read);
        CHECK_MESSAGE(read.error().find(refused.place) != std::string::npos, read.error());
    }
}

TEST_CASE("a path may have as many keys as max_keys and not one more") {
    std::string text = "C.";
    for (std::size_t i = 0; i < tintype::cim::max_keys; ++i) text += "K" + std::to_string(i) + "=1,";
    text.pop_back();
    CHECK(parse_object_path(text));
    CHECK_FALSE(parse_object_path(text + ",L=1"));
}

TEST_CASE("a path that was written is read back as it was") {
    const ObjectPath paths[] = {
        {"HV01", std::string(v2), "Msvm_ConcreteJob", {{"InstanceID", "0F2C"}}},
        {"", "root/cimv2", "C", {{"A", "quote \" and backslash \\"}, {"B", ""}, {"D", "\xc3\xa4 '"}}},
        {"", "", "C", {}},
        {"", "", "A", {{"Dependent", R"(\\H\root:C.K="\\")"}}},
    };
    for (const ObjectPath& path : paths) {
        CAPTURE(to_string(path));
        const auto read = parse_object_path(to_string(path));
        REQUIRE(read);
        CHECK(*read == path);
    }
    CHECK(to_string(paths[0]) == R"(\\HV01\root\virtualization\v2:Msvm_ConcreteJob.InstanceID="0F2C")");
}

TEST_CASE("keys are found without regard to case") {
    const ObjectPath path{"", "", "C", {{"InstanceID", "x"}}};
    REQUIRE(path.key("instanceid") != nullptr);
    CHECK(*path.key("INSTANCEID") == "x");
    CHECK(path.key("Instance") == nullptr);
}

TEST_CASE("names are equal when they differ in ASCII case only") {
    CHECK(tintype::cim::equal_names("Msvm_X", "MSVM_x"));
    CHECK_FALSE(tintype::cim::equal_names("Msvm_X", "Msvm_"));
    CHECK_FALSE(tintype::cim::equal_names("[", "{"));
    CHECK_FALSE(tintype::cim::equal_names("\xc3\xa4", "\xc3\x84"));
}

TEST_CASE("a namespace has forward slashes and none at its ends") {
    CHECK(tintype::cim::normal_namespace(R"(\root\virtualization\v2\)") == v2);
    CHECK(tintype::cim::normal_namespace("root/cimv2") == "root/cimv2");
    CHECK(tintype::cim::normal_namespace("//") == "");
}

TEST_CASE("any bytes are read or refused, and what is read can be written and read again") {
    std::mt19937 random(20261122);  // the same bytes each time, so that a failure repeats
    constexpr std::string_view alphabet = "\\\\//::..==\"\"'',,@CKr5 \t\x01\x80\xff";
    for (int i = 0; i < 50'000; ++i) {
        std::string text = i % 2 == 0 ? R"(\\H\root\a:C.K="v",L=5)" : "";
        for (std::size_t n = random() % 24; n > 0; --n)
            text.insert(random() % (text.size() + 1), 1, alphabet[random() % alphabet.size()]);
        const auto read = parse_object_path(text);
        if (!read) continue;
        CAPTURE(text);
        ObjectPath path = *read;
        const auto again = parse_object_path(to_string(path));
        REQUIRE_MESSAGE(again, again.error());
        CHECK(*again == path);
    }
}

}  // namespace
