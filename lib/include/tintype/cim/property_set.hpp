#pragma once
/// \file
/// Some of a class's properties: those that somebody is going to look at.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tintype/cim/class_declaration.hpp"

namespace tintype::cim {

/// Empty as it comes. The declaration must outlive it. Properties are named by their places in the declaration.
class PropertySet {
  public:
    explicit PropertySet(const ClassDeclaration& declaration)
        : declaration_(&declaration), bits_((declaration.properties.size() + 63) / 64) {}

    [[nodiscard]] const ClassDeclaration& declaration() const noexcept { return *declaration_; }
    void add(std::size_t property) noexcept { bits_[property / 64] |= bit(property); }
    [[nodiscard]] bool has(std::size_t property) const noexcept { return (bits_[property / 64] & bit(property)) != 0; }

  private:
    static constexpr std::uint64_t bit(std::size_t property) noexcept { return std::uint64_t{1} << property % 64; }

    const ClassDeclaration* declaration_;
    std::vector<std::uint64_t> bits_;
};

}  // namespace tintype::cim
