#include "tintype/cim/parameters.hpp"

#include <stdexcept>

#include "cim/value_fit.hpp"

namespace tintype::cim {

Parameters::Parameters(std::span<const ParameterDeclaration> declarations)
    : declarations_(declarations), values_(declarations.size()) {}

std::size_t Parameters::index_of(std::string_view name) const {
    for (std::size_t i = 0; i < declarations_.size(); ++i)
        if (equal_names(declarations_[i].name, name)) return i;
    throw std::logic_error("there is no parameter " + std::string(name));
}

bool Parameters::given(std::string_view name) const {
    return values_[index_of(name)].has_value();
}

const Value& Parameters::get(std::string_view name) const {
    static const Value null;
    const auto& value = values_[index_of(name)];
    return value ? *value : null;
}

Parameters& Parameters::set(std::string_view name, Value value) {
    const std::size_t index = index_of(name);
    if (!fits(declarations_[index].type, declarations_[index].array, value)) wrong_type(name);
    values_[index] = std::move(value);
    return *this;
}

Parameters& Parameters::set(std::string_view name, std::string_view text) {
    return set(name, Value(Scalar(std::string(text))));
}

Parameters& Parameters::set_integer(std::string_view name, std::uint64_t value) {
    return set(name, Value(integer(declarations_[index_of(name)].type, value)));
}

void Parameters::wrong_type(std::string_view name) {
    throw std::logic_error("the parameter " + std::string(name) + " doesn't hold a value of this type or range");
}

}  // namespace tintype::cim
