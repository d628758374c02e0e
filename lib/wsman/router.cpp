#include "tintype/wsman/router.hpp"

#include <algorithm>
#include <stdexcept>

#include "ascii/ascii.hpp"

namespace tintype::wsman {

namespace {

// Clients write root/virtualization/v2 with either slash.
bool equal_namespaces(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char left, char right) {
        const auto fold = [](char c) { return c == '\\' ? '/' : ascii::lower(c); };
        return fold(left) == fold(right);
    });
}

bool in_namespace(const Resource& resource, std::string_view cim_namespace) noexcept {
    return cim_namespace.empty() || equal_namespaces(resource.declaration().cim_namespace, cim_namespace);
}

}  // namespace

void Router::add(std::unique_ptr<Resource> resource) {
    const auto& declaration = resource->declaration();
    if (find(declaration.cim_namespace, declaration.name) != nullptr) {
        throw std::logic_error("class added twice: " + std::string(declaration.name));
    }
    resources_.push_back(std::move(resource));
}

Resource* Router::find(std::string_view cim_namespace, std::string_view class_name) const noexcept {
    for (const auto& resource : resources_) {
        if (cim::equal_names(resource->declaration().name, class_name) && in_namespace(*resource, cim_namespace)) {
            return resource.get();
        }
    }
    return nullptr;
}

std::vector<Resource*> Router::find_with_subclasses(std::string_view cim_namespace, std::string_view class_name) const {
    std::vector<Resource*> found;
    find_with_subclasses(cim_namespace, class_name, found);
    return found;
}

void Router::find_with_subclasses(std::string_view cim_namespace, std::string_view class_name,
                                  std::vector<Resource*>& found) const {
    found.clear();
    for (const auto& resource : resources_) {
        if (!resource->declaration().is_a(class_name) || !in_namespace(*resource, cim_namespace)) continue;
        // The namespace that a client leaves out is one: subclasses of another have nothing to do with it.
        if (cim_namespace.empty()) cim_namespace = resource->declaration().cim_namespace;
        found.push_back(resource.get());
    }
}

std::vector<Resource*> Router::all(std::string_view cim_namespace) const {
    std::vector<Resource*> found;
    for (const auto& resource : resources_) {
        if (in_namespace(*resource, cim_namespace)) found.push_back(resource.get());
    }
    return found;
}

Result<std::optional<cim::Instance>> Router::look_up(const cim::ObjectPath& path,
                                                     std::string_view cim_namespace) const {
    const auto& where = path.cim_namespace.empty() ? cim_namespace : std::string_view(path.cim_namespace);
    for (auto* resource : find_with_subclasses(where, path.class_name)) {
        if (!names_instance(path, *resource)) continue;
        auto found = resource->get(path);
        if (!found || *found) return found;
    }
    return std::nullopt;
}

bool names_instance(const cim::ObjectPath& path, const Resource& resource) {
    const auto& declaration = resource.declaration();
    const auto fits = [&](const cim::Key& key) {
        const auto at = declaration.find(key.name);
        if (!at || !declaration.properties[*at].key) return false;
        const bool reference = declaration.properties[*at].type == cim::Type::reference;
        return reference ? key.reference || cim::parse_object_path(key.value).has_value() : !key.reference;
    };
    const auto required = resource.required_keys();
    return std::all_of(path.keys.begin(), path.keys.end(), fits) &&
           std::all_of(required.begin(), required.end(), [&](auto name) { return path.key(name) != nullptr; });
}

}  // namespace tintype::wsman
