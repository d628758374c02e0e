#pragma once
/// \file
/// Requests of WS-Management as text.

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tintype/cim/object_path.hpp"

namespace tintype::client {

inline constexpr std::string_view virtualization = "root/virtualization/v2";

/// What a request is addressed to and carries.
struct Request {
    std::string action;
    std::string resource_uri;
    std::span<const cim::Key> selectors = {};
    std::string more_headers = {};  ///< XML, with the prefixes s, a, w, x, n.
    std::string body = {};          ///< Likewise.
};

/// The whole envelope. \param url where it goes. \param timeout after which the endpoint gives up.
[[nodiscard]] std::string write_request(const Request& request, std::string_view url, std::chrono::seconds timeout);
[[nodiscard]] std::string write_identify();

/// A parameter of a method: text, or a reference, which goes out as an endpoint reference.
struct Argument {
    std::string name;
    std::variant<std::string, cim::ObjectPath> value;
};

/// The `<p:Method_INPUT>` of an Invoke. Several arguments of one name make an array.
[[nodiscard]] std::string write_input(std::string_view resource_uri, std::string_view method,
                                      std::span<const Argument> arguments);

/// `<tag>text</tag>`, the text escaped.
[[nodiscard]] std::string element(std::string_view tag, std::string_view text);

/// The resource URI of a class.
[[nodiscard]] std::string uri_of(std::string_view class_name, std::string_view cim_namespace = virtualization);

}  // namespace tintype::client
