#include "backend/snapshot_forest.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tintype::backend {
namespace {

Guid checked(std::string_view id) {
    if (const auto guid = Guid::parse(id)) return *guid;
    throw std::invalid_argument("'" + std::string(id) + "' is no GUID in upper case");
}

}  // namespace

void SnapshotForest::put_machine(Machine machine) {
    const Guid id = checked(machine.id);
    machines_[id].machine = std::move(machine);
}

void SnapshotForest::put_snapshot(Snapshot snapshot) {
    const Guid id = checked(snapshot.id);
    const auto machine = machines_.find(checked(snapshot.machine));
    if (machine == machines_.end())
        throw std::invalid_argument("snapshot " + snapshot.id + " is of an unknown machine, " + snapshot.machine);
    Node* parent = nullptr;
    if (snapshot.parent) {
        const auto found = nodes_.find(checked(*snapshot.parent));
        if (found == nodes_.end() || found->second.owner != &machine->second)
            throw std::invalid_argument("snapshot " + snapshot.id + " has a parent that its machine has not, " +
                                        *snapshot.parent);
        parent = &found->second;
    }
    const std::size_t before = nodes_.size();
    const auto entry = nodes_.try_emplace(nodes_.end(), id);  // ids mostly come in order
    if (nodes_.size() == before) throw std::invalid_argument("snapshot " + snapshot.id + " is there already");
    Node& node = entry->second;
    node.owner = &machine->second;
    node.id = &entry->first;
    node.owner->snapshots.insert(node.owner->snapshots.end(), &node);
    node.name = std::move(snapshot.name);
    node.notes = std::move(snapshot.notes);
    node.created = snapshot.created;
    node.kind = snapshot.kind;
    node.holds_memory = snapshot.holds_memory;
    link(node, parent);
}

std::optional<Snapshot> SnapshotForest::modify(std::string_view id, const SnapshotChanges& changes) {
    const auto found = node_of(id);
    if (found == nodes_.end()) return std::nullopt;
    Node& node = found->second;
    if (changes.name) node.name = *changes.name;
    if (changes.notes) node.notes = *changes.notes;
    return value_of(node);
}

std::optional<Snapshot> SnapshotForest::clear_saved_state(std::string_view id) {
    const auto found = node_of(id);
    if (found == nodes_.end()) return std::nullopt;
    Node& node = found->second;
    node.holds_memory = false;
    return value_of(node);
}

Machine& SnapshotForest::checked_machine(std::string_view machine, std::string_view snapshot) {
    const auto found = machines_.find(checked(machine));
    if (found == machines_.end() || !has_snapshot(snapshot)) {
        throw std::invalid_argument("machine " + std::string(machine) + " or snapshot " + std::string(snapshot) +
                                    " is not there");
    }
    return found->second.machine;
}

void SnapshotForest::set_current(std::string_view machine, std::string_view snapshot) {
    checked_machine(machine, snapshot).current_snapshot = snapshot;
}

void SnapshotForest::set_applied(std::string_view machine, std::string_view snapshot) {
    Machine& found = checked_machine(machine, snapshot);
    found.current_snapshot = snapshot;
    found.last_applied = snapshot;
}

std::optional<Machine> SnapshotForest::machine(std::string_view id) const {
    const auto guid = Guid::parse(id);
    if (!guid) return std::nullopt;
    const auto found = machines_.find(*guid);
    return found == machines_.end() ? std::nullopt : std::optional(found->second.machine);
}

SnapshotForest::Nodes::const_iterator SnapshotForest::node_of(std::string_view id) const {
    const auto guid = Guid::parse(id);
    return guid ? nodes_.find(*guid) : nodes_.end();
}

SnapshotForest::Nodes::iterator SnapshotForest::node_of(std::string_view id) {
    const auto guid = Guid::parse(id);
    return guid ? nodes_.find(*guid) : nodes_.end();
}

std::optional<Snapshot> SnapshotForest::snapshot(std::string_view id) const {
    const auto found = node_of(id);
    return found == nodes_.end() ? std::nullopt : std::optional(value_of(found->second));
}

bool SnapshotForest::has_snapshot(std::string_view id) const {
    return node_of(id) != nodes_.end();
}

std::vector<Machine> SnapshotForest::machines(std::string_view after, std::size_t limit) const {
    std::vector<Machine> page;
    for (auto it = first_behind(machines_, after); it != machines_.end() && page.size() < limit; ++it)
        page.push_back(it->second.machine);
    return page;
}

std::vector<Snapshot> SnapshotForest::snapshots(std::string_view after, std::size_t limit) const {
    std::vector<Snapshot> page;
    page.reserve(std::min(limit, nodes_.size()));
    for (auto it = first_behind(nodes_, after); it != nodes_.end() && page.size() < limit; ++it)
        page.push_back(value_of(it->second));
    return page;
}

std::size_t SnapshotForest::snapshots_into(std::string_view after, std::span<Snapshot> page) const {
    std::size_t count = 0;
    for (auto it = first_behind(nodes_, after); it != nodes_.end() && count < page.size(); ++it)
        write_value(it->second, page[count++]);
    return count;
}

std::vector<Snapshot> SnapshotForest::snapshots_of(std::string_view machine, std::string_view after,
                                                   std::size_t limit) const {
    std::vector<Snapshot> page;
    const auto guid = Guid::parse(machine);
    const auto found = guid ? machines_.find(*guid) : machines_.end();
    if (found == machines_.end()) return page;
    const auto& own = found->second.snapshots;
    for (auto it = own.upper_bound(after); it != own.end() && page.size() < limit; ++it) page.push_back(value_of(**it));
    return page;
}

bool SnapshotForest::remove_keeping_children(std::string_view id) {
    const auto found = node_of(id);
    if (found == nodes_.end()) return false;
    Node& node = found->second;
    while (node.first_child != nullptr) {
        Node& child = *node.first_child;
        unlink(child);
        link(child, node.parent);
    }
    leave(node, node.parent);
    unlink(node);
    nodes_.erase(found);
    return true;
}

std::vector<std::string> SnapshotForest::remove_with_subtree(std::string_view id) {
    const auto found = node_of(id);
    if (found == nodes_.end()) return {};
    Node& top = found->second;
    std::vector<const Node*> doomed{&top};  // grows while it is walked; a chain may be too deep to recurse
    for (std::size_t i = 0; i < doomed.size(); ++i)
        for (const Node* child = doomed[i]->first_child; child != nullptr; child = child->next) doomed.push_back(child);
    for (const Node* node : doomed) leave(*node, top.parent);
    unlink(top);
    std::vector<std::string> gone;
    gone.reserve(doomed.size());
    for (const Node* node : doomed) {
        gone.push_back(node->id->text());
        nodes_.erase(nodes_.find(*node->id));
    }
    return gone;
}

Snapshot SnapshotForest::value_of(const Node& node) {
    Snapshot snapshot;
    write_value(node, snapshot);
    return snapshot;
}

void SnapshotForest::write_value(const Node& node, Snapshot& snapshot) {
    node.id->write_to(snapshot.id);
    snapshot.machine = node.owner->machine.id;
    if (node.parent == nullptr) {
        snapshot.parent.reset();
    } else {
        if (!snapshot.parent) snapshot.parent.emplace();
        node.parent->id->write_to(*snapshot.parent);
    }
    snapshot.name = node.name;
    snapshot.notes = node.notes;
    snapshot.created = node.created;
    snapshot.kind = node.kind;
    snapshot.holds_memory = node.holds_memory;
}

void SnapshotForest::link(Node& node, Node* parent) {
    node.parent = parent;
    node.previous = nullptr;
    node.next = nullptr;
    if (parent == nullptr) return;
    node.next = parent->first_child;
    if (node.next != nullptr) node.next->previous = &node;
    parent->first_child = &node;
}

void SnapshotForest::unlink(Node& node) {
    if (node.previous != nullptr)
        node.previous->next = node.next;
    else if (node.parent != nullptr)
        node.parent->first_child = node.next;
    if (node.next != nullptr) node.next->previous = node.previous;
}

void SnapshotForest::leave(const Node& from, const Node* to) {
    from.owner->snapshots.erase(&from);
    Machine& machine = from.owner->machine;
    if (!machine.last_applied && !machine.current_snapshot) return;
    const std::string id = from.id->text();
    if (machine.last_applied == id) machine.last_applied.reset();
    if (machine.current_snapshot == id) {
        machine.current_snapshot = to == nullptr ? std::nullopt : std::optional(to->id->text());
    }
}

}  // namespace tintype::backend
