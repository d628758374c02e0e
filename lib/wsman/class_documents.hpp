#pragma once
/// \file
/// The documents of one class: what its messages look like, and how they are exchanged.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tintype/wsman/resource.hpp"

namespace tintype::wsman {

/// What a class is called in URLs and as a namespace.
[[nodiscard]] std::string document_name(const cim::ClassDeclaration& declaration);
[[nodiscard]] std::string class_uri(const cim::ClassDeclaration& declaration);

/// Its methods that can be invoked: of those that it declares, those with a handler.
[[nodiscard]] std::vector<const cim::MethodDeclaration*> served_methods(const Resource& resource);

/// The schema: the class's element and type, and an INPUT and an OUTPUT element for each of its methods.
[[nodiscard]] std::string class_schema(const Resource& resource);

/// The WSDL: an operation for each of its methods, and Get, Enumerate, Pull and Release. \param url of the endpoint.
[[nodiscard]] std::string class_wsdl(const Resource& resource, std::string_view url);

/// The WSDL that has them all. \param resources those of the endpoint.
[[nodiscard]] std::string endpoint_wsdl(std::span<Resource* const> resources, std::string_view url);

}  // namespace tintype::wsman
