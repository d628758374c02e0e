#include <algorithm>
#include <charconv>
#include <compare>

#include "cim/like.hpp"
#include "cim/wql.hpp"

namespace tintype::cim {

namespace {

enum class Family : std::uint8_t { boolean, number, text, other };

Family family_of(Type type) noexcept {
    switch (type) {
        case Type::boolean:
            return Family::boolean;
        case Type::sint8:
        case Type::uint8:
        case Type::sint16:
        case Type::uint16:
        case Type::sint32:
        case Type::uint32:
        case Type::sint64:
        case Type::uint64:
        case Type::real32:
        case Type::real64:
            return Family::number;
        case Type::char16:
        case Type::string:
            return Family::text;
        case Type::datetime:
        case Type::reference:
            break;
    }
    return Family::other;
}

std::strong_ordering compare_text(std::string_view a, std::string_view b) noexcept {
    const auto fold = [](char c) {
        return static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    };
    const auto size = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < size; ++i) {
        if (const auto order = fold(a[i]) <=> fold(b[i]); std::is_neq(order)) return order;
    }
    return a.size() <=> b.size();
}

std::optional<double> to_number(const WqlLiteral& literal) {
    if (const auto* whole = std::get_if<std::int64_t>(&literal)) return static_cast<double>(*whole);
    if (const auto* real = std::get_if<double>(&literal)) return *real;
    if (const auto* text = std::get_if<std::string>(&literal)) {
        double value = 0;
        const auto* end = text->data() + text->size();
        const auto read = std::from_chars(text->data(), end, value);
        if (read.ec == std::errc{} && read.ptr == end) return value;
    }
    return std::nullopt;
}

std::optional<bool> to_boolean(const WqlLiteral& literal) {
    if (const auto* boolean = std::get_if<bool>(&literal)) return *boolean;
    if (const auto* whole = std::get_if<std::int64_t>(&literal)) return *whole != 0;
    if (const auto* text = std::get_if<std::string>(&literal)) {
        if (equal_names(*text, "true")) return true;
        if (equal_names(*text, "false")) return false;
    }
    return std::nullopt;
}

// Whole numbers exactly, all others as real ones.
std::partial_ordering compare_number(const Scalar& value, const WqlLiteral& literal) {
    if (const auto* whole = std::get_if<std::int64_t>(&literal)) {
        if (const auto* number = std::get_if<std::uint64_t>(&value)) {
            if (*whole < 0) return std::partial_ordering::greater;
            return *number <=> static_cast<std::uint64_t>(*whole);
        }
        if (const auto* number = std::get_if<std::int64_t>(&value)) return *number <=> *whole;
    }
    const auto right = to_number(literal);
    if (!right) return std::partial_ordering::unordered;
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return static_cast<double>(*number) <=> *right;
    if (const auto* number = std::get_if<std::int64_t>(&value)) return static_cast<double>(*number) <=> *right;
    if (const auto* number = std::get_if<double>(&value)) return *number <=> *right;
    return std::partial_ordering::unordered;
}

std::partial_ordering compare(const Scalar& value, const WqlLiteral& literal) {
    if (const auto* boolean = std::get_if<bool>(&value)) {
        const auto right = to_boolean(literal);
        return right ? std::partial_ordering(*boolean <=> *right) : std::partial_ordering::unordered;
    }
    const auto* text = std::get_if<std::string>(&literal);
    if (const auto* string = std::get_if<std::string>(&value)) {
        return text != nullptr ? std::partial_ordering(compare_text(*string, *text)) : std::partial_ordering::unordered;
    }
    // CIM's form of a datetime sorts as time does; a reference is compared as its object path.
    if (text != nullptr) {
        if (const auto* time = std::get_if<Timestamp>(&value)) return compare_text(to_cim_datetime(*time), *text);
        if (const auto* interval = std::get_if<Interval>(&value))
            return compare_text(to_cim_datetime(*interval), *text);
        if (const auto* path = std::get_if<ObjectPath>(&value)) return compare_text(to_string(*path), *text);
    }
    return compare_number(value, literal);
}

bool holds(WqlOperator op, std::partial_ordering order) noexcept {
    switch (op) {
        case WqlOperator::equal:
            return std::is_eq(order);
        case WqlOperator::not_equal:
            return std::is_lt(order) || std::is_gt(order);
        case WqlOperator::less:
            return std::is_lt(order);
        case WqlOperator::less_equal:
            return std::is_lteq(order);
        case WqlOperator::greater:
            return std::is_gt(order);
        case WqlOperator::greater_equal:
            return std::is_gteq(order);
        case WqlOperator::like:
            break;
    }
    return false;
}

bool holds(const WqlComparison& comparison, const Instance& instance) {
    // System properties that clients ask for.
    if (equal_names(comparison.property, "__CLASS")) {
        return holds(comparison.op, compare(Scalar(std::string(instance.declaration().name)), comparison.literal));
    }
    const auto at = instance.declaration().find(comparison.property);
    const Value* value = at ? &instance.values()[*at] : nullptr;
    const bool is_null = value == nullptr || std::holds_alternative<std::monostate>(*value);
    if (std::holds_alternative<std::monostate>(comparison.literal)) {
        return comparison.op == WqlOperator::equal ? is_null : comparison.op == WqlOperator::not_equal && !is_null;
    }
    if (is_null) return false;
    const auto* scalar = std::get_if<Scalar>(value);
    if (scalar == nullptr) return false;  // arrays can't be compared in WQL
    if (comparison.op == WqlOperator::like) {
        const auto* text = std::get_if<std::string>(scalar);
        return text != nullptr && is_like(*text, std::get<std::string>(comparison.literal));
    }
    return holds(comparison.op, compare(*scalar, comparison.literal));
}

std::optional<std::string> check(const WqlComparison& comparison, const ClassDeclaration& declaration) {
    if (equal_names(comparison.property, "__CLASS")) return std::nullopt;
    const auto at = declaration.find(comparison.property);
    if (!at) return "The class " + std::string(declaration.name) + " has no property " + comparison.property + ".";
    const auto& property = declaration.properties[*at];
    if (std::holds_alternative<std::monostate>(comparison.literal)) return std::nullopt;
    if (property.array) return "The property " + comparison.property + " is an array, which WQL can't compare.";
    const auto family = family_of(property.type);
    const bool is_text = std::holds_alternative<std::string>(comparison.literal);
    const bool good = (family == Family::text && is_text) || (family == Family::other && is_text) ||
                      (family == Family::number && to_number(comparison.literal)) ||
                      (family == Family::boolean && to_boolean(comparison.literal));
    if (good && !(comparison.op == WqlOperator::like && family != Family::text)) return std::nullopt;
    return "The property " + comparison.property + " can't be compared with this value.";
}

}  // namespace

std::optional<std::string> check_condition(const WqlCondition& condition, const ClassDeclaration& declaration) {
    for (const auto& step : condition) {
        if (const auto* comparison = std::get_if<WqlComparison>(&step)) {
            if (auto wrong = check(*comparison, declaration)) return wrong;
        }
    }
    return std::nullopt;
}

bool matches(const WqlCondition& condition, const Instance& instance) {
    if (condition.empty()) return true;
    std::vector<char> stack;  // the parser made sure that each connective has its operands
    for (const auto& step : condition) {
        if (const auto* comparison = std::get_if<WqlComparison>(&step)) {
            stack.push_back(holds(*comparison, instance) ? 1 : 0);
        } else if (const auto* isa = std::get_if<WqlIsa>(&step)) {
            stack.push_back(instance.declaration().is_a(isa->class_name) ? 1 : 0);
        } else {
            const auto connective = std::get<WqlConnective>(step);
            const char last = stack.back();
            if (connective == WqlConnective::negation) {
                stack.back() = last == 0 ? 1 : 0;
                continue;
            }
            stack.pop_back();
            const bool both = connective == WqlConnective::both;
            stack.back() = both ? (stack.back() != 0 && last != 0 ? 1 : 0) : (stack.back() != 0 || last != 0 ? 1 : 0);
        }
    }
    return stack.back() != 0;
}

std::vector<Key> fixed_keys(const WqlCondition& condition, const ClassDeclaration& declaration) {
    std::vector<Key> keys;
    for (const auto& step : condition) {
        if (const auto* connective = std::get_if<WqlConnective>(&step)) {
            if (*connective != WqlConnective::both) return {};
            continue;
        }
        const auto* comparison = std::get_if<WqlComparison>(&step);
        if (comparison == nullptr || comparison->op != WqlOperator::equal) continue;
        const auto at = declaration.find(comparison->property);
        const auto* text = std::get_if<std::string>(&comparison->literal);
        if (at && declaration.properties[*at].key && text != nullptr) {
            keys.push_back({std::string(declaration.properties[*at].name), *text, false});
        }
    }
    return keys;
}

}  // namespace tintype::cim
