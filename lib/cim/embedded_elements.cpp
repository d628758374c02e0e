#include "cim/embedded_elements.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "cim/cim_xml.hpp"
#include "cim/datetime_elements.hpp"
#include "cim/reference.hpp"
#include "cim/value_reader.hpp"
#include "tintype/cim/resource_uri.hpp"

namespace tintype::cim {
namespace {

using soap::Element;
using Failure = tl::unexpected<std::string>;

/// More properties than this in one embedded instance are an error. No class has a third of it.
constexpr std::size_t most_properties = 512;

/// The class whose namespace the canonical prefix q0, q1, … stands for.
std::optional<std::string> class_of(std::string_view prefix, std::span<const std::string_view> other_namespaces) {
    if (prefix.size() < 2 || prefix.front() != 'q') return std::nullopt;
    std::size_t index = 0;
    const char* const end = prefix.data() + prefix.size();
    const auto parsed = std::from_chars(prefix.data() + 1, end, index);
    if (parsed.ec != std::errc{} || parsed.ptr != end || index >= other_namespaces.size()) return std::nullopt;
    auto uri = parse_resource_uri(other_namespaces[index]);
    if (!uri || uri->class_name == "*") return std::nullopt;
    return std::move(uri->class_name);
}

/// The type and the text of one value.
tl::expected<std::pair<Type, std::string>, std::string> read_property(
    const Element& element, std::span<const std::string_view> other_namespaces) {
    const auto child = element.first_child();
    if (!child) return std::pair(Type::string, element.text());
    if (child->prefix() == "cim") {
        const auto value = read_datetime_elements(element);
        if (!value) return Failure(value.error());
        const auto* time = std::get_if<Timestamp>(&*value);
        return std::pair(Type::datetime,
                         time != nullptr ? to_cim_datetime(*time) : to_cim_datetime(std::get<Interval>(*value)));
    }
    if (child->prefix() == "a") {
        const auto path = read_reference(element.inner(), other_namespaces);
        if (!path) return Failure(path.error());
        return std::pair(Type::reference, to_string(*path));
    }
    return Failure("the property " + std::string(element.name()) +
                   " of an embedded instance holds elements, which is neither a datetime nor a reference");
}

tl::expected<void, std::string> add(CimXmlInstance& instance, const Element& element,
                                    std::span<const std::string_view> other_namespaces) {
    const auto same = std::find_if(instance.properties.begin(), instance.properties.end(),
                                   [&](const auto& one) { return equal_names(one.name, element.name()); });
    const bool repeated = same != instance.properties.end();
    if (!repeated && instance.properties.size() == most_properties)
        return Failure(std::string("an embedded instance has too many properties"));
    CimXmlProperty& property =
        repeated ? *same : instance.properties.emplace_back(CimXmlProperty{.name = std::string(element.name())});
    if (element.is_nil() || (repeated && !property.values)) {
        if (!repeated) return {};
        return Failure("a value of the array " + property.name + " of an embedded instance is null");
    }
    auto read = read_property(element, other_namespaces);
    if (!read) return Failure(read.error());
    if (!repeated) {
        property.type = read->first;
        property.values.emplace();
    }
    property.array = repeated;
    if (property.type != read->first) return Failure("the values of " + property.name + " are of different types");
    property.values->push_back(std::move(read->second));
    return {};
}

}  // namespace

tl::expected<std::string, std::string> embedded_text(const Element& element, std::string_view embedded_class,
                                                     std::span<const std::string_view> other_namespaces) {
    auto first = element.first_child();
    if (!first) return Failure("an embedded instance has neither text nor properties");
    CimXmlInstance instance{class_of(first->prefix(), other_namespaces).value_or(std::string(embedded_class)), {}};
    if (!first->next() && equal_names(first->name(), instance.class_name)) first = first->first_child();
    for (auto property = first; property; property = property->next()) {
        if (property->prefix() != first->prefix())
            return Failure("the elements of an embedded instance are of different namespaces");
        if (const auto added = add(instance, *property, other_namespaces); !added) return Failure(added.error());
    }
    std::string out;
    append_cim_xml(out, instance);
    return out;
}

}  // namespace tintype::cim
