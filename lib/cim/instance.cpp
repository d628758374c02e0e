#include "tintype/cim/instance.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include "cim/value_fit.hpp"

namespace tintype::cim {

namespace {

/// Of most instances most properties are null.
constexpr std::size_t usual_room = 16;
constexpr std::size_t room_for_few = 4;

std::size_t first_room(const PropertySet* wanted) noexcept {
    return wanted == nullptr ? usual_room : room_for_few;
}

bool is_before(const HeldValue& held, std::size_t property) noexcept {
    return held.property < property;
}

bool is_text(const PropertyDeclaration& declared) noexcept {
    return (declared.type == Type::string || declared.type == Type::char16) && !declared.array;
}

}  // namespace

const Value& InstanceValues::operator[](std::size_t property) const noexcept {
    static const Value null;
    const auto found = std::lower_bound(held_.begin(), held_.end(), property, is_before);
    return found != held_.end() && found->property == property ? found->value : null;
}

Instance::Instance(const ClassDeclaration& declaration, const PropertySet* wanted) noexcept
    : declaration_(&declaration), wanted_(wanted) {}

Instance::Instance(const Instance& other)
    : declaration_(other.declaration_),
      wanted_(nullptr),
      held_(other.held().begin(), other.held().end()),
      count_(other.count_),
      next_(other.next_) {}

Instance::Instance(Instance&& other) noexcept
    : declaration_(other.declaration_),
      wanted_(nullptr),
      held_(std::move(other.held_)),
      count_(std::exchange(other.count_, 0)),
      next_(std::exchange(other.next_, 0)) {}

Instance& Instance::operator=(const Instance& other) {
    return *this = Instance(other);
}

Instance& Instance::operator=(Instance&& other) noexcept {
    declaration_ = other.declaration_;
    wanted_ = nullptr;
    held_ = std::move(other.held_);
    count_ = std::exchange(other.count_, 0);
    next_ = std::exchange(other.next_, 0);
    return *this;
}

void Instance::renew(const ClassDeclaration& declaration, const PropertySet* wanted) noexcept {
    declaration_ = &declaration;
    wanted_ = wanted;
    count_ = 0;
    next_ = 0;
}

void Instance::reserve(std::size_t values) {
    held_.reserve(values);
}

std::size_t Instance::index_of(std::string_view property) const {
    if (const auto index = declaration_->find(property)) return *index;
    throw std::logic_error(std::string(declaration_->name) + " has no property " + std::string(property));
}

std::size_t Instance::place_to_set(std::string_view property) {
    const auto& properties = declaration_->properties;
    const auto is_it = [&](std::size_t at) {
        const auto name = properties[at].name;
        return name.size() == property.size() && std::memcmp(name.data(), property.data(), name.size()) == 0;
    };
    std::size_t at = next_;
    while (at < properties.size() && !is_it(at)) ++at;
    if (at == properties.size()) {
        at = 0;
        while (at < next_ && !is_it(at)) ++at;
        if (at == next_) at = index_of(property);  // in another case, or not at all
    }
    next_ = at + 1;
    return at;
}

void Instance::check(std::size_t property, bool fits) const {
    if (fits) return;
    throw std::logic_error(std::string(declaration_->name) + "." +
                           std::string(declaration_->properties[property].name) +
                           " can't hold a value of this type or range");
}

Value& Instance::place_of(std::size_t property) {
    std::size_t at = count_;
    if (count_ > 0 && held_[count_ - 1].property >= property) {
        const auto all = held();
        at = static_cast<std::size_t>(std::lower_bound(all.begin(), all.end(), property, is_before) - all.begin());
        if (held_[at].property == property) return held_[at].value;
    }
    if (count_ == held_.size()) {
        if (count_ == held_.capacity()) held_.reserve(count_ == 0 ? first_room(wanted_) : 2 * count_);
        held_.emplace_back();
    }
    held_[count_].property = property;
    const auto begin = held_.begin();
    const auto difference = [](std::size_t n) { return static_cast<std::ptrdiff_t>(n); };
    if (at != count_) std::rotate(begin + difference(at), begin + difference(count_), begin + difference(count_ + 1));
    ++count_;
    return held_[at].value;
}

void Instance::drop(std::size_t property) {
    const auto begin = held_.begin();
    const auto end = begin + static_cast<std::ptrdiff_t>(count_);
    const auto found = std::lower_bound(begin, end, property, is_before);
    if (found == end || found->property != property) return;
    std::rotate(found, found + 1, end);
    --count_;
}

void Instance::set_at(std::size_t property, Value value) {
    const auto& declared = declaration_->properties[property];
    check(property, fits(declared.type, declared.array, value));
    if (!wants(property)) return;
    if (std::holds_alternative<std::monostate>(value)) return drop(property);
    place_of(property) = std::move(value);
}

void Instance::set_text_at(std::size_t property, std::initializer_list<std::string_view> pieces) {
    const auto& declared = declaration_->properties[property];
    check(property, is_text(declared));
    if (!wants(property)) return;
    auto& value = place_of(property);
    auto* scalar = std::get_if<Scalar>(&value);
    auto* text = scalar != nullptr ? std::get_if<std::string>(scalar) : nullptr;
    if (text == nullptr) {
        // Made here, so that in a variant that has another value nothing is left half done.
        value = Scalar(std::string());
        text = &std::get<std::string>(std::get<Scalar>(value));
    }
    std::size_t size = 0;
    for (const auto piece : pieces) size += piece.size();
    text->clear();
    text->reserve(size);
    for (const auto piece : pieces) text->append(piece);
}

void Instance::set_at(std::size_t property, bool value) {
    const auto& declared = declaration_->properties[property];
    check(property, declared.type == Type::boolean && !declared.array);
    if (wants(property)) place_of(property) = Scalar(value);
}

void Instance::set_at(std::size_t property, std::uint64_t value) {
    const auto& declared = declaration_->properties[property];
    Value number(integer(declared.type, value));
    check(property, fits(declared.type, declared.array, number));
    if (wants(property)) place_of(property) = std::move(number);
}

Instance& Instance::set(std::string_view property, Value value) {
    set_at(place_to_set(property), std::move(value));
    return *this;
}

Instance& Instance::set(std::string_view property, std::string_view text) {
    set_text_at(place_to_set(property), {text});
    return *this;
}

Instance& Instance::set(std::string_view property, std::string&& text) {
    const auto place = place_to_set(property);
    const auto& declared = declaration_->properties[place];
    check(place, is_text(declared));
    if (wants(place)) place_of(place).emplace<Scalar>(std::move(text));
    return *this;
}

Instance& Instance::set(std::string_view property, bool value) {
    set_at(place_to_set(property), value);
    return *this;
}

Instance& Instance::set(std::string_view property, std::uint64_t value) {
    set_at(place_to_set(property), value);
    return *this;
}

Instance& Instance::set_signed(std::string_view property, std::int64_t value) {
    if (value >= 0) return set(property, static_cast<std::uint64_t>(value));
    return set(property, Value(Scalar(value)));
}

const Value& Instance::get(std::string_view property) const {
    return values()[index_of(property)];
}

ObjectPath Instance::path() const {
    ObjectPath path{{}, std::string(declaration_->cim_namespace), std::string(declaration_->name), {}};
    for (const auto& [place, value] : held()) {
        const PropertyDeclaration& property = declaration_->properties[place];
        if (!property.key) continue;
        if (const auto* scalar = std::get_if<Scalar>(&value))
            path.keys.push_back({std::string(property.name), to_text(*scalar), property.type == Type::reference});
    }
    return path;
}

}  // namespace tintype::cim
