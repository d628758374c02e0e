#pragma once
/// \file
/// One instance of a class: a bag of values checked against the declaration.

#include <string_view>
#include <vector>

#include "cim/class_declaration.hpp"

namespace tintype::cim {

/// A value; movable and copyable. The declaration must outlive it.
class Instance {
  public:
    /// All properties are null.
    explicit Instance(const ClassDeclaration& declaration);

    [[nodiscard]] const ClassDeclaration& declaration() const noexcept { return *declaration_; }

    /// Sets a property. The name must be declared and the value must be of its type (null always is): otherwise
    /// std::logic_error, since only our own code sets values and a test must have seen it.
    Instance& set(std::string_view property, Value value);
    Instance& set(std::string_view property, std::string_view text);
    Instance& set(std::string_view property, const char* text) { return set(property, std::string_view(text)); }
    Instance& set(std::string_view property, bool value);
    Instance& set(std::string_view property, std::uint64_t value);  ///< For each unsigned type, and range-checked.

    [[nodiscard]] const Value& get(std::string_view property) const;  ///< The name must be declared.
    [[nodiscard]] const std::vector<Value>& values() const noexcept { return values_; }  ///< In the declared order.

    /// Its name: namespace, class and key values.
    [[nodiscard]] ObjectPath path() const;

  private:
    const ClassDeclaration* declaration_;
    std::vector<Value> values_;
};

}  // namespace tintype::cim
