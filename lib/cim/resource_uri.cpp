#include "tintype/cim/resource_uri.hpp"

#include <algorithm>
#include <utility>

#include "cim/percent.hpp"
#include "soap/element_cursor.hpp"

namespace tintype::cim {
namespace {

constexpr std::string_view wmi_prefix = "http://schemas.microsoft.com/wbem/wsman/1/wmi/";
constexpr std::string_view dmtf_prefix = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/";
constexpr std::string_view dmtf_wildcard = "http://schemas.dmtf.org/wbem/wscim/1/*";
constexpr std::string_view namespace_selector = "__cimnamespace";

bool begins_with(std::string_view text, std::string_view prefix) noexcept {
    return text.size() >= prefix.size() && equal_names(text.substr(0, prefix.size()), prefix);
}

/// Of a namespace, that it could stand in a resource URI: a query may give one that holds anything.
bool fits_uri(std::string_view cim_namespace) noexcept {
    return std::none_of(cim_namespace.begin(), cim_namespace.end(),
                        [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '?' || c == '\x7F'; });
}

/// False if a part is not name=value, a name stands there twice, or there are too many.
bool read_query(std::string_view query, ResourceUri& uri) {
    bool namespace_given = false;
    while (!query.empty()) {
        const std::size_t end = std::min(query.find_first_of("&+"), query.size());
        const std::string_view part = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        const std::size_t equals = part.find('=');
        if (equals == std::string_view::npos || equals == 0) return false;
        const std::string_view name = part.substr(0, equals);
        std::string value = percent_decode(part.substr(equals + 1));
        if (equal_names(name, namespace_selector)) {
            if (std::exchange(namespace_given, true)) return false;
            value = normal_namespace(value);
            if (!uri.cim_namespace.empty() && !equal_names(uri.cim_namespace, value)) return false;
            if (uri.cim_namespace.empty()) uri.cim_namespace = std::move(value);
            continue;
        }
        const bool known =
            std::any_of(uri.keys.begin(), uri.keys.end(), [&](const Key& key) { return equal_names(key.name, name); });
        if (known || uri.keys.size() == max_keys) return false;
        uri.keys.push_back({std::string(name), std::move(value), false});
    }
    return true;
}

}  // namespace

std::optional<ResourceUri> parse_resource_uri(std::string_view text) {
    std::optional<ResourceUri> uri(std::in_place);
    if (!read_resource_uri(text, *uri)) uri.reset();
    return uri;
}

bool read_resource_uri(std::string_view text, ResourceUri& result) {
    text = soap::trim(text);
    const std::size_t question_mark = std::min(text.find('?'), text.size());
    const std::string_view uri = text.substr(0, question_mark);

    result.without_query = uri;
    result.cim_namespace.clear();
    result.keys.clear();
    if (begins_with(uri, wmi_prefix)) {
        const std::string_view rest = uri.substr(wmi_prefix.size());
        const std::size_t slash = rest.rfind('/');
        result.style = UriStyle::wmi;
        result.class_name = slash == std::string_view::npos ? rest : rest.substr(slash + 1);
        if (slash != std::string_view::npos) result.cim_namespace = rest.substr(0, slash);
    } else if (begins_with(uri, dmtf_prefix)) {
        result.style = UriStyle::dmtf;
        result.class_name = uri.substr(dmtf_prefix.size());
    } else if (equal_names(uri, dmtf_wildcard)) {
        result.style = UriStyle::dmtf;
        result.class_name = "*";
    } else {
        return false;
    }
    if (result.class_name != "*" && !is_name(result.class_name)) return false;
    if (question_mark != text.size() && !read_query(text.substr(question_mark + 1), result)) return false;
    return fits_uri(result.cim_namespace);
}

void append_resource_uri(std::string& out, UriStyle style, std::string_view cim_namespace,
                         std::string_view class_name) {
    if (style == UriStyle::dmtf) {
        if (class_name == "*") {
            out += dmtf_wildcard;
        } else {
            out.append(dmtf_prefix).append(class_name);
        }
        return;
    }
    out.append(wmi_prefix).append(cim_namespace);
    if (!cim_namespace.empty()) out += '/';
    out += class_name;
}

std::string make_resource_uri(UriStyle style, std::string_view cim_namespace, std::string_view class_name) {
    std::string out;
    append_resource_uri(out, style, cim_namespace, class_name);
    return out;
}

}  // namespace tintype::cim
