#include <utility>

#include "cim/cim_xml.hpp"
#include "cim/value_reader.hpp"

namespace tintype::cim {
namespace {

using Failure = tl::unexpected<std::string>;

std::string name_of(const ClassDeclaration& declaration, const PropertyDeclaration& property) {
    return std::string(declaration.name) + "." + std::string(property.name);
}

tl::expected<Value, std::string> check(const CimXmlProperty& property, const PropertyDeclaration& declared) {
    if (!property.values) return Value{};
    if (property.array && !declared.array) return Failure(std::string("is no array"));
    Array values;
    values.reserve(property.values->size());
    for (const std::string& text : *property.values) {
        auto value = read_value(declared.type, text);
        if (!value) return Failure("is wrong: " + value.error());
        values.push_back(std::move(*value));
    }
    if (declared.array) return Value(std::move(values));
    if (values.size() != 1) return Failure(std::string("has not one value"));
    return Value(std::move(values.front()));
}

}  // namespace

tl::expected<std::vector<std::optional<Value>>, std::string> given_values(const CimXmlInstance& instance,
                                                                          const ClassDeclaration& declaration) {
    if (!declaration.is_a(instance.class_name)) {
        return Failure("The embedded instance is of the class " + instance.class_name + ", not of " +
                       std::string(declaration.name) + ".");
    }
    std::vector<std::optional<Value>> values(declaration.properties.size());
    for (const CimXmlProperty& property : instance.properties) {
        const auto index = declaration.find(property.name);
        if (!index) {
            if (!property.values || property.name.starts_with("__")) continue;
            return Failure(std::string(declaration.name) + " has no property " + property.name + ".");
        }
        const PropertyDeclaration& declared = declaration.properties[*index];
        if (values[*index]) return Failure("The property " + name_of(declaration, declared) + " is given twice.");
        auto value = check(property, declared);
        if (!value) {
            std::string words = "The property " + name_of(declaration, declared) + " " + value.error();
            if (!words.ends_with('.')) words += '.';
            return Failure(std::move(words));
        }
        values[*index] = std::move(*value);
    }
    return values;
}

tl::expected<Instance, std::string> read_cim_xml_instance(std::string_view text, const ClassDeclaration& declaration) {
    const auto read = read_cim_xml(text);
    if (!read) return Failure(read.error());
    auto values = given_values(*read, declaration);
    if (!values) return Failure(std::move(values.error()));
    Instance instance(declaration);
    for (std::size_t i = 0; i < values->size(); ++i)
        if ((*values)[i]) instance.set(declaration.properties[i].name, std::move(*(*values)[i]));
    return instance;
}

}  // namespace tintype::cim
