#pragma once
/// \file
/// WQL, WMI's query language, as clients of WS-Management write it: SELECT, ASSOCIATORS OF, REFERENCES OF.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "tintype/cim/instance.hpp"
#include "tintype/cim/object_path.hpp"

namespace tintype::cim {

/// Where a query is wrong, and how.
struct WqlError {
    std::size_t position = 0;  ///< Of the character in the query, from 1.
    std::string message;       ///< A sentence that names the place.
};

enum class WqlOperator : std::uint8_t { equal, not_equal, less, less_equal, greater, greater_equal, like };

/// NULL. Not std::monostate: libstdc++ 12 takes a variant of that and strings for one that always has a value, and ends
/// the process when memory runs out while such a variant is copied. One alternative with a copy constructor of its own
/// is enough for it to look.
struct WqlNull {
    WqlNull() noexcept = default;
    WqlNull(const WqlNull&) noexcept {}
    WqlNull& operator=(const WqlNull&) noexcept { return *this; }
    ~WqlNull() = default;
};

using WqlLiteral = std::variant<WqlNull, bool, std::int64_t, double, std::string>;

/// `property operator literal`.
struct WqlComparison {
    std::string property;
    WqlOperator op = WqlOperator::equal;
    WqlLiteral literal;
};
/// `__this ISA 'class'`.
struct WqlIsa {
    std::string class_name;
};
enum class WqlConnective : std::uint8_t { both, either, negation };

/// A condition in postfix order, so that nothing that reads it has to recurse: a connective takes what stands before
/// it.
using WqlStep = std::variant<WqlComparison, WqlIsa, WqlConnective>;
using WqlCondition = std::vector<WqlStep>;

struct WqlSelect {
    std::vector<std::string> properties;  ///< Empty: all.
    std::string class_name;
    WqlCondition condition;  ///< Empty: always true.
};

/// `ASSOCIATORS OF {path} WHERE …`; a clause that is not there is empty.
struct WqlAssociators {
    ObjectPath object;
    std::string association_class, result_class, role, result_role;
    bool keys_only = false;
};

/// `REFERENCES OF {path} WHERE …`.
struct WqlReferences {
    ObjectPath object;
    std::string result_class, role;
    bool keys_only = false;
};

using WqlQuery = std::variant<WqlSelect, WqlAssociators, WqlReferences>;

/// Reads a query. Never recurses, takes time in proportion to the text, and refuses one with more than 1,000 terms.
[[nodiscard]] tl::expected<WqlQuery, WqlError> parse_wql(std::string_view text);

/// What is wrong with a condition for this class (a property that it doesn't have, a literal of the wrong kind), or
/// nothing. System properties, such as `__CLASS`, are fine for every class.
[[nodiscard]] std::optional<std::string> check_condition(const WqlCondition& condition,
                                                         const ClassDeclaration& declaration);

/// Whether the instance meets the condition. Comparisons with a null property are false; strings are compared without
/// regard to case, references as the objects that they name, datetimes as points in time. Properties that the instance
/// doesn't have count as null. \param host the value of `__SERVER`.
[[nodiscard]] bool matches(const WqlCondition& condition, const Instance& instance, std::string_view host = {});

/// The keys that every match must have, because the condition fixes them by `=` outside of any OR and NOT; for looking
/// them up instead of scanning. A key that is a reference is named by object path.
[[nodiscard]] std::vector<Key> fixed_keys(const WqlCondition& condition, const ClassDeclaration& declaration);

}  // namespace tintype::cim
