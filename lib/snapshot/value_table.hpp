#pragma once
/// \file
/// A class's values as a table: what each property is made of. So only those that somebody wants are made, and no
/// property is looked for by its name while instances stream.

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tintype/cim/instance.hpp"

namespace tintype::snapshot {

/// \tparam From what an instance is made of. Thread safety: any thread.
template <class From>
class ValueTable {
  public:
    /// Sets the property at that place, or leaves it null.
    using Set = void (*)(const From& from, cim::Instance& into, std::size_t property);
    struct Row {
        std::string_view property;
        Set set;
    };

    /// \param rows in any order. A property that the class doesn't have is std::logic_error.
    ValueTable(const cim::ClassDeclaration& declaration, std::initializer_list<Row> rows) {
        for (const auto& row : rows) {
            const auto place = declaration.find(row.property);
            if (!place) throw std::logic_error("no property " + std::string(row.property));
            rows_.push_back({*place, row.set});
        }
        std::sort(rows_.begin(), rows_.end(), [](const auto& a, const auto& b) { return a.place < b.place; });
    }

    /// Sets those that the instance, which is new, wants.
    void set(const From& from, cim::Instance& into) const {
        for (const auto& row : rows_)
            if (into.wants(row.place)) row.set(from, into, row.place);
    }

  private:
    struct PlacedRow {
        std::size_t place;
        Set set;
    };
    std::vector<PlacedRow> rows_;  ///< In the class's order.
};

}  // namespace tintype::snapshot
