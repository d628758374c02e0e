#pragma once
/// \file
/// An association that ties two instances together, made from whatever tells of the pairs: snapshots tell their
/// machine, machines their current snapshot, jobs what they affect.

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "snapshot/paging_cursor.hpp"
#include "tintype/wsman/resource.hpp"

namespace tintype::snapshot {

/// What both references name, by the ids that the two ends of the association give.
struct Pair {
    std::string first;
    std::string second;
};

/// A kind of instance that a reference may name.
struct End {
    /// The id in an object path, as it stands in a Pair; nothing if the path names no such instance.
    std::function<std::optional<std::string>(const cim::ObjectPath&)> id;
    std::function<cim::ObjectPath(std::string_view id)> path;
};

/// \tparam Item what tells of the pairs; it has a member `id`, by which pages are in ascending order.
template <class Item>
struct PairAssociation {
    using Page = typename PagingCursor<Item>::Page;

    const cim::ClassDeclaration* declaration = nullptr;  ///< Its keys are its first two properties, references both.
    End first, second;
    Page all;                                                       ///< Every item.
    std::function<std::vector<Pair>(const Item&)> pairs;            ///< What an item tells; may be nothing.
    std::function<Page(const std::string&id)> of_first, of_second;  ///< Items that may tell of a pair with this end;
                                                                    ///< of the second there are but a few.
    std::function<void(cim::Instance&)> complete = [](cim::Instance&) {};  ///< Sets the properties that are no keys.
    bool may_block = false;
};

/// A page of one item, or of none: for what is looked up.
template <class Item>
[[nodiscard]] typename PagingCursor<Item>::Page only(std::function<wsman::Result<std::optional<Item>>()> look_up) {
    return [look_up = std::move(look_up)](std::string_view after,
                                          std::size_t /*limit*/) -> wsman::Result<std::vector<Item>> {
        std::vector<Item> page;
        if (!after.empty()) return page;
        auto found = look_up();
        if (!found) return tl::unexpected(std::move(found.error()));
        if (*found) page.push_back(std::move(**found));
        return page;
    };
}

/// The pairs that the items of some pages tell, those that are wanted. Holds what one item tells, not more.
template <class Item>
class PairCursor final : public wsman::InstanceCursor {
  public:
    using Page = typename PagingCursor<Item>::Page;
    using Tell = std::function<std::vector<cim::Instance>(const Item&)>;

    PairCursor(Page page, Tell tell) : page_(std::move(page)), tell_(std::move(tell)) {}

    wsman::Result<std::vector<cim::Instance>> next(std::size_t limit) override {
        while (told_.size() < limit && !end_) {
            auto items = page_(after_, limit);
            if (!items) return tl::unexpected(std::move(items.error()));
            end_ = items->size() < limit;
            for (const auto& item : *items)
                for (auto& instance : tell_(item)) told_.push_back(std::move(instance));
            if (!items->empty()) after_ = std::move(items->back().id);
        }
        std::vector<cim::Instance> instances;
        for (; instances.size() < limit && !told_.empty(); told_.pop_front())
            instances.push_back(std::move(told_.front()));
        return instances;
    }

  private:
    Page page_;
    Tell tell_;
    std::string after_;
    std::deque<cim::Instance> told_;
    bool end_ = false;
};

template <class Item>
class PairResource final : public wsman::Resource {
  public:
    explicit PairResource(PairAssociation<Item> association)
        : association_(std::move(association)),
          keys_{association_.declaration->properties[0].name, association_.declaration->properties[1].name} {}

    [[nodiscard]] const cim::ClassDeclaration& declaration() const noexcept override {
        return *association_.declaration;
    }
    [[nodiscard]] std::span<const std::string_view> required_keys() const noexcept override { return keys_; }
    [[nodiscard]] bool may_block() const noexcept override { return association_.may_block; }

    wsman::Result<std::optional<cim::Instance>> get(const cim::ObjectPath& keys) override {
        const auto first = id_in(association_.first, keys, keys_[0]);
        const auto second = id_in(association_.second, keys, keys_[1]);
        if (!first || !second) return std::nullopt;
        PairCursor<Item> cursor(association_.of_second(*second), [&](const Item& item) {
            return told_by(item, [&](const Pair& pair) { return pair.first == *first && pair.second == *second; });
        });
        auto found = cursor.next(1);
        if (!found) return tl::unexpected(std::move(found.error()));
        if (found->empty()) return std::nullopt;
        return std::move(found->front());
    }

    wsman::Result<std::unique_ptr<wsman::InstanceCursor>> enumerate() override {
        return std::make_unique<PairCursor<Item>>(
            association_.all, [this](const Item& item) { return told_by(item, [](const Pair&) { return true; }); });
    }

    wsman::Result<std::unique_ptr<wsman::InstanceCursor>> references(const cim::ObjectPath& object,
                                                                     std::string_view role) override {
        std::vector<std::unique_ptr<wsman::InstanceCursor>> parts;
        const auto plays = [&](std::size_t end) { return role.empty() || cim::equal_names(role, keys_[end]); };
        if (const auto id = plays(0) ? association_.first.id(object) : std::nullopt) {
            parts.push_back(with(association_.of_first(*id), &Pair::first, *id));
        }
        if (const auto id = plays(1) ? association_.second.id(object) : std::nullopt) {
            parts.push_back(with(association_.of_second(*id), &Pair::second, *id));
        }
        return std::make_unique<SequenceCursor>(std::move(parts));
    }

  private:
    static std::optional<std::string> id_in(const End& end, const cim::ObjectPath& keys, std::string_view key) {
        const auto path = cim::parse_object_path(*keys.key(key));
        return path ? end.id(*path) : std::nullopt;
    }

    std::unique_ptr<wsman::InstanceCursor> with(typename PairCursor<Item>::Page page, std::string Pair::*end,
                                                const std::string& id) {
        return std::make_unique<PairCursor<Item>>(std::move(page), [this, end, id](const Item& item) {
            return told_by(item, [&](const Pair& pair) { return pair.*end == id; });
        });
    }

    template <class Wanted>
    [[nodiscard]] std::vector<cim::Instance> told_by(const Item& item, Wanted wanted) const {
        std::vector<cim::Instance> instances;
        for (const auto& pair : association_.pairs(item)) {
            if (!wanted(pair)) continue;
            auto& instance = instances.emplace_back(*association_.declaration);
            instance.set(keys_[0], cim::Scalar(association_.first.path(pair.first)))
                .set(keys_[1], cim::Scalar(association_.second.path(pair.second)));
            association_.complete(instance);
        }
        return instances;
    }

    PairAssociation<Item> association_;
    std::array<std::string_view, 2> keys_;
};

}  // namespace tintype::snapshot
