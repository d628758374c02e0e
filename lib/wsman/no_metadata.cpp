// In a build without TINTYPE_METADATA, in the place of metadata.cpp: there are no documents but a service's own.
#include "wsman/metadata.hpp"

namespace tintype::wsman {

std::optional<std::string> metadata(const Router& /*router*/, std::string_view /*query*/, std::string_view /*url*/,
                                    const Permissions* /*permissions*/) {
    return std::nullopt;
}

bool hides_document(const Router& /*router*/, std::string_view /*query*/, const Permissions& /*permissions*/) {
    return false;
}

}  // namespace tintype::wsman
