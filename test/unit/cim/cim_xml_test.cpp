#include "cim/cim_xml.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>

#include "cim/test_class.hpp"
#include "cim/xml_tree.hpp"

namespace {

using namespace tintype::cim;

std::string error_of(std::string_view text) {
    const auto read = read_cim_xml_instance(text, test_class);
    return read ? "none" : read.error();
}

Value value_of(std::string_view name, std::string_view properties) {
    const auto read = read_cim_xml_instance(
        "<INSTANCE CLASSNAME=\"Test_Thing\">" + std::string(properties) + "</INSTANCE>", test_class);
    REQUIRE_MESSAGE(read, read.error());
    return read->get(name);
}

Instance everything() {
    Instance instance(test_class);
    instance.set("Name", " a & <b>\n\"c\" ")
        .set("Flag", true)
        .set("Tiny", -128)
        .set("Small", 255)
        .set("Number", 0)
        .set("Signed", std::int64_t{-9223372036854775807 - 1})
        .set("Large", std::uint64_t{18446744073709551615U})
        .set("Single", Scalar(static_cast<double>(0.1F)))
        .set("Double", Scalar(0.1))
        .set("Letter", " ")
        .set("When", Scalar(Interval{90'000'000}))
        .set("Other",
             Scalar(ObjectPath{
                 "", "root/test", "Test_Thing", {{"Name", "it's \"x\"\\"}, {"Ref", "root\\test:A.B=\"c\"", true}}}))
        .set("Texts", Array{std::string("a"), std::string()})
        .set("Numbers", Array{});
    return instance;
}

TEST_CASE("an instance is written as WMI writes it") {
    Instance instance(test_class);
    instance.set("Name", "a & b")
        .set("Flag", true)
        .set("When", Scalar(Timestamp{std::chrono::seconds{0}}))
        .set("Numbers", Array{std::uint64_t{1}, std::uint64_t{2}});
    const auto text = to_cim_xml(instance);
    CHECK(
        text.starts_with("<INSTANCE CLASSNAME=\"Test_Thing\"><PROPERTY NAME=\"Name\" TYPE=\"string\"><VALUE>a &amp; b"
                         "</VALUE></PROPERTY><PROPERTY NAME=\"Flag\" TYPE=\"boolean\"><VALUE>TRUE</VALUE></PROPERTY>"
                         "<PROPERTY NAME=\"Tiny\" TYPE=\"sint8\"></PROPERTY>"));
    CHECK(text.find("<PROPERTY NAME=\"When\" TYPE=\"datetime\"><VALUE>19700101000000.000000+000</VALUE></PROPERTY>") !=
          std::string::npos);
    CHECK(
        text.ends_with("<PROPERTY.REFERENCE NAME=\"Other\"></PROPERTY.REFERENCE>"
                       "<PROPERTY.ARRAY NAME=\"Texts\" TYPE=\"string\"></PROPERTY.ARRAY>"
                       "<PROPERTY.ARRAY NAME=\"Numbers\" TYPE=\"uint16\"><VALUE.ARRAY><VALUE>1</VALUE><VALUE>2</VALUE>"
                       "</VALUE.ARRAY></PROPERTY.ARRAY></INSTANCE>"));
}

TEST_CASE("what was written is read as the same instance") {
    for (const auto& instance : {everything(), Instance(test_class)}) {
        const auto read = read_cim_xml_instance(to_cim_xml(instance), test_class);
        REQUIRE_MESSAGE(read, read.error());
        for (std::size_t i = 0; i < test_class.properties.size(); ++i) {
            CAPTURE(test_class.properties[i].name);
            CHECK(read->values()[i] == instance.values()[i]);
        }
    }
}

TEST_CASE("tools wrap an instance, qualify it and write names in any case") {
    const std::string name = "<PROPERTY NAME=\"Name\" TYPE=\"string\"><VALUE>a</VALUE></PROPERTY>";
    const std::string instance = "<INSTANCE CLASSNAME=\"Test_Thing\">" + name + "</INSTANCE>";
    for (const std::string& text :
         {instance, " \r\n" + instance + "\n", "\xEF\xBB\xBF" + instance,
          "<?xml version=\"1.0\" encoding=\"utf-16\"?>" + instance, "<!-- from a tool -->" + instance,
          "<CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\"><DECLARATION><DECLGROUP><VALUE.OBJECT>" + instance +
              "</VALUE.OBJECT></DECLGROUP></DECLARATION></CIM>",
          "<DECLGROUP.WITHPATH><VALUE.OBJECTWITHPATH><INSTANCEPATH/>" + instance +
              "</VALUE.OBJECTWITHPATH></DECLGROUP.WITHPATH>",
          "<VALUE.NAMEDINSTANCE><INSTANCENAME CLASSNAME=\"x\"/>" + instance + "</VALUE.NAMEDINSTANCE>",
          std::string(
              "<instance classname='test_thing'><property name='NAME' type='STRING'><value><![CDATA[a]]></value>"
              "</property></instance>"),
          std::string("<INSTANCE CLASSNAME=\"Test_Thing\"><QUALIFIER NAME=\"dynamic\" TYPE=\"boolean\" "
                      "TOSUBCLASS=\"false\"><VALUE>"
                      "TRUE</VALUE></QUALIFIER><PROPERTY NAME=\"Name\" CLASSORIGIN=\"CIM_Thing\" PROPAGATED=\"true\" "
                      "TYPE=\"string\">"
                      "<QUALIFIER NAME=\"key\" "
                      "TYPE=\"boolean\"><VALUE>TRUE</VALUE></QUALIFIER><VALUE>a</VALUE></PROPERTY></INSTANCE>"),
          "<INSTANCE CLASSNAME=\"CIM_Thing\">" + name + "</INSTANCE>"}) {
        CAPTURE(text);
        const auto read = read_cim_xml_instance(text, test_class);
        REQUIRE_MESSAGE(read, read.error());
        CHECK(read->get("Name") == Value{Scalar{std::string("a")}});
    }
}

TEST_CASE("a value counts, not the type that the text says") {
    CHECK(value_of("Number", "<PROPERTY NAME=\"Number\" TYPE=\"string\"><VALUE>7</VALUE></PROPERTY>") ==
          Value{Scalar{std::uint64_t{7}}});
    CHECK(value_of("Number", "<PROPERTY NAME=\"Number\"><VALUE> 7 </VALUE></PROPERTY>") ==
          Value{Scalar{std::uint64_t{7}}});
    CHECK(value_of("Texts", "<PROPERTY NAME=\"Texts\" TYPE=\"string\"><VALUE>a</VALUE></PROPERTY>") ==
          Value{Array{std::string("a")}});
    CHECK(
        value_of("When", "<PROPERTY NAME=\"When\" TYPE=\"datetime\"><VALUE>1970-01-01T00:00:00Z</VALUE></PROPERTY>") ==
        Value{Scalar{Timestamp{}}});
    CHECK(value_of("Name", "<PROPERTY NAME=\"Name\" TYPE=\"string\"><VALUE/></PROPERTY>") ==
          Value{Scalar{std::string()}});
    CHECK(value_of("Name", "<PROPERTY NAME=\"Name\" TYPE=\"string\"/>") == Value{});
}

TEST_CASE("an absent property is told from a null one") {
    const auto read = read_cim_xml("<INSTANCE CLASSNAME=\"Test_Thing\"><PROPERTY NAME=\"Name\"/></INSTANCE>");
    REQUIRE(read);
    const auto values = given_values(*read, test_class);
    REQUIRE(values);
    CHECK((*values)[*test_class.find("Name")] == Value{});
    CHECK_FALSE((*values)[*test_class.find("Flag")]);
}

TEST_CASE("an instance inside of an instance is text") {
    const std::string inner = "<INSTANCE CLASSNAME=\"A\"/>";
    CHECK(value_of("Name",
                   "<PROPERTY NAME=\"Name\" TYPE=\"string\" EmbeddedObject=\"instance\"><VALUE>&lt;INSTANCE "
                   "CLASSNAME=&quot;A&quot;/&gt;</VALUE></PROPERTY>") == Value{Scalar{inner}});
}

TEST_CASE("references come as names, as paths and as text") {
    const std::string name =
        "<INSTANCENAME CLASSNAME=\"A\"><KEYBINDING NAME=\"B\"><KEYVALUE VALUETYPE=\"string\">c</KEYVALUE></KEYBINDING>"
        "</INSTANCENAME>";
    const std::string place =
        "<LOCALNAMESPACEPATH><NAMESPACE NAME=\"root\"/><NAMESPACE NAME=\"v2\"/></LOCALNAMESPACEPATH>";
    struct Case {
        std::string content, host, cim_namespace;
    };
    for (const auto& row :
         {Case{name, "", ""}, Case{"<LOCALINSTANCEPATH>" + place + name + "</LOCALINSTANCEPATH>", "", "root/v2"},
          Case{"<INSTANCEPATH><NAMESPACEPATH><HOST>h</HOST>" + place + "</NAMESPACEPATH>" + name + "</INSTANCEPATH>",
               "h", "root/v2"},
          Case{"<VALUE>root\\v2:A.B=\"c\"</VALUE>", "", "root/v2"},
          Case{"\\\\h\\root\\v2:A.B=\"c\"", "h", "root/v2"}}) {
        const auto& content = row.content;
        const auto& host = row.host;
        const auto& cim_namespace = row.cim_namespace;
        CAPTURE(content);
        CHECK(value_of("Other", "<PROPERTY.REFERENCE NAME=\"Other\" REFERENCECLASS=\"CIM_Thing\"><VALUE.REFERENCE>" +
                                    content + "</VALUE.REFERENCE></PROPERTY.REFERENCE>") ==
              Value{Scalar{ObjectPath{host, cim_namespace, "A", {{"B", "c"}}}}});
    }
}

TEST_CASE("a plain property that says it is a reference holds one as text, or is refused") {
    const auto property = [](const std::string& value) {
        return R"(<PROPERTY NAME="Other" TYPE="reference"><VALUE>)" + value + "</VALUE></PROPERTY>";
    };
    CHECK(value_of("Other", property("\n root\\v2:A.B=\"c\" ")) ==
          Value{Scalar{ObjectPath{"", "root/v2", "A", {{"B", "c"}}}}});
    const std::string refused = "is wrong: a reference is no object path: ";
    const auto with = [](const std::string& content) {
        return error_of("<INSTANCE CLASSNAME=\"Test_Thing\">" + content + "</INSTANCE>");
    };
    CHECK(with(property("20261122 0000")).find("the property Other " + refused) != std::string::npos);
    CHECK(with("<PROPERTY.ARRAY NAME=\"Texts\" TYPE=\"reference\"><VALUE.ARRAY><VALUE>A</VALUE><VALUE>?</VALUE>"
               "</VALUE.ARRAY></PROPERTY.ARRAY>")
              .find("the property Texts " + refused) != std::string::npos);
}

TEST_CASE("references are written so that they are read again") {
    for (const auto* text : {"A.B=\"c\"", "root\\v2:A.B=\"c\"", "\\\\h\\root\\v2:A.B=\"c\",D=\"e\"", "A", "no path"}) {
        CAPTURE(text);
        CimXmlInstance instance{"X", {{.name = "R", .type = Type::reference, .values = {{text}}}}};
        std::string out;
        append_cim_xml(out, instance);
        const auto read = read_cim_xml(out);
        const bool is_path = std::string_view(text) != "no path";
        REQUIRE(read.has_value() == is_path);
        if (is_path) CHECK(read->properties.front().values == instance.properties.front().values);
    }
}

TEST_CASE("what is no instance is refused in words") {
    const std::string cant = "The embedded instance can't be read: ";
    CHECK(error_of("").starts_with(cant));
    CHECK(error_of("text").starts_with(cant));
    CHECK(error_of("<INSTANCE").find("(line 1, column ") != std::string::npos);
    CHECK(error_of("<!DOCTYPE CIM><INSTANCE/>").find("document type") != std::string::npos);
    CHECK(error_of("<CLASS NAME=\"a\"/>") == cant + "the element 'CLASS' is no INSTANCE and holds none.");
    CHECK(error_of("<CIM/>") == cant + "the element 'CIM' holds no INSTANCE.");
    CHECK(error_of("<CIM><INSTANCE/><INSTANCE/></CIM>") == cant + "there is more than one instance.");
    CHECK(error_of("<INSTANCE/>") == cant + "the INSTANCE has no CLASSNAME that is one.");
    const auto with = [](const std::string& content) {
        return error_of("<INSTANCE CLASSNAME=\"Test_Thing\">" + content + "</INSTANCE>");
    };
    CHECK(with("<METHOD/>") == cant + "an INSTANCE holds a 'METHOD'.");
    CHECK(with("<PROPERTY/>") == cant + "a PROPERTY has no NAME that is one.");
    CHECK(with("<PROPERTY NAME=\"Name\" TYPE=\"text\"/>") == cant + "the property Name has the unknown TYPE 'text'.");
    CHECK(with("<PROPERTY NAME=\"Name\"><VALUE>a</VALUE><VALUE>b</VALUE></PROPERTY>") ==
          cant + "the property Name is wrong: it has more than one value.");
    CHECK(with("<PROPERTY NAME=\"Name\"><VALUE><INSTANCE/></VALUE></PROPERTY>") ==
          cant + "the property Name is wrong: its VALUE holds elements; an instance inside of one is escaped text.");
    CHECK(with("<PROPERTY.ARRAY NAME=\"Texts\"><VALUE.ARRAY><VALUE.NULL/></VALUE.ARRAY></PROPERTY.ARRAY>") ==
          cant + "the property Texts is wrong: it holds a 'VALUE.NULL' where a VALUE belongs.");
    CHECK(with("<PROPERTY.ARRAY NAME=\"Texts\"><VALUE>a</VALUE></PROPERTY.ARRAY>") ==
          cant + "the property Texts is wrong: it holds a 'VALUE' where a VALUE.ARRAY belongs.");
    CHECK(with("<PROPERTY.REFERENCE NAME=\"Other\"><VALUE.REFERENCE><CLASSNAME NAME=\"A\"/></VALUE.REFERENCE>"
               "</PROPERTY.REFERENCE>") ==
          cant + "the property Other is wrong: a VALUE.REFERENCE holds a 'CLASSNAME', which names no instance.");
}

TEST_CASE("a namespace that no object path can hold makes no reference") {
    CHECK(error_of("<INSTANCE CLASSNAME=\"Test_Thing\"><PROPERTY.REFERENCE NAME=\"Other\"><VALUE.REFERENCE>"
                   "<LOCALINSTANCEPATH><LOCALNAMESPACEPATH><NAMESPACE NAME=\"*\"/></LOCALNAMESPACEPATH><INSTANCENAME "
                   "CLASSNAME=\"A\"/></LOCALINSTANCEPATH></VALUE.REFERENCE></PROPERTY.REFERENCE></INSTANCE>")
              .find("a reference makes no object path: ") != std::string::npos);
}

TEST_CASE("what doesn't fit the class is refused in words") {
    CHECK(error_of("<INSTANCE CLASSNAME=\"Other_Thing\"/>") ==
          "The embedded instance is of the class Other_Thing, not of Test_Thing.");
    const auto with = [](const std::string& content) {
        return error_of("<INSTANCE CLASSNAME=\"Test_Thing\">" + content + "</INSTANCE>");
    };
    CHECK(with("<PROPERTY NAME=\"Nothing\"><VALUE>a</VALUE></PROPERTY>") == "Test_Thing has no property Nothing.");
    CHECK(with("<PROPERTY NAME=\"Nothing\"/>") == "none");
    CHECK(with("<PROPERTY NAME=\"__PATH\"><VALUE>a</VALUE></PROPERTY>") == "none");
    CHECK(with("<PROPERTY NAME=\"Name\"/><PROPERTY NAME=\"name\"/>") == "The property Test_Thing.Name is given twice.");
    CHECK(with("<PROPERTY NAME=\"Small\"><VALUE>300</VALUE></PROPERTY>") ==
          "The property Test_Thing.Small is wrong: '300' is no uint8: it is over 255.");
    CHECK(with("<PROPERTY.ARRAY NAME=\"Name\"><VALUE.ARRAY><VALUE>a</VALUE></VALUE.ARRAY></PROPERTY.ARRAY>") ==
          "The property Test_Thing.Name is no array.");
}

TEST_CASE("size, depth, number of elements and references in references are bounded") {
    CHECK(error_of("<CIM>" + std::string(300'000, ' ') + "</CIM>").find("more text than is taken") !=
          std::string::npos);
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "<a>";
    deep.resize(200'000);
    CHECK(error_of(deep).find("nested deeper than are taken (line 1, column 97)") != std::string::npos);
    std::string wide = "<INSTANCE CLASSNAME=\"Test_Thing\">";
    for (int i = 0; i < 20'000; ++i) wide += "<a/>";
    CHECK(error_of(wide + "</INSTANCE>").find("more elements than are taken") != std::string::npos);
    std::string many = "<INSTANCE ";
    for (int i = 0; i < 40; ++i) many += "a" + std::to_string(i) + "='' ";
    CHECK(error_of(many + "/>").starts_with("The embedded instance can't be read: "));

    std::string nested = "<VALUE.REFERENCE>a:B.C=1</VALUE.REFERENCE>";
    for (int i = 0; i < 4; ++i) {
        nested = "<VALUE.REFERENCE><INSTANCENAME CLASSNAME=\"A\"><KEYBINDING NAME=\"B\">" + nested +
                 "</KEYBINDING></INSTANCENAME></VALUE.REFERENCE>";
    }
    CHECK(error_of("<INSTANCE CLASSNAME=\"Test_Thing\"><PROPERTY.REFERENCE NAME=\"Other\">" + nested +
                   "</PROPERTY.REFERENCE></INSTANCE>")
              .find("neither a KEYVALUE nor a reference that is not too deep") != std::string::npos);
}

TEST_CASE("a tree keeps what its document says, wherever it moves") {
    auto read = XmlTree::read("<a x='1&lt;2'>t<b/>u<c>v</c></a>");
    REQUIRE(read);
    const XmlTree tree = std::move(*read);
    const auto root = tree.root();
    CHECK(root.name() == "a");
    CHECK(root.text() == "tu");
    CHECK(root.attribute("X") == "1<2");
    CHECK_FALSE(root.attribute("y"));
    const auto b = root.first_child();
    REQUIRE(b);
    CHECK(b->is("B"));
    CHECK_FALSE(b->first_child());
    REQUIRE(b->next());
    CHECK(b->next()->text() == "v");
    CHECK_FALSE(b->next()->next());
}

}  // namespace
