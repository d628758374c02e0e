#include "tintype/cim/instance_page.hpp"

#include <iterator>
#include <string>
#include <variant>

namespace tintype::cim {

namespace {

/// An instance with more than this in its texts and arrays gives their memory back when it is taken out.
constexpr std::size_t most_kept = 8'192;

bool is_large(const Instance& instance) noexcept {
    std::size_t size = 0;
    for (const auto& held : instance.held()) {
        if (const auto* array = std::get_if<Array>(&held.value)) {
            size += array->capacity() * sizeof(Scalar);
        } else if (const auto* scalar = std::get_if<Scalar>(&held.value)) {
            const auto* text = std::get_if<std::string>(scalar);
            if (text != nullptr) size += text->capacity();
        }
    }
    return size > most_kept;
}

void forget_large(Instance& instance) noexcept {
    if (is_large(instance)) instance = Instance(instance.declaration());
}

}  // namespace

Instance& InstancePage::add(const ClassDeclaration& declaration) {
    const auto* const wanted = wanted_ != nullptr && &wanted_->declaration() == &declaration ? wanted_ : nullptr;
    if (end_ == instances_.size()) {
        auto& added = instances_.emplace_back(declaration, wanted);
        ++end_;
        return added;
    }
    auto& again = instances_[end_++];
    again.renew(declaration, wanted);
    return again;
}

void InstancePage::add(Instance instance) {
    if (end_ == instances_.size()) {
        instances_.push_back(std::move(instance));
    } else {
        instances_[end_] = std::move(instance);
    }
    ++end_;
}

void InstancePage::pop_front() noexcept {
    forget_large(instances_[first_]);
    ++first_;
    shrink(end_);
}

void InstancePage::shrink(std::size_t end) noexcept {
    end_ = end;
    if (first_ == end_) first_ = end_ = 0;
}

std::vector<Instance> InstancePage::take_all() {
    std::vector<Instance> all(std::make_move_iterator(instances_.begin() + static_cast<std::ptrdiff_t>(first_)),
                              std::make_move_iterator(instances_.begin() + static_cast<std::ptrdiff_t>(end_)));
    first_ = end_ = 0;
    return all;
}

void InstancePage::clear(std::size_t most) {
    for (auto i = first_; i < end_; ++i) forget_large(instances_[i]);
    first_ = end_ = 0;
    wanted_ = nullptr;
    if (instances_.size() > most)
        instances_.erase(instances_.begin() + static_cast<std::ptrdiff_t>(most), instances_.end());
}

void InstancePage::trim() {
    instances_ = take_all();
    end_ = instances_.size();
}

}  // namespace tintype::cim
