#include "tintype/cim/instance.hpp"

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

Instance& Instance::set(std::string_view property, Value value) {
    const std::size_t index = index_of(property);
    if (!fits(declaration_->properties[index].type, declaration_->properties[index].array, value))
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
    return set(property, Value(integer(type, value)));
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
