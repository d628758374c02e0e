#pragma once
/// \file
/// Instances on their way from a class to an answer, a few at a time.

#include <cstddef>
#include <utility>
#include <vector>

#include "tintype/cim/instance.hpp"

namespace tintype::cim {

/// What is taken out of it stays allocated for what is added later, texts included, so that of thousands of instances
/// only the first few cost an allocation.
class InstancePage {
  public:
    /// What instances of the set's class that are added from now on are wanted for; null: all of their properties.
    /// \param wanted must outlive them.
    void want(const PropertySet* wanted) noexcept { wanted_ = wanted; }
    [[nodiscard]] const PropertySet* wanted() const noexcept { return wanted_; }

    /// A new last instance, all properties null. The reference is good until the next one is added.
    Instance& add(const ClassDeclaration& declaration);
    void add(Instance instance);

    [[nodiscard]] bool empty() const noexcept { return first_ == end_; }
    [[nodiscard]] std::size_t size() const noexcept { return end_ - first_; }
    [[nodiscard]] Instance& operator[](std::size_t at) noexcept { return instances_[first_ + at]; }
    [[nodiscard]] const Instance& front() const noexcept { return instances_[first_]; }
    void pop_front() noexcept;

    /// Keeps those at or behind `from` that the predicate is true for.
    template <class Predicate>
    void keep_if(std::size_t from, Predicate keeps) {
        std::size_t kept = first_ + from;
        for (std::size_t i = kept; i < end_; ++i) {
            if (!keeps(std::as_const(instances_[i]))) continue;
            if (i != kept) std::swap(instances_[i], instances_[kept]);
            ++kept;
        }
        shrink(kept);
    }

    /// Takes all of them out, as values.
    [[nodiscard]] std::vector<Instance> take_all();

    /// Takes all of them out. \param most the number of instances whose memory is kept.
    void clear(std::size_t most);

    /// Gives memory back that no instance in it needs.
    void trim();

  private:
    void shrink(std::size_t end) noexcept;

    const PropertySet* wanted_ = nullptr;
    std::vector<Instance> instances_;
    std::size_t first_ = 0;
    std::size_t end_ = 0;
};

}  // namespace tintype::cim
