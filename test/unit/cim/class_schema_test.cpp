#include "cim/class_schema.hpp"

#include <doctest/doctest.h>

#include <array>
#include <stdexcept>
#include <string>

namespace {

using namespace tintype::cim;

constexpr auto superclasses = std::to_array<std::string_view>({"CIM_Job", "CIM_Element"});
constexpr auto properties = std::to_array<PropertyDeclaration>({
    {.name = "InstanceID", .key = true, .origin = "CIM_Job"},
    {.name = "Caption", .writable = true, .origin = "CIM_Element"},
    {.name = "Owner", .type = Type::reference, .reference_class = "CIM_Person"},
    {.name = "States", .type = Type::uint16, .array = true},
    {.name = "Settings", .embedded_class = "CIM_SettingData"},
});
constexpr auto parameters = std::to_array<ParameterDeclaration>({
    {.name = "Wait", .type = Type::boolean, .required = true},
    {.name = "Names", .array = true, .in = false, .out = true},
    {.name = "Job", .type = Type::reference, .in = false, .out = true, .reference_class = "CIM_Job"},
    {.name = "Affected", .type = Type::reference, .array = true, .reference_class = "CIM_Element"},
});
constexpr auto methods = std::to_array<MethodDeclaration>(
    {{.name = "Stop", .parameters = parameters}, {.name = "Kill", .origin = "CIM_Job"}});
constexpr ClassDeclaration declaration{.name = "Acme_Job",
                                       .cim_namespace = "root/acme",
                                       .superclasses = superclasses,
                                       .properties = properties,
                                       .methods = methods,
                                       .singleton = true,
                                       .association = true};

std::string schema(const ClassSchemaOptions& options) {
    std::string out;
    append_class_schema(out, declaration, options);
    return out;
}

TEST_CASE("without options a class says what it introduces itself") {
    CHECK(
        schema({}) ==
        "<CLASS NAME=\"Acme_Job\" SUPERCLASS=\"CIM_Job\">"
        "<PROPERTY.REFERENCE NAME=\"Owner\" REFERENCECLASS=\"CIM_Person\"></PROPERTY.REFERENCE>"
        "<PROPERTY.ARRAY NAME=\"States\" TYPE=\"uint16\"></PROPERTY.ARRAY>"
        "<PROPERTY NAME=\"Settings\" TYPE=\"string\" EmbeddedObject=\"instance\"></PROPERTY>"
        "<METHOD NAME=\"Stop\" TYPE=\"uint32\"><PARAMETER NAME=\"Wait\" TYPE=\"boolean\"></PARAMETER>"
        "<PARAMETER.ARRAY NAME=\"Names\" TYPE=\"string\"></PARAMETER.ARRAY>"
        "<PARAMETER.REFERENCE NAME=\"Job\" REFERENCECLASS=\"CIM_Job\"></PARAMETER.REFERENCE>"
        "<PARAMETER.REFARRAY NAME=\"Affected\" REFERENCECLASS=\"CIM_Element\"></PARAMETER.REFARRAY></METHOD></CLASS>");
}

TEST_CASE("IncludeInheritedElements adds what superclasses introduced, IncludeClassOrigin says which") {
    const auto text = schema({.class_origin = true, .inherited_elements = true});
    CHECK(text.find("<PROPERTY NAME=\"Caption\" TYPE=\"string\" CLASSORIGIN=\"CIM_Element\" PROPAGATED=\"true\">") !=
          std::string::npos);
    CHECK(text.find("<PROPERTY.ARRAY NAME=\"States\" TYPE=\"uint16\" CLASSORIGIN=\"Acme_Job\">") != std::string::npos);
    CHECK(text.find("<METHOD NAME=\"Kill\" TYPE=\"uint32\" CLASSORIGIN=\"CIM_Job\" PROPAGATED=\"true\"></METHOD>") !=
          std::string::npos);
    CHECK(text.find("QUALIFIER") == std::string::npos);
}

TEST_CASE("IncludeQualifiers adds them to the class, its properties and parameters") {
    const auto text = schema({.qualifiers = true, .inherited_elements = true});
    const auto flag = [](const std::string& name) {
        return "<QUALIFIER NAME=\"" + name +
               "\" TYPE=\"boolean\" OVERRIDABLE=\"false\"><VALUE>true</VALUE></QUALIFIER>";
    };
    CHECK(
        text.starts_with("<CLASS NAME=\"Acme_Job\" SUPERCLASS=\"CIM_Job\">" + flag("Association") + flag("Singleton")));
    CHECK(text.find("<PROPERTY NAME=\"InstanceID\" TYPE=\"string\" PROPAGATED=\"true\">" + flag("Key")) !=
          std::string::npos);
    CHECK(text.find("<QUALIFIER NAME=\"Write\" TYPE=\"boolean\"><VALUE>true</VALUE></QUALIFIER></PROPERTY>"
                    "<PROPERTY.REFERENCE NAME=\"Owner\"") != std::string::npos);
    CHECK(text.find("<PARAMETER NAME=\"Wait\" TYPE=\"boolean\">" + flag("In") + flag("Required") + "</PARAMETER>") !=
          std::string::npos);
    CHECK(text.find("<PARAMETER.ARRAY NAME=\"Names\" TYPE=\"string\">" + flag("Out") + "</PARAMETER.ARRAY>") !=
          std::string::npos);
    CHECK(
        text.find("<QUALIFIER NAME=\"EmbeddedInstance\" TYPE=\"string\"><VALUE>CIM_SettingData</VALUE></QUALIFIER>") !=
        std::string::npos);
}

TEST_CASE("a superclass has what it and those above it introduced") {
    const auto superclass = [](std::string_view name, bool inherited) {
        std::string out;
        append_superclass_schema(out, declaration, name, {.inherited_elements = inherited});
        return out;
    };
    CHECK(superclass("cim_job", false) ==
          "<CLASS NAME=\"CIM_Job\" SUPERCLASS=\"CIM_Element\"><PROPERTY NAME=\"InstanceID\" TYPE=\"string\"></PROPERTY>"
          "<METHOD NAME=\"Kill\" TYPE=\"uint32\"></METHOD></CLASS>");
    CHECK(superclass("CIM_Element", true) ==
          "<CLASS NAME=\"CIM_Element\"><PROPERTY NAME=\"Caption\" TYPE=\"string\"></PROPERTY></CLASS>");
    CHECK(superclass("CIM_Job", true).find("NAME=\"Caption\" TYPE=\"string\" PROPAGATED=\"true\"") !=
          std::string::npos);
    CHECK(superclass("acme_job", false) == schema({}));
    CHECK_THROWS_AS(superclass("CIM_Other", true), std::logic_error);
}

TEST_CASE("IncludeInheritanceHierarchy names all superclasses, the nearest first") {
    CHECK(schema({.inheritance_hierarchy = true})
              .starts_with("<CLASS NAME=\"Acme_Job\" SUPERCLASS=\"CIM_Job\" DERIVATION=\"CIM_Job,CIM_Element\">"));
    std::string root;
    append_superclass_schema(root, declaration, "CIM_Element", {.inheritance_hierarchy = true});
    CHECK(root.starts_with("<CLASS NAME=\"CIM_Element\" DERIVATION=\"\">"));
}

TEST_CASE("a superclass is abstract, the class itself is not") {
    constexpr std::string_view abstract = "NAME=\"Abstract\"";
    std::string superclass;
    append_superclass_schema(superclass, declaration, "CIM_Job", {.qualifiers = true});
    CHECK(superclass.find(abstract) != std::string::npos);
    CHECK(schema({.qualifiers = true}).find(abstract) == std::string::npos);
}

}  // namespace
