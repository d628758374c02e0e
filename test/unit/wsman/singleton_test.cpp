// A class with one instance: what names it, and what it has beside it.
#include "wsman/singleton.hpp"

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace tintype;
using namespace tintype::wsman;

constexpr std::array properties{
    cim::PropertyDeclaration{.name = "Name", .key = true},
    cim::PropertyDeclaration{.name = "SystemName", .key = true},
    cim::PropertyDeclaration{.name = "Made", .type = cim::Type::uint32},
};
constexpr cim::ClassDeclaration clock_class{.name = "Acme_Clock",
                                            .cim_namespace = "root/acme",
                                            .superclasses = {},
                                            .properties = properties,
                                            .methods = {},
                                            .singleton = true};

/// Counts how often it was made.
std::unique_ptr<Resource> make_clock(SingletonOptions options = {}) {
    return make_singleton(
        clock_class,
        [made = 0]() mutable {
            cim::Instance clock(clock_class);
            clock.set("Name", "clock").set("SystemName", "hv01").set("Made", ++made);
            return clock;
        },
        std::move(options));
}

cim::ObjectPath keys(std::vector<cim::Key> given) {
    return {{}, "root/acme", "Acme_Clock", std::move(given)};
}

TEST_CASE("the only instance has no need of keys, and other keys than its own name nothing") {
    const auto clock = make_clock();
    CHECK(clock->required_keys().empty());
    CHECK(clock->get(keys({}))->has_value());
    CHECK(clock->get(keys({{"name", "CLOCK", false}}))->has_value());
    CHECK(clock->get(keys({{"Name", "clock", false}, {"SystemName", "HV01", false}}))->has_value());
    CHECK_FALSE(clock->get(keys({{"Name", "watch", false}}))->has_value());
    CHECK_FALSE(clock->get(keys({{"Name", "clock", false}, {"SystemName", "hv02", false}}))->has_value());
    CHECK_FALSE(clock->get(keys({{"Made", "1", false}}))->has_value());
}

TEST_CASE("the key that names the host takes whatever a client calls it, the others don't") {
    const auto clock = make_clock({.host_key = "SystemName"});
    CHECK(clock->get(keys({{"systemname", "hv01.example.com", false}}))->has_value());
    CHECK_FALSE(clock->get(keys({{"SystemName", "hv01", false}, {"Name", "watch", false}}))->has_value());
    CHECK_FALSE(clock->get(keys({{"Host", "hv01", false}}))->has_value());
}

TEST_CASE("an enumeration has the instance once, on the first page that has room") {
    const auto clock = make_clock();
    auto cursor = clock->enumerate().value();
    CHECK(cursor->next(0)->empty());
    CHECK(cursor->next(5)->size() == 1);
    CHECK(cursor->next(5)->empty());
    CHECK(clock->instance_count() == 1);
}

TEST_CASE("the instance is made anew for each request") {
    const auto clock = make_clock();
    const auto made = [&] { return clock->get(keys({}))->value().get("Made"); };
    const auto first = made();
    CHECK(made() != first);
}

TEST_CASE("a method is found by its name in any case, and only what is there") {
    const Method ring = [](const Call& /*call*/, std::string_view /*body*/, std::string& out) -> Result<void> {
        out += "rings";
        return {};
    };
    const auto clock = make_clock({.may_block = true, .methods = {{"Ring", ring}}});
    CHECK(clock->may_block());
    CHECK(clock->method("Stop") == nullptr);
    const auto* found = clock->method("RING");
    REQUIRE(found != nullptr);
    std::string out;
    CHECK((*found)({}, {}, out));
    CHECK(out == "rings");
    CHECK_FALSE(make_clock()->may_block());
    CHECK(make_clock()->method("Ring") == nullptr);
}

}  // namespace
