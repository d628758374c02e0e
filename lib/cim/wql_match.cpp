#include <algorithm>
#include <charconv>
#include <compare>
#include <cstring>

#include "ascii/ascii.hpp"
#include "cim/datetime_reader.hpp"
#include "cim/like.hpp"
#include "cim/same_object.hpp"
#include "cim/wql.hpp"
#include "cim/wql_system.hpp"

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
    const auto fold = [](char c) { return static_cast<unsigned char>(ascii::lower(c)); };
    const auto size = std::min(a.size(), b.size());
    if (a.size() == b.size() && std::memcmp(a.data(), b.data(), size) == 0) return std::strong_ordering::equal;
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

// As points in time, whatever their offsets are. Text that is no whole datetime, such as `2026`, is compared as text:
// CIM's form sorts as time does.
template <class Time>
std::partial_ordering compare_time(Time time, std::string_view text) {
    if (const auto read = read_datetime(text)) {
        const auto* const other = std::get_if<Time>(&*read);
        if (other == nullptr) return std::partial_ordering::unordered;
        return time < *other   ? std::partial_ordering::less
               : *other < time ? std::partial_ordering::greater
                               : std::partial_ordering::equivalent;
    }
    return compare_text(to_cim_datetime(time), text);
}

std::partial_ordering compare_path(const ObjectPath& path, std::string_view text) {
    const auto other = parse_object_path(text);
    if (other && same_object(path, *other)) return std::partial_ordering::equivalent;
    return compare_text(to_string(path), text);
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
    if (text != nullptr) {
        if (const auto* time = std::get_if<Timestamp>(&value)) return compare_time(*time, *text);
        if (const auto* interval = std::get_if<Interval>(&value)) return compare_time(*interval, *text);
        if (const auto* path = std::get_if<ObjectPath>(&value)) return compare_path(*path, *text);
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

bool holds(const WqlComparison& comparison, const Value* value) {
    const bool is_null = value == nullptr || std::holds_alternative<std::monostate>(*value);
    if (std::holds_alternative<WqlNull>(comparison.literal)) {
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

bool holds(const WqlComparison& comparison, const Instance& instance, std::string_view host) {
    if (const auto at = instance.declaration().find(comparison.property)) {
        return holds(comparison, &instance.values()[*at]);
    }
    const auto* const system = find_system_property(comparison.property);
    if (system == nullptr) return holds(comparison, static_cast<const Value*>(nullptr));
    const auto value = system_value(*system, instance, host);
    return holds(comparison, &value);
}

std::optional<std::string> check(const WqlComparison& comparison, const ClassDeclaration& declaration) {
    const auto at = declaration.find(comparison.property);
    const auto* const declared = at ? &declaration.properties[*at] : find_system_property(comparison.property);
    if (declared == nullptr) {
        return "The class " + std::string(declaration.name) + " has no property " + comparison.property + ".";
    }
    const auto& property = *declared;
    if (std::holds_alternative<WqlNull>(comparison.literal)) return std::nullopt;
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

bool matches(const WqlCondition& condition, const Instance& instance, std::string_view host) {
    if (condition.empty()) return true;
    // The parser made sure that each connective has its operands. It stays allocated for the next instance.
    thread_local std::vector<char> stack;
    stack.clear();
    for (const auto& step : condition) {
        if (const auto* comparison = std::get_if<WqlComparison>(&step)) {
            stack.push_back(holds(*comparison, instance, host) ? 1 : 0);
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

namespace {

bool is_whole_number(std::string_view text) noexcept {
    if (text.starts_with('-')) text.remove_prefix(1);
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The literal as a key's value, if the class can look it up by that.
std::optional<std::string> key_value(Type type, const WqlLiteral& literal) {
    if (const auto* number = std::get_if<std::int64_t>(&literal)) return std::to_string(*number);
    const auto* text = std::get_if<std::string>(&literal);
    if (text == nullptr) return std::nullopt;
    const bool good = type == Type::reference             ? parse_object_path(*text).has_value()
                      : family_of(type) == Family::number ? is_whole_number(*text)
                                                          : type == Type::string;
    return good ? std::optional(*text) : std::nullopt;
}

// The key that a comparison fixes, if it does.
std::optional<Key> fixed_key(const WqlComparison& comparison, const ClassDeclaration& declaration) {
    if (comparison.op != WqlOperator::equal) return std::nullopt;
    const auto at = declaration.find(comparison.property);
    if (!at || !declaration.properties[*at].key) return std::nullopt;
    const auto& property = declaration.properties[*at];
    auto value = key_value(property.type, comparison.literal);
    if (!value) return std::nullopt;
    return Key{std::string(property.name), std::move(*value), property.type == Type::reference};
}

}  // namespace

std::vector<Key> fixed_keys(const WqlCondition& condition, const ClassDeclaration& declaration) {
    std::vector<Key> keys;
    if (condition.empty()) return keys;
    std::vector<std::size_t> operands;  // for each, where its keys begin; those of an AND's two lie next to each other
    for (const auto& step : condition) {
        if (const auto* connective = std::get_if<WqlConnective>(&step)) {
            if (*connective != WqlConnective::negation) operands.pop_back();
            if (*connective != WqlConnective::both) keys.resize(operands.back());
            continue;
        }
        operands.push_back(keys.size());
        const auto* comparison = std::get_if<WqlComparison>(&step);
        if (comparison == nullptr) continue;
        if (auto key = fixed_key(*comparison, declaration)) keys.push_back(std::move(*key));
    }
    return keys;
}

}  // namespace tintype::cim
