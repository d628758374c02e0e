#include "cim/cim_xml_reference.hpp"

#include <optional>
#include <utility>

#include "cim/value_reader.hpp"
#include "soap/element_cursor.hpp"

namespace tintype::cim {
namespace {

using Element = XmlTree::Element;
using Read = tl::expected<ObjectPath, std::string>;
using Failure = tl::unexpected<std::string>;

/// How deep references may stand in keys of references, as an association of associations would need.
constexpr int deepest = 2;

Read read_reference(const Element& value_reference, int level);

std::optional<std::string> add_key(ObjectPath& path, const Element& binding, int level) {
    const auto name = binding.attribute("NAME");
    if (!binding.is("KEYBINDING") || !name || !is_name(*name))
        return "an INSTANCENAME holds a " + std::string(binding.name()) + " instead of a KEYBINDING with its NAME";
    const auto value = binding.first_child();
    if (!value || value->next()) return "the KEYBINDING " + quoted(*name) + " has not one value";
    if (path.key(*name) != nullptr) return "the key " + quoted(*name) + " is given twice";
    if (path.keys.size() == max_keys) return "an INSTANCENAME has too many keys";
    Key& key = path.keys.emplace_back(Key{std::string(*name), {}, false});
    if (value->is("KEYVALUE") && !value->first_child()) {
        key.value = value->text();
        return std::nullopt;
    }
    if (!value->is("VALUE.REFERENCE") || level == deepest)
        return "the key " + quoted(*name) + " has neither a KEYVALUE nor a reference that is not too deep";
    const auto nested = read_reference(*value, level + 1);
    if (!nested) return nested.error();
    key.value = to_string(*nested);
    key.reference = true;
    return std::nullopt;
}

Read read_instance_name(const Element& instance_name, int level) {
    ObjectPath path;
    const auto class_name = instance_name.attribute("CLASSNAME");
    if (!class_name || !is_name(*class_name)) return Failure("an INSTANCENAME has no CLASSNAME");
    path.class_name = *class_name;
    for (auto binding = instance_name.first_child(); binding; binding = binding->next())
        if (auto problem = add_key(path, *binding, level)) return Failure(std::move(*problem));
    return path;
}

/// `<LOCALNAMESPACEPATH><NAMESPACE NAME="root"/>…`
std::string read_namespace(const Element& local_namespace_path) {
    std::string cim_namespace;
    for (auto part = local_namespace_path.first_child(); part; part = part->next()) {
        if (!cim_namespace.empty()) cim_namespace += '/';
        cim_namespace += part->attribute("NAME").value_or(std::string_view());
    }
    return normal_namespace(cim_namespace);
}

/// INSTANCEPATH and LOCALINSTANCEPATH.
Read read_instance_path(const Element& instance_path, int level) {
    std::string host;
    std::string cim_namespace;
    for (auto part = instance_path.first_child(); part; part = part->next()) {
        if (part->is("INSTANCENAME")) {
            auto path = read_instance_name(*part, level);
            if (!path) return path;
            path->host = std::move(host);
            path->cim_namespace = std::move(cim_namespace);
            return path;
        }
        if (part->is("LOCALNAMESPACEPATH")) cim_namespace = read_namespace(*part);
        for (auto inner = part->first_child(); part->is("NAMESPACEPATH") && inner; inner = inner->next()) {
            if (inner->is("HOST")) host = soap::trim(inner->text());
            if (inner->is("LOCALNAMESPACEPATH")) cim_namespace = read_namespace(*inner);
        }
    }
    return Failure("an instance path has no INSTANCENAME");
}

/// Host and namespace may hold what no object path can.
Read checked(Read path) {
    if (!path) return path;
    if (const auto again = parse_object_path(to_string(*path)); !again)
        return Failure("a reference makes no object path: " + again.error());
    return path;
}

Read read_reference(const Element& value_reference, int level) {
    const auto held = value_reference.first_child();
    if (!held || held->is("VALUE")) {
        auto path = parse_object_path(soap::trim(held ? held->text() : value_reference.text()));
        if (!path) return Failure("a reference is no object path: " + path.error());
        return path;
    }
    if (held->next()) return Failure("a VALUE.REFERENCE holds more than one reference");
    if (held->is("INSTANCENAME")) return checked(read_instance_name(*held, level));
    if (held->is("INSTANCEPATH") || held->is("LOCALINSTANCEPATH")) return checked(read_instance_path(*held, level));
    return Failure("a VALUE.REFERENCE holds a " + quoted(held->name()) + ", which names no instance");
}

}  // namespace

tl::expected<ObjectPath, std::string> read_cim_xml_reference(const Element& value_reference) {
    return read_reference(value_reference, 0);
}

}  // namespace tintype::cim
