#include "cim/value_fit.hpp"

#include <algorithm>
#include <limits>

namespace tintype::cim {
namespace {

std::uint64_t greatest_unsigned(Type type) noexcept {
    switch (type) {
        case Type::uint8:
            return std::numeric_limits<std::uint8_t>::max();
        case Type::uint16:
            return std::numeric_limits<std::uint16_t>::max();
        case Type::uint32:
            return std::numeric_limits<std::uint32_t>::max();
        default:
            return std::numeric_limits<std::uint64_t>::max();
    }
}

std::int64_t greatest_signed(Type type) noexcept {
    switch (type) {
        case Type::sint8:
            return std::numeric_limits<std::int8_t>::max();
        case Type::sint16:
            return std::numeric_limits<std::int16_t>::max();
        case Type::sint32:
            return std::numeric_limits<std::int32_t>::max();
        default:
            return std::numeric_limits<std::int64_t>::max();
    }
}

bool is_signed(Type type) noexcept {
    return type == Type::sint8 || type == Type::sint16 || type == Type::sint32 || type == Type::sint64;
}

bool fits(Type type, const Scalar& value) noexcept {
    switch (type) {
        case Type::boolean:
            return std::holds_alternative<bool>(value);
        case Type::uint8:
        case Type::uint16:
        case Type::uint32:
        case Type::uint64: {
            const auto* number = std::get_if<std::uint64_t>(&value);
            return number != nullptr && *number <= greatest_unsigned(type);
        }
        case Type::sint8:
        case Type::sint16:
        case Type::sint32:
        case Type::sint64: {
            const auto* number = std::get_if<std::int64_t>(&value);
            const std::int64_t greatest = greatest_signed(type);
            return number != nullptr && *number <= greatest && *number >= -greatest - 1;
        }
        case Type::real32:
        case Type::real64:
            return std::holds_alternative<double>(value);
        case Type::char16:
        case Type::string:
            return std::holds_alternative<std::string>(value);
        case Type::datetime:
            return std::holds_alternative<Timestamp>(value) || std::holds_alternative<Interval>(value);
        case Type::reference:
            return std::holds_alternative<ObjectPath>(value);
    }
    return false;
}

}  // namespace

bool fits(Type type, bool array, const Value& value) noexcept {
    if (const auto* scalar = std::get_if<Scalar>(&value)) return !array && fits(type, *scalar);
    if (const auto* values = std::get_if<Array>(&value))
        return array && std::all_of(values->begin(), values->end(), [&](const Scalar& one) { return fits(type, one); });
    return true;
}

Scalar integer(Type type, std::uint64_t value) noexcept {
    if (is_signed(type) && value <= static_cast<std::uint64_t>(greatest_signed(type)))
        return static_cast<std::int64_t>(value);
    return value;
}

}  // namespace tintype::cim
