#include <array>
#include <string_view>

#include "snapshot/class_properties.hpp"
#include "snapshot/classes.hpp"

namespace tintype::snapshot {
namespace {

using enum cim::Type;

constexpr std::array<std::string_view, 1> superclasses{"CIM_Error"};

constexpr auto properties = introduced_by(
    "CIM_Error", property("ErrorType", uint16), property("OtherErrorType", string), property("OwningEntity", string),
    property("MessageID", string), property("Message", string), property("MessageArguments", string, array),
    property("PerceivedSeverity", uint16), property("ProbableCause", uint16),
    property("ProbableCauseDescription", string), property("RecommendedActions", string, array),
    property("ErrorSource", string), property("ErrorSourceFormat", uint16), property("OtherErrorSourceFormat", string),
    property("CIMStatusCode", uint32), property("CIMStatusCodeDescription", string));

}  // namespace

constinit const cim::ClassDeclaration error_class{
    .name = "Msvm_Error",
    .cim_namespace = cim_namespace,
    .superclasses = superclasses,
    .properties = properties,
    .methods = {},
};

}  // namespace tintype::snapshot
