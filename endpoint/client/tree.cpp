#include "tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tintype::client {
namespace {

/// The snapshots of one machine by what they stand on, whatever an endpoint says of them: of those with the same id the
/// first; and at the root stands one whose parent isn't known, whose ancestors go round in a ring, or which is too
/// deep.
class Children {
  public:
    Children(const Inventory& inventory, const Machine& machine) {
        std::map<std::string_view, Node> nodes;
        for (const auto& each : inventory.snapshots)
            if (each.machine == machine.id) nodes.try_emplace(each.id, Node{&each});
        const auto node_of = [&](std::string_view id) {
            const auto found = id.empty() ? nodes.end() : nodes.find(id);
            return found == nodes.end() ? nullptr : &found->second;
        };
        for (auto& [id, node] : nodes) node.parent = node_of(node.snapshot->parent);
        for (auto& [id, node] : nodes) settle(node);
        for (const auto& each : inventory.snapshots) {
            const auto found = nodes.find(each.id);
            if (found == nodes.end() || found->second.snapshot != &each) continue;
            const auto* const parent = found->second.parent;
            of_[parent != nullptr ? parent->snapshot : nullptr].push_back(&each);
        }
        if (const auto* current = node_of(machine.current)) current_ = current->snapshot;
    }

    /// \param parent null: those at the root.
    [[nodiscard]] const std::vector<const Snapshot*>& of(const Snapshot* parent) const {
        static const std::vector<const Snapshot*> none;
        const auto found = of_.find(parent);
        return found == of_.end() ? none : found->second;
    }
    /// What the present state stands on; null: no snapshot.
    [[nodiscard]] const Snapshot* current() const noexcept { return current_; }

  private:
    struct Node {
        const Snapshot* snapshot;
        Node* parent = nullptr;
        std::size_t depth = unknown;  ///< From 1, at the root.
    };
    static constexpr std::size_t unknown = 0;
    static constexpr std::size_t deepest = 1'000;  // Hyper-V has 50 at the most; each takes some stack.
    static constexpr std::size_t under_way = deepest + 1;

    /// Gives a node and all above it their depths, and cuts what makes them no tree.
    static void settle(Node& node) {
        std::vector<Node*> way;
        auto* at = &node;
        for (; at != nullptr && at->depth == unknown; at = at->parent) {
            at->depth = under_way;
            way.push_back(at);
        }
        const bool ring = at != nullptr && at->depth == under_way;
        if (ring) way.back()->parent = nullptr;
        std::size_t depth = at == nullptr || ring ? 0 : at->depth;
        for (; !way.empty(); way.pop_back()) {
            if (depth == deepest) {
                way.back()->parent = nullptr;
                depth = 0;
            }
            way.back()->depth = ++depth;
        }
    }

    std::map<const Snapshot*, std::vector<const Snapshot*>> of_;
    const Snapshot* current_ = nullptr;
};

struct Strokes {
    std::string_view branch, last, through, now;
};
constexpr Strokes drawn{"├─ ", "└─ ", "│  ", "● now"};
constexpr Strokes typed{"|- ", "`- ", "|  ", "* now"};

class Drawing {
  public:
    Drawing(const Children& children, const Output& output)
        : children_(children), output_(output), strokes_(output.unicode() ? drawn : typed) {}

    void draw() {
        add_below(nullptr, "");
        std::size_t names = 0;
        for (const auto& row : rows_) names = std::max(names, width(row.indent) + width(row.name));
        for (const auto& row : rows_) {
            const std::string name = row.time.empty() ? output_.green(row.name) : row.name;
            const std::size_t used = width(row.indent) + width(row.name);
            const std::string gap = row.time.empty() ? "" : std::string(names - used + 2, ' ');
            output_.line(fmt::format("{}{}{}{}", row.indent, name, gap, output_.faint(row.time)));
        }
    }

  private:
    struct Row {
        std::string indent, name, time;
    };

    void add_below(const Snapshot* parent, const std::string& indent) {
        const auto& children = children_.of(parent);
        const bool now = children_.current() == parent;
        for (const Snapshot* child : children) {
            const bool last = child == children.back() && !now;
            const std::string name = printable(child->name);
            rows_.push_back(
                {indent + std::string(last ? strokes_.last : strokes_.branch), name, readable_time(child->created)});
            add_below(child, indent + std::string(last ? "   " : strokes_.through));
        }
        if (now) rows_.push_back({indent + std::string(strokes_.last), std::string(strokes_.now), ""});
    }

    const Children& children_;
    const Output& output_;
    Strokes strokes_;
    std::vector<Row> rows_;
};

Json nested(const Children& children, const Snapshot* parent) {
    Json all = Json::array();
    for (const Snapshot* child : children.of(parent)) {
        all.push_back({{"name", child->name},
                       {"id", child->guid()},
                       {"created", child->created},
                       {"current", child == children.current()},
                       {"children", nested(children, child)}});
    }
    return all;
}

}  // namespace

void draw_tree(const Inventory& inventory, const Machine& machine, const Output& output) {
    output.line(output.bold(printable(machine.name)) + "  " + output.faint(state_name(machine.state)));
    const Children children(inventory, machine);
    Drawing(children, output).draw();
}

Json tree_as_json(const Inventory& inventory, const Machine& machine) {
    const Children children(inventory, machine);
    Json current = nullptr;
    if (children.current() != nullptr) current = children.current()->guid();
    return {{"name", machine.name},
            {"id", machine.id},
            {"state", state_name(machine.state)},
            {"current", current},
            {"snapshots", nested(children, nullptr)}};
}

std::string readable_time(std::string time) {
    if (const auto dot = time.find('.'); dot != std::string::npos)
        time.erase(dot, time.find_first_not_of("0123456789", dot + 1) - dot);
    if (const auto t = time.find('T'); t != std::string::npos) time[t] = ' ';
    return printable(time);
}

}  // namespace tintype::client
