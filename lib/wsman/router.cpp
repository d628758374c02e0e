#include "tintype/wsman/router.hpp"

#include <algorithm>
#include <stdexcept>

namespace tintype::wsman {

namespace {

// Clients write root/virtualization/v2 with either slash.
bool equal_namespaces(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char left, char right) {
        const auto fold = [](char c) {
            if (c == '\\') return '/';
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        };
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
    for (const auto& resource : resources_) {
        if (!resource->declaration().is_a(class_name) || !in_namespace(*resource, cim_namespace)) continue;
        // The namespace that a client leaves out is one: subclasses of another have nothing to do with it.
        if (cim_namespace.empty()) cim_namespace = resource->declaration().cim_namespace;
        found.push_back(resource.get());
    }
    return found;
}

std::vector<Resource*> Router::all(std::string_view cim_namespace) const {
    std::vector<Resource*> found;
    for (const auto& resource : resources_) {
        if (in_namespace(*resource, cim_namespace)) found.push_back(resource.get());
    }
    return found;
}

}  // namespace tintype::wsman
