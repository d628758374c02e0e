#include "instance.hpp"

#include <charconv>

#include "cim/reference.hpp"

namespace tintype::client {
namespace {

Json read_value(const soap::Element& element, std::span<const std::string_view> other_namespaces) {
    if (element.is_nil()) return nullptr;
    const auto child = element.first_child();
    if (!child) return element.text();
    if (child->prefix() == "cim") return std::string(soap::trim(child->text()));
    if (child->prefix() == "a") {
        if (const auto path = cim::read_reference(element.inner(), other_namespaces)) return cim::to_string(*path);
    }
    return std::string(element.inner());
}

}  // namespace

std::string Instance::text(std::string_view name) const {
    const auto found = properties.find(name);
    return found != properties.end() && found->is_string() ? found->get<std::string>() : std::string();
}

long Instance::number(std::string_view name, long otherwise) const {
    const std::string digits = text(name);
    long value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size() ? value : otherwise;
}

Instance read_instance(const soap::Element& element, std::span<const std::string_view> other_namespaces) {
    Instance instance;
    // A query for some of a class's properties is answered with fragments, which don't name it.
    if (!element.is("w", "XmlFragment")) instance.class_name = element.name();
    for (auto child = element.first_child(); child; child = child->next()) {
        Json value = read_value(*child, other_namespaces);
        const std::string name(child->name());
        if (const auto held = instance.properties.find(name); held == instance.properties.end()) {
            instance.properties[name] = std::move(value);
        } else if (held->is_array()) {
            held->push_back(std::move(value));
        } else {
            *held = Json::array({*held, std::move(value)});
        }
    }
    return instance;
}

}  // namespace tintype::client
