#pragma once
/// \file
/// What goes into a method and what comes out of it, by name: for methods that are known by their declaration only.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "tintype/cim/class_declaration.hpp"

namespace tintype::cim {

/// Values of a method's parameters, checked against their declarations. A value; movable and copyable. The declarations
/// must outlive it. Names are compared without regard to case. A name that isn't declared and a type that isn't the
/// declared one are std::logic_error: the program asks, not a client.
///
/// Example: `in.value<std::uint16_t>("RequestedState")`, `in.value<ObjectPath>("AffectedSnapshot")`,
/// `out.set("Job", job_path)`.
class Parameters {
  public:
    /// None is given.
    explicit Parameters(std::span<const ParameterDeclaration> declarations);

    [[nodiscard]] std::span<const ParameterDeclaration> declarations() const noexcept { return declarations_; }

    /// Whether it is there at all, if only as a null.
    [[nodiscard]] bool given(std::string_view name) const;
    /// Its value; null also when it isn't there.
    [[nodiscard]] const Value& get(std::string_view name) const;

    /// The value of a scalar, nothing for a null: bool, std::string, double, Timestamp, Interval, ObjectPath, or any
    /// integer type that holds all that is declared (a value that it can't hold is std::logic_error).
    template <class T>
    [[nodiscard]] std::optional<T> value(std::string_view name) const {
        const Value& held = get(name);
        if (std::holds_alternative<std::monostate>(held)) return std::nullopt;
        if (const auto* scalar = std::get_if<Scalar>(&held)) {
            if (auto converted = convert<T>(*scalar)) return converted;
        }
        wrong_type(name);
    }
    /// The values of an array; empty for a null.
    template <class T>
    [[nodiscard]] std::vector<T> values(std::string_view name) const {
        const Value& held = get(name);
        std::vector<T> all;
        if (std::holds_alternative<std::monostate>(held)) return all;
        const auto* array = std::get_if<Array>(&held);
        if (array == nullptr) wrong_type(name);
        for (const Scalar& one : *array) {
            auto converted = convert<T>(one);
            if (!converted) wrong_type(name);
            all.push_back(std::move(*converted));
        }
        return all;
    }

    /// Sets a parameter; a null too makes it given. \param value of the declared type and in its range.
    Parameters& set(std::string_view name, Value value);
    Parameters& set(std::string_view name, std::string_view text);
    Parameters& set(std::string_view name, const char* text) { return set(name, std::string_view(text)); }
    Parameters& set(std::string_view name, const std::string& text) { return set(name, std::string_view(text)); }
    Parameters& set(std::string_view name, bool value) { return set(name, Value(Scalar(value))); }
    template <std::integral T>
    Parameters& set(std::string_view name, T value) {
        if constexpr (std::is_signed_v<T>) {
            if (value < 0) return set(name, Value(Scalar(static_cast<std::int64_t>(value))));
        }
        return set_integer(name, static_cast<std::uint64_t>(value));
    }

  private:
    template <class T>
    static std::optional<T> convert(const Scalar& scalar) {
        if constexpr (std::integral<T> && !std::same_as<T, bool>) {
            if (const auto* number = std::get_if<std::uint64_t>(&scalar); number && std::in_range<T>(*number))
                return static_cast<T>(*number);
            if (const auto* number = std::get_if<std::int64_t>(&scalar); number && std::in_range<T>(*number))
                return static_cast<T>(*number);
        } else if (const auto* held = std::get_if<T>(&scalar)) {
            return *held;
        }
        return std::nullopt;
    }

    Parameters& set_integer(std::string_view name, std::uint64_t value);
    [[noreturn]] static void wrong_type(std::string_view name);
    [[nodiscard]] std::size_t index_of(std::string_view name) const;

    std::span<const ParameterDeclaration> declarations_;
    std::vector<std::optional<Value>> values_;
};

}  // namespace tintype::cim
