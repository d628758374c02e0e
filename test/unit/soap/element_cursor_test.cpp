// Walking canonical XML.
#include <doctest/doctest.h>

#include <string>

#include "soap/element_cursor.hpp"

using namespace tintype;
using soap::Element;

TEST_CASE("an element gives its name, its attributes and what is inside") {
    const auto element =
        Element::first_in("<w:Selector Name=\"a&lt;&quot;&#9;b\" xsi:nil=\" 1 \">x</w:Selector><w:next/>");
    REQUIRE(element);
    CHECK(element->prefix() == "w");
    CHECK(element->name() == "Selector");
    CHECK(element->is("w", "Selector"));
    CHECK_FALSE(element->is("", "Selector"));
    CHECK(element->attribute("Name") == "a<\"\tb");
    CHECK(element->attribute("xsi:nil") == " 1 ");
    CHECK_FALSE(element->attribute("nil"));
    CHECK_FALSE(element->attribute("ame"));
    CHECK(element->is_nil());
    CHECK(element->inner() == "x");
    CHECK(element->outer() == "<w:Selector Name=\"a&lt;&quot;&#9;b\" xsi:nil=\" 1 \">x</w:Selector>");
    CHECK(element->text() == "x");
    CHECK_FALSE(element->has_children());
}

TEST_CASE("no text holds no element") {
    CHECK_FALSE(Element::first_in(""));
    CHECK_FALSE(Element::first_in("text"));
    CHECK_FALSE(Element::first_in("</x>"));
    CHECK_FALSE(Element::first_in("<x>"));
    CHECK_FALSE(Element::first_in("<x"));
    CHECK_FALSE(Element::first_in("<>"));
}

TEST_CASE("an element without a prefix, and both ways to be empty") {
    for (const char* xml : {"<x/>", "<x></x>", "<x Name=\"/\"/>", "<x Name=\"/\"></x>"}) {
        CAPTURE(xml);
        const auto element = Element::first_in(xml);
        REQUIRE(element);
        CHECK(element->prefix().empty());
        CHECK(element->name() == "x");
        CHECK(element->inner().empty());
        CHECK(element->outer() == xml);
        CHECK(element->text().empty());
        CHECK_FALSE(element->first_child());
        CHECK_FALSE(element->next());
    }
}

TEST_CASE("a text that is one element is read as its first") {
    for (const char* xml : {"<x/>", "<p:x Name=\"/\"/>", "<p:x></p:x>", "<p:x a=\"b\"><x/><p:x>1</p:x><p:x/> </p:x>"}) {
        CAPTURE(xml);
        const auto first = Element::first_in(xml);
        const auto only = Element::only_in(xml);
        REQUIRE(first);
        REQUIRE(only);
        CHECK(only->is(first->prefix(), first->name()));
        CHECK(only->attribute("a") == first->attribute("a"));
        CHECK(only->inner() == first->inner());
        CHECK(only->outer() == xml);
        CHECK_FALSE(only->next());
    }
    for (const char* none : {"", "text", "</x>", "<x>", "<x", "<>", "<x><y/>"}) {
        CAPTURE(none);
        CHECK_FALSE(Element::only_in(none));
    }
}

TEST_CASE("children are walked in order, elements of the same name nested or not") {
    const auto element =
        Element::first_in("<p:a> <p:a>1<p:a/></p:a>t<q0:b><p:a/><p:c/></q0:b><p:c>2</p:c> </p:a><p:after/>");
    REQUIRE(element);
    CHECK(element->has_children());
    auto child = element->first_child();
    REQUIRE(child);
    CHECK(child->outer() == "<p:a>1<p:a/></p:a>");
    child = child->next();
    REQUIRE(child);
    CHECK(child->prefix() == "q0");
    child = child->next();
    REQUIRE(child);
    CHECK(child->outer() == "<p:c>2</p:c>");
    CHECK_FALSE(child->next());
    CHECK(element->child("p", "c")->text() == "2");
    CHECK_FALSE(element->child("p", "b"));
    CHECK(element->next()->name() == "after");
}

TEST_CASE("text is an element's own, decoded and not trimmed") {
    const auto element = Element::first_in("<p:a> 1&lt;<p:b>no<p:b/></p:b>&amp;lt;<p:c/>&#13;2 </p:a>");
    REQUIRE(element);
    CHECK(element->text() == " 1<&lt;\r2 ");
}

TEST_CASE("references are decoded and what only looks like one stays") {
    CHECK(soap::decode_text("&lt;&gt;&amp;&quot;&apos;&#13;&#x1F600;&amp;amp;") == "<>&\"'\r\xF0\x9F\x98\x80&amp;");
    CHECK(soap::decode_text("&unknown;&;&#x;&#xD800;&#99999999999;&") == "&unknown;&;&#x;&#xD800;&#99999999999;&");
    CHECK(soap::trim(" \t\r\nx y\n ") == "x y");
    CHECK(soap::trim(" \n").empty());
}
