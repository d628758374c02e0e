#include "cim/same_object.hpp"

#include <algorithm>

namespace tintype::cim {

namespace {

// What an object path inside an object path may be: two levels, as an association of associations would need.
constexpr int deepest = 2;

bool same_object(const ObjectPath& a, const ObjectPath& b, int level);

bool same_value(const Key& a, const Key& b, int level) {
    if (equal_names(a.value, b.value)) return true;
    if ((!a.reference && !b.reference) || level == deepest) return false;
    const auto left = parse_object_path(a.value);
    const auto right = parse_object_path(b.value);
    return left && right && same_object(*left, *right, level + 1);
}

bool same_object(const ObjectPath& a, const ObjectPath& b, int level) {
    if (!equal_names(a.class_name, b.class_name) || a.keys.size() != b.keys.size()) return false;
    if (!a.cim_namespace.empty() && !b.cim_namespace.empty() &&
        !equal_names(normal_namespace(a.cim_namespace), normal_namespace(b.cim_namespace))) {
        return false;
    }
    return std::all_of(a.keys.begin(), a.keys.end(), [&](const Key& key) {
        return std::any_of(b.keys.begin(), b.keys.end(), [&](const Key& other) {
            return equal_names(key.name, other.name) && same_value(key, other, level);
        });
    });
}

}  // namespace

bool same_object(const ObjectPath& a, const ObjectPath& b) {
    return same_object(a, b, 0);
}

}  // namespace tintype::cim
