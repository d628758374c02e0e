#pragma once
/// \file
/// Machines and their trees of snapshots in memory, made for millions of them.

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backend/guid.hpp"
#include "tintype/snapshot_backend.hpp"

namespace tintype::backend {

/// Looking up and adding take O(log n), a page O(log n + its length), destroying O(log n + the children, or the subtree
/// that goes). Thread safety: none.
class SnapshotForest {
  public:
    /// Adds or replaces. Errors: throws std::invalid_argument if the id is no GUID in upper case.
    void put_machine(Machine machine);
    /// Errors: throws std::invalid_argument if the id is no GUID in upper case or is taken, or if its machine or its
    /// parent is not there, or the parent is another machine's.
    void put_snapshot(Snapshot snapshot);

    /// Gives a snapshot another name or other notes. \returns it as it is now; nothing if there is none.
    std::optional<Snapshot> modify(std::string_view id, const SnapshotChanges& changes);

    /// Makes a snapshot one without memory. \returns as above.
    std::optional<Snapshot> clear_saved_state(std::string_view id);

    /// What a machine's state comes from. Both must be there.
    void set_current(std::string_view machine, std::string_view snapshot);
    /// What a machine was last brought back to, which its state then comes from. The same.
    void set_applied(std::string_view machine, std::string_view snapshot);

    [[nodiscard]] std::optional<Machine> machine(std::string_view id) const;
    [[nodiscard]] std::optional<Snapshot> snapshot(std::string_view id) const;
    [[nodiscard]] bool has_snapshot(std::string_view id) const;
    [[nodiscard]] std::vector<Machine> machines(std::string_view after, std::size_t limit) const;
    [[nodiscard]] std::vector<Snapshot> snapshots(std::string_view after, std::size_t limit) const;
    /// As SnapshotBackend::snapshots_into().
    [[nodiscard]] std::size_t snapshots_into(std::string_view after, std::span<Snapshot> page) const;
    [[nodiscard]] std::vector<Snapshot> snapshots_of(std::string_view machine, std::string_view after,
                                                     std::size_t limit) const;

    /// Removes one snapshot; its children become its parent's. \returns false if there is none.
    bool remove_keeping_children(std::string_view id);
    /// Removes a snapshot and all below it. \returns what is gone, the one asked for first; empty if there is none.
    std::vector<std::string> remove_with_subtree(std::string_view id);

  private:
    struct Node;
    struct NodeOrder {
        using is_transparent = void;
        bool operator()(const Node* left, const Node* right) const { return *left->id < *right->id; }
        bool operator()(const Node* left, std::string_view right) const { return left->id->text() < right; }
        bool operator()(std::string_view left, const Node* right) const { return left < right->id->text(); }
    };
    struct Owner {
        Machine machine;
        std::set<const Node*, NodeOrder> snapshots;
    };
    struct Node {
        Owner* owner = nullptr;
        // The tree, as links in the nodes: leaving a parent of a million children takes no search.
        const Guid* id = nullptr;
        Node* parent = nullptr;
        Node* first_child = nullptr;
        Node* previous = nullptr;
        Node* next = nullptr;
        std::string name;
        std::string notes;
        TimePoint created{};
        SnapshotKind kind = SnapshotKind::full;
        bool holds_memory = false;
    };
    using Nodes = std::map<Guid, Node, GuidOrder>;

    [[nodiscard]] Nodes::const_iterator node_of(std::string_view id) const;
    [[nodiscard]] Nodes::iterator node_of(std::string_view id);
    [[nodiscard]] static Snapshot value_of(const Node& node);
    static void write_value(const Node& node, Snapshot& snapshot);
    static void link(Node& node, Node* parent);
    static void unlink(Node& node);
    [[nodiscard]] Machine& checked_machine(std::string_view machine, std::string_view snapshot);
    /// A snapshot goes: a machine whose current state comes from it is now taken to come from another.
    static void leave(const Node& from, const Node* to);

    std::map<Guid, Owner, GuidOrder> machines_;
    Nodes nodes_;
};

}  // namespace tintype::backend
