#include "tintype/wsman/generic_method.hpp"

#include <stdexcept>
#include <utility>

#include "cim/instance_reader.hpp"
#include "cim/instance_xml.hpp"
#include "soap/element_cursor.hpp"
#include "soap/envelope.hpp"

namespace tintype::wsman {
namespace {

Fault to_fault(const cim::ValueError& error) {
    switch (error.kind) {
        case cim::ValueError::Kind::unknown_name:
        case cim::ValueError::Kind::wrong_namespace:
            return {faults::invalid_parameter_invalid_name, error.message};
        case cim::ValueError::Kind::wrong_type:
            return {faults::invalid_parameter_type_mismatch, error.message};
        case cim::ValueError::Kind::duplicate:
            break;
    }
    return {faults::invalid_parameter, error.message};
}

Result<cim::Parameters> read_input(const cim::MethodDeclaration& method, const Call& call, std::string_view body) {
    const std::string element = std::string(method.name) + "_INPUT";
    const auto root = soap::Element::first_in(body);
    cim::Parameters input(method.parameters);
    if (root && (root->prefix() != "p" || !cim::equal_names(root->name(), element)))
        return fail(faults::action_not_supported_action_mismatch, "The body's element is not " + element + ".");
    if (root) {
        const auto declared = cim::declared_input(method.parameters);
        auto values =
            cim::read_values(*root, "p", declared, call.envelope->other_namespaces, call.envelope->body_namespace);
        if (!values) return tl::unexpected(to_fault(values.error()));
        for (std::size_t i = 0; i < declared.size(); ++i)
            if ((*values)[i]) input.set(declared[i].name, std::move(*(*values)[i]));
    }
    for (const cim::ParameterDeclaration& parameter : method.parameters) {
        if (!parameter.in || !parameter.required) continue;
        if (!std::holds_alternative<std::monostate>(input.get(parameter.name))) continue;
        return fail(faults::invalid_parameter,
                    "The parameter " + std::string(parameter.name) +
                        (input.given(parameter.name) ? " must not be null." : " is missing."));
    }
    return input;
}

void write_output(const cim::MethodDeclaration& method, const cim::Parameters& output, std::uint32_t return_value,
                  cim::UriStyle style, std::string& out) {
    out.append("<p:").append(method.name).append("_OUTPUT>");
    for (const cim::ParameterDeclaration& parameter : method.parameters)
        if (parameter.out && output.given(parameter.name))
            cim::append_parameter(out, parameter, output.get(parameter.name), style);
    out.append("<p:ReturnValue>").append(std::to_string(return_value)).append("</p:ReturnValue></p:");
    out.append(method.name).append("_OUTPUT>");
}

}  // namespace

Method make_method(const cim::ClassDeclaration& declaration, std::string_view name, MethodHandler handler) {
    const cim::MethodDeclaration* const method = declaration.method(name);
    if (method == nullptr)
        throw std::logic_error(std::string(declaration.name) + " has no method " + std::string(name));
    return [method, handler = std::move(handler)](const Call& call, std::string_view body,
                                                  std::string& out) -> Result<void> {
        const auto input = read_input(*method, call, body);
        if (!input) return tl::unexpected(input.error());
        cim::Parameters output(method->parameters);
        const auto return_value = handler(call, *input, output);
        if (!return_value) return tl::unexpected(return_value.error());
        write_output(*method, output, *return_value, call.uri.style, out);
        if (call.summary != nullptr) *call.summary += " -> " + std::to_string(*return_value);
        return {};
    };
}

}  // namespace tintype::wsman
