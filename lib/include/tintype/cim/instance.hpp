#pragma once
/// \file
/// One instance of a class: a bag of values checked against the declaration.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "tintype/cim/class_declaration.hpp"
#include "tintype/cim/property_set.hpp"

namespace tintype::cim {

/// A property that has a value.
struct HeldValue {
    std::size_t property = 0;  ///< Its place in the declaration.
    Value value;               ///< Not null.
};

/// All values of an instance in the declared order, one a property, nulls among them. Lives no longer than the
/// instance, and sees it as it is.
class InstanceValues {
  public:
    class Iterator {
      public:
        Iterator(const InstanceValues& values, std::size_t at) noexcept : values_(&values), at_(at) {}
        const Value& operator*() const noexcept { return (*values_)[at_]; }
        Iterator& operator++() noexcept { return ++at_, *this; }
        bool operator==(const Iterator& other) const noexcept { return at_ == other.at_; }

      private:
        const InstanceValues* values_;
        std::size_t at_;
    };

    InstanceValues(std::span<const HeldValue> held, std::size_t size) noexcept : held_(held), size_(size) {}

    /// \param property its place in the declaration.
    [[nodiscard]] const Value& operator[](std::size_t property) const noexcept;
    [[nodiscard]] const Value& front() const noexcept { return (*this)[0]; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] Iterator begin() const noexcept { return {*this, 0}; }
    [[nodiscard]] Iterator end() const noexcept { return {*this, size_}; }

  private:
    std::span<const HeldValue> held_;
    std::size_t size_;
};

/// A value; movable and copyable. The declaration must outlive it.
/// It may be that only some of its properties are wanted (InstancePage): then what the others are set to is dropped.
/// That is so of the instance that the page made, not of its copies nor of what it is moved to.
class Instance {
  public:
    /// All properties are null. \param wanted must outlive it; null: all are wanted.
    explicit Instance(const ClassDeclaration& declaration, const PropertySet* wanted = nullptr) noexcept;
    Instance(const Instance& other);
    Instance(Instance&& other) noexcept;
    Instance& operator=(const Instance& other);
    Instance& operator=(Instance&& other) noexcept;
    ~Instance() = default;

    [[nodiscard]] const ClassDeclaration& declaration() const noexcept { return *declaration_; }

    /// Sets a property. The name must be declared and the value must be of its type (null always is): otherwise
    /// std::logic_error, since only our own code sets values and a test must have seen it.
    /// Who sets many is quickest in the declared order.
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

    /// The same by the property's place in the declaration.
    void set_at(std::size_t property, Value value);
    void set_at(std::size_t property, bool value);
    void set_at(std::size_t property, std::uint64_t value);
    /// \param pieces of a text that is put together here, without one in between.
    void set_text_at(std::size_t property, std::initializer_list<std::string_view> pieces);

    /// Whether somebody is going to look at a property: one that is dear to find out need not be set otherwise.
    [[nodiscard]] bool wants(std::size_t property) const noexcept {
        return wanted_ == nullptr || wanted_->has(property);
    }
    [[nodiscard]] bool wants(std::string_view property) const { return wants(index_of(property)); }

    /// Makes room for as many values, to save moving them.
    void reserve(std::size_t values);

    [[nodiscard]] const Value& get(std::string_view property) const;  ///< The name must be declared.
    [[nodiscard]] InstanceValues values() const noexcept { return {held(), declaration_->properties.size()}; }
    /// The values that are not null, in the declared order.
    [[nodiscard]] std::span<const HeldValue> held() const noexcept { return {held_.data(), count_}; }

    /// Its name: namespace, class and key values.
    [[nodiscard]] ObjectPath path() const;

  private:
    friend class InstancePage;

    /// Becomes as a new one is; the memory of its values stays allocated.
    void renew(const ClassDeclaration& declaration, const PropertySet* wanted) noexcept;
    Instance& set_signed(std::string_view property, std::int64_t value);
    [[nodiscard]] std::size_t index_of(std::string_view property) const;
    /// The property's place. Who sets many mostly does so in the declared order: it is looked for behind the last.
    [[nodiscard]] std::size_t place_to_set(std::string_view property);
    void check(std::size_t property, bool fits) const;
    /// Where the property's value stands among those held, which it does from now on.
    [[nodiscard]] Value& place_of(std::size_t property);
    void drop(std::size_t property);

    const ClassDeclaration* declaration_;
    const PropertySet* wanted_;
    std::vector<HeldValue> held_;  ///< In the declared order; behind those that count, some whose memory is kept.
    std::size_t count_ = 0;
    std::size_t next_ = 0;
};

}  // namespace tintype::cim
