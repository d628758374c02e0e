#include "tintype/cim/instance.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <variant>

#include "cim/test_class.hpp"

namespace {

using namespace tintype::cim;

bool is_null(const Value& value) {
    return std::holds_alternative<std::monostate>(value);
}
const Scalar& scalar(const Value& value) {
    return std::get<Scalar>(value);
}

TEST_CASE("a class knows its properties and its superclasses without regard to case") {
    CHECK(test_class.find("name") == 0U);
    CHECK(test_class.find("NUMBERS") == test_properties.size() - 1);
    CHECK_FALSE(test_class.find("Nothing"));
    CHECK_FALSE(test_class.find(""));
    CHECK(test_class.is_a("test_thing"));
    CHECK(test_class.is_a("cim_managedelement"));
    CHECK_FALSE(test_class.is_a("CIM_Other"));
}

TEST_CASE("a new instance has every declared property, all null") {
    const Instance instance(test_class);
    CHECK(&instance.declaration() == &test_class);
    REQUIRE(instance.values().size() == test_properties.size());
    for (const Value& value : instance.values()) CHECK(is_null(value));
}

TEST_CASE("an instance keeps what it is given") {
    Instance instance(test_class);
    const std::string text = "text";
    instance.set("name", text)
        .set("Flag", true)
        .set("Tiny", -128)
        .set("Small", 255U)
        .set("Number", std::uint16_t{7})
        .set("Signed", std::uint64_t{5})
        .set("Large", std::uint64_t{1} << 63U)
        .set("Letter", "x")
        .set("When", Scalar(Interval{std::chrono::seconds{1}}))
        .set("Other", Scalar(ObjectPath{"", "", "C", {}}))
        .set("Texts", Array{std::string("a"), std::string("b")});
    CHECK(scalar(instance.get("NAME")) == Scalar(text));
    CHECK(scalar(instance.get("Flag")) == Scalar(true));
    CHECK(scalar(instance.get("Tiny")) == Scalar(std::int64_t{-128}));
    CHECK(scalar(instance.get("Number")) == Scalar(std::uint64_t{7}));
    CHECK(scalar(instance.get("Signed")) == Scalar(std::int64_t{5}));
    CHECK(std::get<Array>(instance.get("Texts")).size() == 2);
    instance.set("Name", Value{}).set("Texts", Value{});
    CHECK(is_null(instance.get("Name")));
    CHECK(is_null(instance.get("Texts")));
}

TEST_CASE("a value of another type, range or shape is a mistake of ours") {
    Instance instance(test_class);
    CHECK_THROWS_AS(instance.set("Nothing", "x"), std::logic_error);
    CHECK_THROWS_AS(instance.set("Name", 1), std::logic_error);
    CHECK_THROWS_AS(instance.set("Name", true), std::logic_error);
    CHECK_THROWS_AS(instance.set("Flag", 1), std::logic_error);
    CHECK_THROWS_AS(instance.set("Flag", "true"), std::logic_error);
    CHECK_THROWS_AS(instance.set("Tiny", 128), std::logic_error);
    CHECK_THROWS_AS(instance.set("Tiny", -129), std::logic_error);
    CHECK_THROWS_AS(instance.set("Small", 256), std::logic_error);
    CHECK_THROWS_AS(instance.set("Number", -1), std::logic_error);
    CHECK_THROWS_AS(instance.set("Number", 65536), std::logic_error);
    CHECK_THROWS_AS(instance.set("Signed", std::uint64_t{1} << 63U), std::logic_error);
    CHECK_THROWS_AS(instance.set("Double", 1), std::logic_error);
    CHECK_THROWS_AS(instance.set("When", "2026"), std::logic_error);
    CHECK_THROWS_AS(instance.set("Other", "C"), std::logic_error);
    CHECK_THROWS_AS(instance.set("Texts", "x"), std::logic_error);
    CHECK_THROWS_AS(instance.set("Name", Array{std::string("x")}), std::logic_error);
    CHECK_THROWS_AS(instance.set("Numbers", Array{std::uint64_t{65536}}), std::logic_error);
    CHECK_THROWS_AS(instance.set("Numbers", Array{std::string("1")}), std::logic_error);
    CHECK_THROWS_AS((void)instance.get("Nothing"), std::logic_error);
    for (const Value& value : instance.values()) CHECK(is_null(value));
}

TEST_CASE("an instance is named by its keys in the declared order, null ones left out") {
    Instance instance(test_class);
    CHECK(instance.path() == ObjectPath{"", "root/test", "Test_Thing", {}});
    instance.set("Number", 5).set("Name", "n");
    CHECK(instance.path() == ObjectPath{"", "root/test", "Test_Thing", {{"Name", "n"}, {"Number", "5"}}});
}

}  // namespace
