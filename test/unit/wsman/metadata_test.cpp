#include "wsman/metadata.hpp"

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tintype/endpoint.hpp"
#include "tintype/service.hpp"
#include "tintype/wsman/router.hpp"

namespace {

using namespace tintype;
using cim::Type;

constexpr std::array properties{
    cim::PropertyDeclaration{.name = "Name", .key = true},
    cim::PropertyDeclaration{.name = "Room", .type = Type::reference, .reference_class = "Acme_Room"},
    cim::PropertyDeclaration{.name = "Levels", .type = Type::uint8, .array = true},
};
constexpr std::array parameters{
    cim::ParameterDeclaration{.name = "On", .type = Type::boolean, .required = true},
    cim::ParameterDeclaration{.name = "Level", .type = Type::uint8, .out = true},
    cim::ParameterDeclaration{.name = "Since", .type = Type::datetime, .in = false, .out = true},
};
constexpr std::array methods{cim::MethodDeclaration{.name = "Switch", .parameters = parameters},
                             cim::MethodDeclaration{.name = "Explode"}};
constexpr cim::ClassDeclaration lamp{.name = "Acme_Lamp",
                                     .cim_namespace = "root/acme",
                                     .superclasses = {},
                                     .properties = properties,
                                     .methods = methods};
constexpr cim::ClassDeclaration other_lamp{
    .name = "Acme_Lamp", .cim_namespace = "root/other", .superclasses = {}, .properties = properties, .methods = {}};

class Lamp final : public wsman::Resource {
  public:
    explicit Lamp(const cim::ClassDeclaration& declaration) : declaration_(&declaration) {}

    [[nodiscard]] const cim::ClassDeclaration& declaration() const noexcept override { return *declaration_; }
    [[nodiscard]] std::span<const std::string_view> required_keys() const noexcept override { return {}; }
    [[nodiscard]] bool may_block() const noexcept override { return false; }
    wsman::Result<std::optional<cim::Instance>> get(const cim::ObjectPath& /*keys*/) override { return std::nullopt; }
    wsman::Result<std::unique_ptr<wsman::InstanceCursor>> enumerate() override {
        return wsman::fail(wsman::faults::internal_error);
    }
    [[nodiscard]] const wsman::Method* method(std::string_view name) const noexcept override {
        return name == "Switch" ? &switch_ : nullptr;
    }

  private:
    const cim::ClassDeclaration* declaration_;
    wsman::Method switch_;
};

class Lamps : public Service {
  public:
    void add_to(wsman::Router& router, const std::string& /*host_name*/) override {
        router.add(std::make_unique<Lamp>(lamp));
        router.add(std::make_unique<Lamp>(other_lamp));
    }
};

/// Has documents of its own.
class BoundLamps final : public Lamps {
  public:
    [[nodiscard]] std::optional<std::string> metadata(std::string_view query) const override {
        if (query == "xsd=root/acme/Acme_Lamp" || query == "xsd=acme") return "<mine/>";
        return std::nullopt;
    }
};

std::string document(const Endpoint& endpoint, std::string_view query) {
    const auto found = endpoint.metadata(query, "http://host/wsman");
    return found ? found->body : "";
}

bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST_CASE("an embedder's class has a schema, made from its declaration") {
    Lamps lamps;
    const Endpoint endpoint(lamps);
    const auto text = document(endpoint, "xsd=root/acme/Acme_Lamp");
    CHECK(holds(text, "targetNamespace=\"http://schemas.microsoft.com/wbem/wsman/1/wmi/root/acme/Acme_Lamp\""));
    CHECK(holds(text, "<xs:element name=\"Acme_Lamp\" type=\"p:Acme_Lamp_Type\"/>"));
    CHECK(holds(text, "<xs:element name=\"Name\" type=\"cim:cimString\"/>"));
    CHECK(holds(text, "<xs:element name=\"Room\" type=\"cim:cimReference\" minOccurs=\"0\" nillable=\"true\"/>"));
    CHECK(holds(text,
                "<xs:element name=\"Levels\" type=\"cim:cimUnsignedByte\" minOccurs=\"0\" maxOccurs=\"unbounded\" "
                "nillable=\"true\"/>"));
}

TEST_CASE("a method's INPUT and OUTPUT have what goes in and out, in order, and the return value last") {
    Lamps lamps;
    const Endpoint endpoint(lamps);
    CHECK(holds(document(endpoint, "xsd=root/acme/Acme_Lamp"),
                "<xs:element name=\"Switch_INPUT\"><xs:complexType><xs:sequence>"
                "<xs:element name=\"On\" type=\"cim:cimBoolean\"/>"
                "<xs:element name=\"Level\" type=\"cim:cimUnsignedByte\" minOccurs=\"0\" nillable=\"true\"/>"
                "</xs:sequence></xs:complexType></xs:element>"
                "<xs:element name=\"Switch_OUTPUT\"><xs:complexType><xs:sequence>"
                "<xs:element name=\"Level\" type=\"cim:cimUnsignedByte\" minOccurs=\"0\" nillable=\"true\"/>"
                "<xs:element name=\"Since\" type=\"cim:cimDateTime\" minOccurs=\"0\" nillable=\"true\"/>"
                "<xs:element name=\"ReturnValue\" type=\"cim:cimUnsignedInt\"/>"
                "</xs:sequence></xs:complexType></xs:element>"));
}

TEST_CASE("a method that nobody handles is in no document") {
    Lamps lamps;
    const Endpoint endpoint(lamps);
    for (const auto* query : {"xsd=root/acme/Acme_Lamp", "wsdl=root/acme/Acme_Lamp"}) {
        CHECK(holds(document(endpoint, query), "Switch"));
        CHECK_FALSE(holds(document(endpoint, query), "Explode"));
    }
}

TEST_CASE("classes of one name in two namespaces have two ports") {
    Lamps lamps;
    const Endpoint endpoint(lamps);
    const auto text = document(endpoint, "wsdl");
    CHECK(holds(text, "name=\"Acme_Lamp\""));
    CHECK(holds(text, "name=\"root_other_Acme_Lamp\""));
    CHECK(holds(text, "location=\"?wsdl=root/other/Acme_Lamp\""));
}

TEST_CASE("a service's own documents come first, and further ones beside the library's") {
    BoundLamps lamps;
    const Endpoint endpoint(lamps);
    CHECK(document(endpoint, "xsd=root/acme/Acme_Lamp") == "<mine/>");
    CHECK(document(endpoint, "xsd=acme") == "<mine/>");
    CHECK(holds(document(endpoint, "wsdl=root/acme/Acme_Lamp"), "<wsdl:definitions"));
}

TEST_CASE("what is no document is none") {
    Lamps lamps;
    const Endpoint endpoint(lamps);
    for (const auto* query : {"", "xsd", "wsdls", "xsd=", "wsdl=", "xsd=acme", "xsd=/Acme_Lamp", "xsd=root/acme",
                              "wsdl=wsman", "xsd=root/acme/Acme_Lamp/", "xsd=%", "=wsdl"}) {
        CAPTURE(query);
        CHECK_FALSE(endpoint.metadata(query, "http://host/wsman").has_value());
    }
}

TEST_CASE("the URL of the endpoint is escaped") {
    Lamps lamps;
    const Endpoint endpoint(lamps);
    const auto found = endpoint.metadata("wsdl", "http://host/ws\"<&man");
    REQUIRE(found);
    CHECK(holds(found->body, "location=\"http://host/ws&quot;&lt;&amp;man\""));
}

}  // namespace
