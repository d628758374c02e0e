#include "cim/fragment.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>

#include "cim/test_class.hpp"

namespace {

using namespace tintype::cim;

Instance instance() {
    Instance one(test_class);
    one.set("Name", "a & b")
        .set("Number", 7)
        .set("Texts", Array{std::string("one"), std::string("two"), std::string("<3>")})
        .set("When", Scalar(Timestamp{std::chrono::seconds{0}}))
        .set("Other", Scalar(ObjectPath{"", "root/test", "Test_Thing", {{"Name", "n"}}}))
        .set("Letter", "");
    return one;
}

/// What stands in the XmlFragment, or `nil`, or the error after `! `.
std::string fragment(std::string_view expression) {
    const auto parsed = parse_fragment(expression);
    if (!parsed) return "! " + parsed.error();
    std::string out;
    append_xml_fragment(out, *parsed, instance(), UriStyle::wmi);
    if (out == "<w:XmlFragment xsi:nil=\"true\"/>") return "nil";
    const std::string start =
        "<w:XmlFragment xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/1/wmi/root/test/Test_Thing\">";
    const std::string end = "</w:XmlFragment>";
    REQUIRE(out.starts_with(start));
    REQUIRE(out.ends_with(end));
    return out.substr(start.size(), out.size() - start.size() - end.size());
}

std::string target(std::string_view expression) {
    const auto found = fragment_target(*parse_fragment(expression), test_class);
    if (!found) return "! " + found.error();
    if (!*found) return "instance";
    return std::string(test_class.properties[(*found)->property].name) +
           ((*found)->index ? "[" + std::to_string(*(*found)->index) + "]" : "") + ((*found)->text ? " text" : "");
}

TEST_CASE("a property comes with its tags, whatever stands before its name") {
    for (const auto* expression : {"Name", "p:Name", "any:name", "/Name", "/p:Test_Thing/p:Name", "Test_Thing/Name",
                                   "/CIM_Thing/Name", "./Name", "/test_thing[1]/Name", " Name ", "Name[1]"}) {
        CAPTURE(expression);
        CHECK(fragment(expression) == "<p:Name>a &amp; b</p:Name>");
    }
}

TEST_CASE("an array comes in all of its elements, an index picks one") {
    CHECK(fragment("Texts") == "<p:Texts>one</p:Texts><p:Texts>two</p:Texts><p:Texts>&lt;3&gt;</p:Texts>");
    CHECK(fragment("Texts[2]") == "<p:Texts>two</p:Texts>");
    CHECK(fragment("Texts[ 3 ]/text()") == "&lt;3&gt;");
    CHECK(fragment("Texts[4]") == "nil");
}

TEST_CASE("text() comes without tags") {
    CHECK(fragment("Name/text()") == "a &amp; b");
    CHECK(fragment("/p:Test_Thing/p:Number/text()") == "7");
    CHECK(fragment("Letter/text()") == "");
    CHECK(fragment("text()") == "nil");
    CHECK(fragment("When/text()") == "");
}

TEST_CASE("a path leads into a datetime and a reference") {
    CHECK(fragment("When/cim:Datetime/text()") == "1970-01-01T00:00:00Z");
    CHECK(fragment("Other/a:ReferenceParameters/w:SelectorSet/w:Selector[2]/text()") == "n");
}

TEST_CASE("what is null or not there is nil") {
    for (const auto* expression :
         {"Flag", "Flag/text()", "Numbers", "Numbers[1]", "Name[2]", "Nothing", "Name/Nothing"})
        CHECK(fragment(expression) == "nil");
}

TEST_CASE("the instance itself can be asked for") {
    for (const auto* expression : {"/", ".", "/.", "/p:Test_Thing"}) {
        CAPTURE(expression);
        CHECK(fragment(expression).starts_with("<p:Test_Thing xmlns:p="));
    }
}

TEST_CASE("what XPath level 1 doesn't have is refused at its place") {
    struct Case {
        std::string_view expression, words, position;
    };
    for (const auto& row : {
             Case{"", "is empty", "1"},
             Case{"  ", "is empty", "3"},
             Case{"Name/", "ends where a step should follow", "6"},
             Case{"//Name", "skips levels", "2"},
             Case{"a//b", "skips levels", "3"},
             Case{"../Name", "goes to a parent", "1"},
             Case{"@xsi:type", "names an attribute", "1"},
             Case{"Name/@x", "names an attribute", "6"},
             Case{"*", "has a wildcard", "1"},
             Case{"p:*", "has no name of an element here", "3"},
             Case{"child::Name", "names an axis", "6"},
             Case{"node()", "calls a function", "5"},
             Case{"Name[0]", "has a predicate that is no index from 1 on", "6"},
             Case{"Name[-1]", "has a predicate that is no index from 1 on", "6"},
             Case{"Name[last()]", "has a predicate that is no index from 1 on", "6"},
             Case{"Name[1", "has a predicate that is no index from 1 on", "7"},
             Case{"Name[99999999999999999999]", "has a predicate that is no index from 1 on", "6"},
             Case{"Name[1][2]", "has something else than '/' behind a step", "8"},
             Case{"Name | Number", "has something else than '/' behind a step", "5"},
             Case{"text()/Name", "goes on behind text()", "7"},
             Case{"Name/text()[1]", "goes on behind text()", "12"},
             Case{"1a", "has no name of an element here", "1"},
             Case{"a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a", "has too many steps", "34"},
         }) {
        const auto& expression = row.expression;
        const auto& words = row.words;
        const auto& position = row.position;
        CAPTURE(expression);
        CHECK(fragment(expression).find(" " + std::string(words) + " (position " + std::string(position) + ").") !=
              std::string::npos);
    }
}

TEST_CASE("a Put learns which property a fragment names") {
    CHECK(target("name") == "Name");
    CHECK(target("/p:Test_Thing/Name/text()") == "Name text");
    CHECK(target("Texts[2]") == "Texts[2]");
    CHECK(target("Texts") == "Texts");
    CHECK(target("Name[1]") == "Name");
    CHECK(target(".") == "instance");
    CHECK(target("Name[2]") == "! The fragment has an index, but Name is no array.");
    CHECK(target("Nothing") == "! The fragment names 'Nothing', which is no property of Test_Thing.");
    CHECK(target("When/Datetime") == "! The fragment goes into the property When.");
    CHECK(target("text()") == "! An instance has no text of its own.");
}

}  // namespace
