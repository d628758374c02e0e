#include "tintype/cim/instance.hpp"

#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

#include "cim/value_fit.hpp"

namespace tintype::cim {

Instance::Instance(const ClassDeclaration& declaration)
    : declaration_(&declaration), values_(declaration.properties.size()) {}

std::size_t Instance::index_of(std::string_view property) const {
    if (const auto index = declaration_->find(property)) return *index;
    throw std::logic_error(std::string(declaration_->name) + " has no property " + std::string(property));
}

std::size_t Instance::place_to_set(std::string_view property) {
    const auto& properties = declaration_->properties;
    const auto is_it = [&](std::size_t at) {
        const auto name = properties[at].name;
        return name.size() == property.size() && std::memcmp(name.data(), property.data(), name.size()) == 0;
    };
    std::size_t at = next_;
    while (at < properties.size() && !is_it(at)) ++at;
    if (at == properties.size()) {
        at = 0;
        while (at < next_ && !is_it(at)) ++at;
        if (at == next_) at = index_of(property);  // in another case, or not at all
    }
    next_ = at + 1;
    return at;
}

Value& Instance::checked(std::size_t index, bool fits) {
    if (fits) return values_[index];
    throw std::logic_error(std::string(declaration_->name) + "." + std::string(declaration_->properties[index].name) +
                           " can't hold a value of this type or range");
}

Instance& Instance::set(std::string_view property, Value value) {
    const auto index = place_to_set(property);
    const auto& declared = declaration_->properties[index];
    checked(index, fits(declared.type, declared.array, value)) = std::move(value);
    return *this;
}

Instance& Instance::set(std::string_view property, std::string_view text) {
    return set(property, std::string(text));
}

Instance& Instance::set(std::string_view property, std::string&& text) {
    const auto index = place_to_set(property);
    const auto& declared = declaration_->properties[index];
    const bool is_text = declared.type == Type::string || declared.type == Type::char16;
    checked(index, is_text && !declared.array).emplace<Scalar>(std::move(text));
    return *this;
}

Instance& Instance::set(std::string_view property, bool value) {
    const auto index = place_to_set(property);
    const auto& declared = declaration_->properties[index];
    checked(index, declared.type == Type::boolean && !declared.array).emplace<Scalar>(value);
    return *this;
}

Instance& Instance::set(std::string_view property, std::uint64_t value) {
    const auto index = place_to_set(property);
    const auto& declared = declaration_->properties[index];
    Value number(integer(declared.type, value));
    checked(index, fits(declared.type, declared.array, number)) = std::move(number);
    return *this;
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
