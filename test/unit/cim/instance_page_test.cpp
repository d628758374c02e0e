// Instances in a page, whose memory is used again, and of which only some properties may be wanted.
#include "tintype/cim/instance_page.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "cim/test_class.hpp"

namespace {

using namespace tintype::cim;

bool is_null(const Value& value) {
    return std::holds_alternative<std::monostate>(value);
}
std::string text(const Instance& instance, std::string_view property) {
    return to_text(std::get<Scalar>(instance.get(property)));
}
std::string names(InstancePage& page) {
    std::string all;
    for (std::size_t i = 0; i < page.size(); ++i) all += text(page[i], "Name");
    return all;
}
void fill(InstancePage& page, std::string_view each) {
    for (const char c : each) page.add(test_class).set("Name", std::string(1, c));
}

const std::string long_text(100, 'x');

TEST_CASE("an instance in a page that was used before has nothing of the one that was there") {
    InstancePage page;
    page.add(test_class).set("Name", long_text).set("Flag", true).set("Texts", Array{std::string("a")});
    page.pop_front();
    CHECK(page.empty());
    auto& again = page.add(test_class);
    CHECK(again.held().empty());
    for (const Value& value : again.values()) CHECK(is_null(value));
    again.set("Flag", false).set("Name", "short");
    CHECK(text(again, "Name") == "short");
    CHECK(text(again, "Flag") == "false");
    CHECK(again.held().size() == 2);
}

TEST_CASE("another kind of value takes the place of an earlier one") {
    InstancePage page;
    page.add(test_class).set("Name", long_text);
    page.pop_front();
    page.add(test_class).set("Flag", true);
    CHECK(text(page[0], "Flag") == "true");
    page.pop_front();
    page.add(test_class).set("Name", "n").set("Texts", Array{std::string("a")});
    CHECK(text(page[0], "Name") == "n");
    page.pop_front();
    page.add(test_class).set("Number", 7).set("Name", "m");
    CHECK(text(page[0], "Name") == "m");
    CHECK(text(page[0], "Number") == "7");
}

TEST_CASE("a page gives its instances out in their order, also while it is filled again") {
    InstancePage page;
    fill(page, "abc");
    page.pop_front();
    CHECK(names(page) == "bc");
    CHECK(text(page.front(), "Name") == "b");
    fill(page, "d");
    CHECK(names(page) == "bcd");
    page.add(Instance(test_class).set("Name", "e"));
    CHECK(names(page) == "bcde");
    page.clear(2);
    CHECK(page.empty());
    fill(page, "fgh");
    CHECK(names(page) == "fgh");
    page.trim();
    CHECK(names(page) == "fgh");
}

TEST_CASE("of what was added last some can be dropped") {
    InstancePage page;
    fill(page, "ab");
    page.pop_front();
    fill(page, "cdefg");
    page.keep_if(1, [](const Instance& one) { return text(one, "Name") == "d" || text(one, "Name") == "g"; });
    CHECK(names(page) == "bdg");
    page.keep_if(0, [](const Instance&) { return false; });
    CHECK(page.empty());
}

TEST_CASE("what is taken out of a page stays as it is when the page is used again") {
    InstancePage page;
    fill(page, "ab");
    const auto copy = page[1];
    auto taken = page.take_all();
    CHECK(page.empty());
    fill(page, "cd");
    REQUIRE(taken.size() == 2);
    CHECK(text(taken[0], "Name") == "a");
    CHECK(text(taken[1], "Name") == "b");
    CHECK(text(copy, "Name") == "b");
    const auto moved = std::move(taken[0]);
    CHECK(taken[0].held().empty());  // NOLINT(bugprone-use-after-move): it is as a new one is
    CHECK(text(moved, "Name") == "a");
}

TEST_CASE("what is not wanted is dropped, whichever way it is set") {
    PropertySet wanted(test_class);
    wanted.add(*test_class.find("Flag"));
    wanted.add(*test_class.find("Numbers"));
    InstancePage page;
    page.want(&wanted);
    auto& instance = page.add(test_class);
    CHECK(instance.wants("flag"));
    CHECK_FALSE(instance.wants("Name"));
    instance.set("Name", "n").set("Name", long_text).set("Number", 5).set("When", Scalar(Interval{1}));
    instance.set("Texts", Array{std::string("a")}).set("Flag", true);
    instance.set_text_at(*test_class.find("Name"), {"a", "b"});
    CHECK(instance.held().size() == 1);
    CHECK(text(instance, "Flag") == "true");
    CHECK_THROWS_AS(instance.set("Name", 1), std::logic_error);

    auto copy = instance;
    copy.set("Name", "n");
    CHECK(text(copy, "Name") == "n");
    page.want(nullptr);
    CHECK(page.add(test_class).wants("Name"));
}

TEST_CASE("values are held in the declared order, in whichever they are set") {
    Instance instance(test_class);
    instance.set("Texts", Array{std::string("a")}).set("Flag", true).set("Name", "n").set("Number", 5);
    instance.set("Flag", false).set("Number", Value{}).set("Large", Value{});
    std::vector<std::size_t> places;
    for (const auto& held : instance.held()) places.push_back(held.property);
    const std::vector<std::size_t> expected{*test_class.find("Name"), *test_class.find("Flag"),
                                            *test_class.find("Texts")};
    CHECK(places == expected);
    CHECK(text(instance, "Flag") == "false");
    CHECK(is_null(instance.get("Number")));
}

TEST_CASE("a text is put together of its pieces") {
    Instance instance(test_class);
    instance.set_text_at(0, {"a", "", long_text, "b"});
    CHECK(text(instance, "Name") == "a" + long_text + "b");
    instance.set_text_at(0, {});
    CHECK(text(instance, "Name").empty());
    CHECK_THROWS_AS(instance.set_text_at(*test_class.find("Flag"), {"true"}), std::logic_error);
    CHECK_THROWS_AS(instance.set_text_at(*test_class.find("Texts"), {"x"}), std::logic_error);
}

}  // namespace
