#include "wsman/metadata.hpp"

#include <algorithm>

#include "cim/percent.hpp"
#include "wsman/access.hpp"
#include "wsman/class_documents.hpp"
#include "wsman/metadata_schemas.hpp"

namespace tintype::wsman {

namespace {

const Resource* find_class(const Router& router, std::string_view document) {
    const auto slash = document.rfind('/');
    if (slash == std::string_view::npos || slash == 0) return nullptr;
    return router.find(document.substr(0, slash), document.substr(slash + 1));
}

}  // namespace

std::optional<std::string> metadata(const Router& router, std::string_view query, std::string_view url,
                                    const Permissions* permissions) {
    const auto equals = query.find('=');
    const auto kind = query.substr(0, equals);
    const bool wsdl = cim::equal_names(kind, "wsdl");
    if (!wsdl && !cim::equal_names(kind, "xsd")) return std::nullopt;
    if (equals == std::string_view::npos) {
        if (!wsdl) return std::nullopt;
        auto classes = router.all({});
        if (permissions != nullptr) {
            const auto hidden = std::remove_if(classes.begin(), classes.end(), [&](const auto* one) {
                return !may_see(one->declaration(), *permissions);
            });
            classes.erase(hidden, classes.end());
        }
        return endpoint_wsdl(classes, url);
    }
    const auto name = cim::percent_decode(query.substr(equals + 1));
    if (!wsdl) {
        if (const auto common = common_schema(name)) return std::string(*common);
    }
    const auto* resource = find_class(router, name);
    if (resource == nullptr) return std::nullopt;
    return wsdl ? class_wsdl(*resource, url) : class_schema(*resource);
}

bool hides_document(const Router& router, std::string_view query, const Permissions& permissions) {
    const auto equals = query.find('=');
    if (equals == std::string_view::npos) return false;
    const auto* resource = find_class(router, cim::percent_decode(query.substr(equals + 1)));
    return resource != nullptr && !may_see(resource->declaration(), permissions);
}

}  // namespace tintype::wsman
