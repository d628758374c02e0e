#pragma once
/// \file
/// Resource URIs of CIM classes in the forms that clients use (wire facts: WMI's and DMTF's).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tintype/cim/object_path.hpp"

namespace tintype::cim {

enum class UriStyle {
    wmi,   ///< http://schemas.microsoft.com/wbem/wsman/1/wmi/<namespace>/<class>
    dmtf,  ///< http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/<class>, namespace as selector or in a query part
};

struct ResourceUri {
    UriStyle style = UriStyle::wmi;
    std::string cim_namespace;  ///< With forward slashes, as the client wrote it; empty if the URI names none.
    std::string class_name;     ///< As the client wrote it; `*` for queries over all classes.
    std::string without_query;  ///< The URI itself, trimmed, without `?…`: what `p` is bound to.
    std::vector<Key> keys;      ///< Selectors in a query part, `?Name=a&Other=b` or with `+` between, percent-decoded.
};

/// Nothing if it is no CIM resource URI. Scheme and fixed parts are compared without regard to case; white space around
/// it is not significant; `http://schemas.dmtf.org/wbem/wscim/1/*` is the DMTF style's wildcard.
[[nodiscard]] std::optional<ResourceUri> parse_resource_uri(std::string_view text);

/// The same into a value that is there already, so that what its texts take can be used again. \returns false if it is
/// no CIM resource URI; `uri` is then anything.
[[nodiscard]] bool read_resource_uri(std::string_view text, ResourceUri& uri);

/// The URI of a class in a style, appended or as a value; `*` for the class gives the style's wildcard.
void append_resource_uri(std::string& out, UriStyle style, std::string_view cim_namespace, std::string_view class_name);
[[nodiscard]] std::string make_resource_uri(UriStyle style, std::string_view cim_namespace,
                                            std::string_view class_name);

}  // namespace tintype::cim
