#pragma once
/// \file
/// One instance of a class: a bag of values checked against the declaration.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "tintype/cim/class_declaration.hpp"

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
    Instance& set(std::string_view property, const std::string& text) { return set(property, std::string_view(text)); }
    Instance& set(std::string_view property, std::string&& text);
    Instance& set(std::string_view property, bool value);
    Instance& set(std::string_view property, std::uint64_t value);  ///< For each unsigned type, and range-checked.
    /// Any other integer, for each integer type, range-checked too.
    template <std::integral T>
    Instance& set(std::string_view property, T value) {
        if constexpr (std::is_signed_v<T>) return set_signed(property, value);
        return set(property, static_cast<std::uint64_t>(value));
    }

    [[nodiscard]] const Value& get(std::string_view property) const;                     ///< The name must be declared.
    [[nodiscard]] const std::vector<Value>& values() const noexcept { return values_; }  ///< In the declared order.

    /// Its name: namespace, class and key values.
    [[nodiscard]] ObjectPath path() const;

  private:
    Instance& set_signed(std::string_view property, std::int64_t value);
    [[nodiscard]] std::size_t index_of(std::string_view property) const;
    /// The property's place. Who sets many mostly does so in the declared order: it is looked for behind the last.
    [[nodiscard]] std::size_t place_to_set(std::string_view property);
    [[nodiscard]] Value& checked(std::size_t index, bool fits);

    const ClassDeclaration* declaration_;
    std::vector<Value> values_;
    std::size_t next_ = 0;
};

}  // namespace tintype::cim
