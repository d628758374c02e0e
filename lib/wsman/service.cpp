#include "tintype/service.hpp"

namespace tintype {

std::optional<std::string> Service::metadata(std::string_view /*query*/) const {
    return std::nullopt;
}

}  // namespace tintype
