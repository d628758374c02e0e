#include <array>
#include <string_view>

#include "host/class_properties.hpp"
#include "host/classes.hpp"

namespace tintype::host {
namespace {

using enum cim::Type;

constexpr std::string_view product = "CIM_Product";

constexpr auto superclasses = std::to_array<std::string_view>({product});

// In the order of the page's syntax block.
constexpr auto properties = std::to_array<cim::PropertyDeclaration>({
    property("Caption", string, product),
    property("Description", string, product),
    key("IdentifyingNumber", product),
    key("Name", product),
    property("SKUNumber", string, product),
    key("Vendor", product),
    key("Version", product),
    property("UUID", string),
});

}  // namespace

constinit const cim::ClassDeclaration computer_system_product_class{
    .name = "Win32_ComputerSystemProduct",
    .cim_namespace = cim_namespace,
    .superclasses = superclasses,
    .properties = properties,
    .methods = {},
    .singleton = true,
};

}  // namespace tintype::host
