#include "cim/instance_reader.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "cim/datetime_elements.hpp"
#include "cim/embedded_elements.hpp"
#include "cim/reference.hpp"
#include "cim/value_reader.hpp"
#include "soap/namespaces.hpp"

namespace tintype::cim {
namespace {

using soap::Element;
using Kind = ValueError::Kind;
using Read = tl::expected<Scalar, std::string>;
using Failure = tl::unexpected<std::string>;

tl::unexpected<ValueError> error(Kind kind, std::string_view name, std::string message) {
    return tl::unexpected(ValueError{.kind = kind, .name = std::string(name), .message = std::move(message)});
}

/// Ends with a full stop, whether the words came with one or not.
std::string sentence(std::string words) {
    if (!words.ends_with('.')) words += '.';
    return words;
}

Read read_content(const Element& element, const Declared& declared, std::span<const std::string_view> other_namespaces,
                  std::string_view body_namespace) {
    if (declared.type == Type::reference) {
        auto path = read_reference(element.inner(), other_namespaces, body_namespace);
        if (!path) return Failure("it is no reference: " + path.error());
        return std::move(*path);
    }
    if (!element.has_children()) return read_value(declared.type, element.text());
    const std::string text = element.text();
    if (!soap::trim(text).empty()) return Failure("it mixes text and elements");
    if (declared.type == Type::datetime) return read_datetime_elements(element);
    if (declared.type == Type::string && !declared.embedded_class.empty())
        return embedded_text(element, declared.embedded_class, other_namespaces).map([](std::string cim_xml) {
            return Scalar(std::move(cim_xml));
        });
    return Failure("it holds elements where text is needed");
}

/// The elements that stand for one declared thing.
using Elements = std::vector<Element>;

}  // namespace

std::vector<Declared> declared(std::span<const PropertyDeclaration> properties) {
    return {properties.begin(), properties.end()};
}

std::vector<Declared> declared_input(std::span<const ParameterDeclaration> parameters) {
    std::vector<Declared> input;
    for (const ParameterDeclaration& parameter : parameters)
        if (parameter.in) input.emplace_back(parameter);
    return input;
}

tl::expected<Value, ValueError> read_elements(std::span<const Element> elements, const Declared& declared,
                                              std::span<const std::string_view> other_namespaces,
                                              std::string_view body_namespace) {
    const std::string name(declared.name);
    if (elements.size() > 1 && !declared.array) return error(Kind::duplicate, name, name + " stands more than once.");
    if (elements.empty() || (elements.size() == 1 && elements.front().is_nil())) return Value{};
    Array values;
    values.reserve(elements.size());
    for (const Element& element : elements) {
        if (element.is_nil()) return error(Kind::wrong_type, name, "A value of the array " + name + " is null.");
        auto value = read_content(element, declared, other_namespaces, body_namespace);
        if (!value)
            return error(Kind::wrong_type, name, sentence("The value of " + name + " is wrong: " + value.error()));
        values.push_back(std::move(*value));
    }
    if (declared.array) return Value(std::move(values));
    return Value(std::move(values.front()));
}

tl::expected<GivenValues, ValueError> read_values(const Element& parent, std::string_view prefix,
                                                  std::span<const Declared> declared,
                                                  std::span<const std::string_view> other_namespaces,
                                                  std::string_view body_namespace) {
    const std::string text = parent.text();
    if (!soap::trim(text).empty()) {
        return error(Kind::wrong_type, parent.name(),
                     std::string(parent.name()) + " holds the text " + quoted(soap::trim(text)) +
                         " where it has only elements.");
    }
    std::vector<Elements> given(declared.size());
    for (auto child = parent.first_child(); child; child = child->next()) {
        const std::string name(child->name());
        if (child->prefix() != prefix)
            return error(Kind::wrong_namespace, name,
                         "The element " + name + " is in another namespace than its class.");
        const auto found = std::find_if(declared.begin(), declared.end(),
                                        [&](const Declared& one) { return equal_names(one.name, name); });
        if (found == declared.end())
            return error(Kind::unknown_name, name, name + " is not a part of " + std::string(parent.name()) + ".");
        given[static_cast<std::size_t>(found - declared.begin())].push_back(*child);
    }
    GivenValues values(declared.size());
    for (std::size_t i = 0; i < declared.size(); ++i) {
        if (given[i].empty()) continue;
        auto value = read_elements(given[i], declared[i], other_namespaces, body_namespace);
        if (!value) return tl::unexpected(std::move(value.error()));
        values[i] = std::move(*value);
    }
    return values;
}

std::optional<std::string_view> namespace_of(std::string_view prefix, const soap::Envelope& envelope) noexcept {
    if (prefix == "p") return envelope.body_namespace;
    for (const soap::Namespace& known : soap::canonical_namespaces)
        if (known.prefix == prefix) return known.uri;
    if (prefix.empty()) return std::string_view{};
    if (prefix.front() != 'q') return std::nullopt;
    std::size_t index = 0;
    const char* const end = prefix.data() + prefix.size();
    const auto parsed = std::from_chars(prefix.data() + 1, end, index);
    if (parsed.ec != std::errc{} || parsed.ptr != end || index >= envelope.other_namespaces.size()) return std::nullopt;
    return envelope.other_namespaces[index];
}

}  // namespace tintype::cim
