#include "tintype/cim/instance.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

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

bool fits(const PropertyDeclaration& property, const Value& value) noexcept {
    if (const auto* scalar = std::get_if<Scalar>(&value)) return !property.array && fits(property.type, *scalar);
    if (const auto* array = std::get_if<Array>(&value))
        return property.array &&
               std::all_of(array->begin(), array->end(), [&](const Scalar& s) { return fits(property.type, s); });
    return true;
}

}  // namespace

Instance::Instance(const ClassDeclaration& declaration)
    : declaration_(&declaration), values_(declaration.properties.size()) {}

std::size_t Instance::index_of(std::string_view property) const {
    if (const auto index = declaration_->find(property)) return *index;
    throw std::logic_error(std::string(declaration_->name) + " has no property " + std::string(property));
}

Instance& Instance::set(std::string_view property, Value value) {
    const std::size_t index = index_of(property);
    if (!fits(declaration_->properties[index], value))
        throw std::logic_error(std::string(declaration_->name) + "." + std::string(property) +
                               " can't hold a value of this type or range");
    values_[index] = std::move(value);
    return *this;
}

Instance& Instance::set(std::string_view property, std::string_view text) {
    return set(property, Value(Scalar(std::string(text))));
}

Instance& Instance::set(std::string_view property, bool value) {
    return set(property, Value(Scalar(value)));
}

Instance& Instance::set(std::string_view property, std::uint64_t value) {
    const Type type = declaration_->properties[index_of(property)].type;
    if (is_signed(type) && value <= static_cast<std::uint64_t>(greatest_signed(type)))
        return set(property, Value(Scalar(static_cast<std::int64_t>(value))));
    return set(property, Value(Scalar(value)));
}

Instance& Instance::set_signed(std::string_view property, std::int64_t value) {
    if (value >= 0) return set(property, static_cast<std::uint64_t>(value));
    return set(property, Value(Scalar(value)));
}

const Value& Instance::get(std::string_view property) const {
    return values_[index_of(property)];
}

ObjectPath Instance::path() const {
    ObjectPath path{{}, std::string(declaration_->cim_namespace), std::string(declaration_->name), {}};
    for (std::size_t i = 0; i < values_.size(); ++i) {
        const PropertyDeclaration& property = declaration_->properties[i];
        if (!property.key) continue;
        if (const auto* value = std::get_if<Scalar>(&values_[i]))
            path.keys.push_back({std::string(property.name), to_text(*value), property.type == Type::reference});
    }
    return path;
}

}  // namespace tintype::cim
