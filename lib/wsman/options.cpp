#include "wsman/options.hpp"

#include <algorithm>
#include <array>

#include "cim/value_reader.hpp"
#include "soap/element_cursor.hpp"
#include "tintype/cim/object_path.hpp"

namespace tintype::wsman {

namespace {

// Windows hands these to a class's provider in its context, and a provider that doesn't know one leaves it alone: so
// each is complied with by being there, MustComply or not.
bool is_context(std::string_view name) noexcept {
    const auto begins = [&](std::string_view prefix) {
        return cim::equal_names(name.substr(0, prefix.size()), prefix);
    };
    return begins("wmi:") || begins("wmiarray:");
}

bool is_integer(cim::Type type) noexcept {
    return type >= cim::Type::sint8 && type <= cim::Type::uint64;
}

// A Type attribute says what the text is; that of a string may be read as anything.
bool may_be(std::string_view xsd_type, cim::Type type) noexcept {
    constexpr std::array integers{
        "byte",           "short",         "int",         "long",         "integer",
        "unsignedByte",   "unsignedShort", "unsignedInt", "unsignedLong", "nonNegativeInteger",
        "positiveInteger"};
    if (xsd_type.empty() || xsd_type == "string") return true;
    if (xsd_type == "boolean") return type == cim::Type::boolean;
    if (is_integer(type)) return std::find(integers.begin(), integers.end(), xsd_type) != integers.end();
    return type == cim::Type::string;
}

Result<void> check_value(const soap::Option& option, const OptionDeclaration& declaration) {
    if (!may_be(option.type, declaration.type)) {
        return fail(
            faults::invalid_options_invalid_value,
            "The option " + std::string(declaration.name) + " can't be of the type " + std::string(option.type) + ".");
    }
    if (option.nil) return {};
    const auto value = cim::read_value(declaration.type, option.value);
    if (value) return {};
    return fail(faults::invalid_options_invalid_value, "The option " + std::string(declaration.name) +
                                                           " has a value that is not valid: " + value.error() + ".");
}

}  // namespace

Result<void> check_options(const std::vector<soap::Option>& options, std::span<const OptionDeclaration> known) {
    for (auto option = options.begin(); option != options.end(); ++option) {
        if (soap::trim(option->name).empty()) {
            return fail(faults::invalid_options_invalid_name, "An option has no name.");
        }
        if (is_context(option->name)) continue;
        const auto same_name = [&](const auto& other) { return cim::equal_names(other.name, option->name); };
        const auto declaration = std::find_if(known.begin(), known.end(), same_name);
        if (declaration == known.end()) {
            if (!option->must_comply) continue;
            return fail(faults::invalid_options_not_supported,
                        "The option " + std::string(option->name) + " is not supported.");
        }
        if (std::any_of(options.begin(), option, same_name)) {
            return fail(faults::invalid_options, "The option " + std::string(option->name) + " occurs twice.");
        }
        if (auto checked = check_value(*option, *declaration); !checked) return checked;
    }
    return {};
}

}  // namespace tintype::wsman
