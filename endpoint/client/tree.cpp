#include "tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tintype::client {
namespace {

/// The snapshots of one machine by what they stand on. One whose parent isn't known is a root.
class Children {
  public:
    Children(const Inventory& inventory, const Machine& machine) {
        std::map<std::string, bool, std::less<>> known;
        for (const auto& each : inventory.snapshots) known[each.id] = each.machine == machine.id;
        for (const auto& each : inventory.snapshots) {
            if (each.machine != machine.id) continue;
            const auto parent = known.find(each.parent);
            of_[parent != known.end() && parent->second ? each.parent : std::string()].push_back(&each);
        }
        const auto current = known.find(machine.current);
        current_ = current != known.end() && current->second ? machine.current : std::string();
    }

    [[nodiscard]] const std::vector<const Snapshot*>& of(const std::string& parent) const {
        static const std::vector<const Snapshot*> none;
        const auto found = of_.find(parent);
        return found == of_.end() ? none : found->second;
    }
    /// InstanceID of what the present state stands on; empty: no snapshot.
    [[nodiscard]] const std::string& current() const noexcept { return current_; }

  private:
    std::map<std::string, std::vector<const Snapshot*>, std::less<>> of_;
    std::string current_;
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
        add_below("", "");
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

    void add_below(const std::string& parent, const std::string& indent) {
        const auto& children = children_.of(parent);
        const bool now = children_.current() == parent;
        for (const Snapshot* child : children) {
            const bool last = child == children.back() && !now;
            const std::string name = printable(child->name);
            rows_.push_back(
                {indent + std::string(last ? strokes_.last : strokes_.branch), name, readable_time(child->created)});
            add_below(child->id, indent + std::string(last ? "   " : strokes_.through));
        }
        if (now) rows_.push_back({indent + std::string(strokes_.last), std::string(strokes_.now), ""});
    }

    const Children& children_;
    const Output& output_;
    Strokes strokes_;
    std::vector<Row> rows_;
};

Json nested(const Children& children, const std::string& parent) {
    Json all = Json::array();
    for (const Snapshot* child : children.of(parent)) {
        all.push_back({{"name", child->name},
                       {"id", child->guid()},
                       {"created", child->created},
                       {"current", child->id == children.current()},
                       {"children", nested(children, child->id)}});
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
    if (!children.current().empty()) current = children.current().substr(children.current().find(':') + 1);
    return {{"name", machine.name},
            {"id", machine.id},
            {"state", state_name(machine.state)},
            {"current", current},
            {"snapshots", nested(children, "")}};
}

std::string readable_time(std::string time) {
    if (const auto dot = time.find('.'); dot != std::string::npos)
        time.erase(dot, time.find_first_not_of("0123456789", dot + 1) - dot);
    if (const auto t = time.find('T'); t != std::string::npos) time[t] = ' ';
    return printable(time);
}

}  // namespace tintype::client
