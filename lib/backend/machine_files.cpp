#include "backend/machine_files.hpp"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <array>
#include <initializer_list>
#include <set>
#include <sstream>
#include <utility>

#include "backend/disk.hpp"
#include "tintype/guid.hpp"

namespace tintype::backend {
namespace {

constexpr std::int64_t tree_format = 1;

constexpr std::array<std::pair<SnapshotKind, std::string_view>, 3> kinds{
    {{SnapshotKind::full, "full"}, {SnapshotKind::disk, "disk"}, {SnapshotKind::recovery, "recovery"}}};

/// Ends the reading of one file; does not leave this one.
struct Wrong {
    std::string message;
};

[[noreturn]] void wrong(const toml::node& where, std::string_view what) {
    throw Wrong{fmt::format("line {}: {}", where.source().begin.line, what)};
}

void check_keys(const toml::table& table, std::initializer_list<std::string_view> known) {
    for (const auto& [key, value] : table) {
        // An unknown key would be lost when the file is written anew, and in a file of people's it is a slip.
        if (std::find(known.begin(), known.end(), key.str()) == known.end()) {
            wrong(value, fmt::format("unknown key {}", key.str()));
        }
    }
}

template <class T>
std::optional<T> optional_value(const toml::table& table, std::string_view key, std::string_view type) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return std::nullopt;
    auto value = node->value_exact<T>();
    if (!value) wrong(*node, fmt::format("{} must be {}", key, type));
    return value;
}

std::optional<std::string> text(const toml::table& table, std::string_view key) {
    return optional_value<std::string>(table, key, "a string");
}

std::string required_text(const toml::table& table, std::string_view key) {
    auto value = text(table, key);
    if (!value || value->empty()) wrong(table, fmt::format("{} is missing", key));
    return *std::move(value);
}

std::optional<std::string> guid(const toml::table& table, std::string_view key) {
    const auto value = text(table, key);
    if (!value) return std::nullopt;
    if (!is_guid(*value)) wrong(*table.get(key), fmt::format("{} must be a GUID: 8-4-4-4-12 hexadecimal digits", key));
    return upper_guid(*value);
}

std::string required_guid(const toml::table& table, std::string_view key) {
    auto value = guid(table, key);
    if (!value) wrong(table, fmt::format("{} is missing", key));
    return *std::move(value);
}

TimePoint time(const toml::table& table, std::string_view key) {
    using namespace std::chrono;
    const auto value = optional_value<toml::date_time>(table, key, "a time such as 2025-01-31T12:00:00Z");
    if (!value) return {};
    if (!value->offset) wrong(*table.get(key), fmt::format("{} needs an offset: write Z at its end for UTC", key));
    const auto day =
        sys_days(year_month_day(year(value->date.year), month(value->date.month), std::chrono::day(value->date.day)));
    const auto second = sys_seconds(day) + hours(value->time.hour) + minutes(value->time.minute) +
                        seconds(value->time.second) - minutes(value->offset->minutes);
    if (second <= ceil<seconds>(TimePoint::min()) || second >= floor<seconds>(TimePoint::max()))
        wrong(*table.get(key), fmt::format("{} must lie in the years 1678 to 2261", key));
    return second + duration_cast<TimePoint::duration>(nanoseconds(value->time.nanosecond));
}

toml::date_time toml_time(TimePoint point) {
    using namespace std::chrono;
    const auto day = floor<days>(point);
    const year_month_day date(day);
    const hh_mm_ss time(duration_cast<nanoseconds>(point - day));
    return {toml::date(static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day())),
            toml::time(static_cast<unsigned>(time.hours().count()), static_cast<unsigned>(time.minutes().count()),
                       static_cast<unsigned>(time.seconds().count()), static_cast<unsigned>(time.subseconds().count())),
            toml::time_offset(0, 0)};
}

std::vector<std::string> disks(const toml::table& table, std::string_view key = "disks") {
    const toml::array* array = table[key].as_array();
    if (array == nullptr) wrong(table, fmt::format("{} must be a list such as [\"disk0.qcow2\"]", key));
    std::vector<std::string> names;
    for (const toml::node& node : *array) {
        const auto name = node.value_exact<std::string>();
        if (!name || !is_disk_name(*name)) {
            wrong(node, "a disk must be a relative path that stays in the machine's folder");
        }
        if (std::find(names.begin(), names.end(), *name) != names.end()) wrong(node, "a disk is named twice");
        names.push_back(*name);
    }
    return names;
}

toml::array toml_list(const std::vector<std::string>& names) {
    toml::array list;
    for (const std::string& name : names) list.push_back(name);
    return list;
}

SnapshotKind kind(const toml::table& table) {
    const auto value = text(table, "kind");
    if (!value) return SnapshotKind::full;
    for (const auto& [known, word] : kinds) {
        if (*value == word) return known;
    }
    wrong(*table.get("kind"), "kind must be \"full\", \"disk\" or \"recovery\"");
}

TreeEntry entry(const toml::table& table, std::string_view machine) {
    check_keys(table, {"id", "parent", "name", "notes", "created", "kind", "memory", "tag", "disks"});
    TreeEntry entry;
    entry.snapshot.id = required_guid(table, "id");
    entry.snapshot.machine = machine;
    entry.snapshot.parent = guid(table, "parent");
    entry.snapshot.name = text(table, "name").value_or("");
    entry.snapshot.notes = text(table, "notes").value_or("");
    entry.snapshot.created = time(table, "created");
    entry.snapshot.kind = kind(table);
    entry.snapshot.holds_memory = optional_value<bool>(table, "memory", "true or false").value_or(false);
    entry.tag = table.contains("tag") ? required_text(table, "tag") : entry.snapshot.id;
    if (const toml::node* listed = table.get("disks"); listed != nullptr) {
        entry.disks = disks(table);
        if (entry.disks.empty()) wrong(*listed, "a snapshot needs a disk");
    }
    return entry;
}

/// Every walk to the root must end: marks what is known to end, so that each snapshot is visited once.
void check_shape(const SnapshotTree& tree) {
    std::set<std::string_view> rooted;
    for (const auto& [id, start] : tree.entries) {
        std::set<std::string_view> walk;
        for (const TreeEntry* at = &start; rooted.count(at->snapshot.id) == 0;) {
            if (!walk.insert(at->snapshot.id).second) {
                throw Wrong{fmt::format("snapshot {} is among its own ancestors", at->snapshot.id)};
            }
            if (!at->snapshot.parent) break;
            const auto parent = tree.entries.find(*at->snapshot.parent);
            if (parent == tree.entries.end()) {
                throw Wrong{fmt::format("snapshot {} has a parent that is not there", at->snapshot.id)};
            }
            at = &parent->second;
        }
        rooted.merge(walk);
    }
    if (tree.current && tree.entries.count(*tree.current) == 0)
        throw Wrong{"current names a snapshot that is not there"};
    if (tree.applied && tree.entries.count(*tree.applied) == 0)
        throw Wrong{"applied names a snapshot that is not there"};
}

template <class Read>
auto parse(std::string_view file, std::string_view text, Read read) -> BackendResult<decltype(read(toml::table()))> {
    std::string message;
    try {
        return read(toml::parse(text));
    } catch (const toml::parse_error& error) {
        message = fmt::format("line {}: {}", error.source().begin.line, error.description());
    } catch (const Wrong& found) {
        message = found.message;
    }
    return tl::unexpected(BackendError{BackendErrorCode::invalid, fmt::format("{}, {}", file, message)});
}

/// Basic strings only: every control character is then escaped, and what is written reads back.
std::string format(const toml::table& table, std::string_view heading) {
    std::ostringstream out;
    out << heading << toml::toml_formatter(table, toml::format_flags::none) << '\n';
    return out.str();
}

SnapshotTree read_tree(const toml::table& table, std::string_view machine) {
    check_keys(table, {"format", "current", "applied", "snapshot"});
    const auto version = optional_value<std::int64_t>(table, "format", "a number").value_or(tree_format);
    if (version != tree_format) {
        throw Wrong{fmt::format("it has format {}, this program knows {}", version, tree_format)};
    }
    SnapshotTree tree;
    tree.current = guid(table, "current");
    tree.applied = guid(table, "applied");
    std::set<std::string> tags;
    const toml::node* list = table.get("snapshot");
    if (list != nullptr && !list->is_array()) wrong(*list, "snapshots are written as [[snapshot]]");
    if (list != nullptr) {
        for (const toml::node& node : *list->as_array()) {
            if (!node.is_table()) wrong(node, "snapshots are written as [[snapshot]]");
            TreeEntry read = entry(*node.as_table(), machine);
            if (!tags.insert(read.tag).second) wrong(node, "two snapshots have the same tag");
            std::string id = read.snapshot.id;
            if (!tree.entries.emplace(std::move(id), std::move(read)).second)
                wrong(node, "two snapshots have the same id");
        }
    }
    check_shape(tree);
    return tree;
}

bool same(const TreeEntry& a, const TreeEntry& b) {
    const Snapshot& x = a.snapshot;
    const Snapshot& y = b.snapshot;
    return a.tag == b.tag && a.disks == b.disks && x.id == y.id && x.machine == y.machine && x.parent == y.parent &&
           x.name == y.name && x.notes == y.notes && x.created == y.created && x.kind == y.kind &&
           x.holds_memory == y.holds_memory;
}

}  // namespace

bool TreeEntry::covers(std::string_view disk) const {
    return disks.empty() || std::find(disks.begin(), disks.end(), disk) != disks.end();
}

void SnapshotTree::remove(std::string_view id) {
    const auto found = entries.find(id);
    if (found == entries.end()) return;
    const std::optional<std::string> parent = found->second.snapshot.parent;
    for (auto& [key, other] : entries) {
        if (other.snapshot.parent == id) other.snapshot.parent = parent;
    }
    if (current == id) current = parent;
    if (applied == id) applied.reset();
    entries.erase(found);
}

BackendResult<MachineDescription> parse_description(std::string_view content) {
    return parse("machine.toml", content, [](const toml::table& table) {
        check_keys(table, {"id", "name", "notes", "created", "disks"});
        MachineDescription read{required_guid(table, "id"), required_text(table, "name"),
                                text(table, "notes").value_or(""), time(table, "created"), disks(table)};
        if (read.disks.empty()) wrong(*table.get("disks"), "a machine needs a disk");
        return read;
    });
}

BackendResult<SnapshotTree> parse_tree(std::string_view content, std::string_view machine) {
    return parse("snapshots.toml", content, [&](const toml::table& table) { return read_tree(table, machine); });
}

std::string_view intent_file(Intent::Kind kind) {
    switch (kind) {
        case Intent::Kind::create:
            return "creating.toml";
        case Intent::Kind::apply:
            return "applying.toml";
        case Intent::Kind::destroy:
            break;
    }
    return "destroying.toml";
}

BackendResult<Intent> parse_intent(std::string_view content, Intent::Kind kind) {
    return parse(intent_file(kind), content, [kind](const toml::table& table) {
        check_keys(table, {"snapshot", "tag", "disks", "done"});
        Intent intent{kind, required_guid(table, "snapshot"), required_text(table, "tag"), disks(table), {}};
        if (table.contains("done")) intent.done = disks(table, "done");
        return intent;
    });
}

std::string format_description(const MachineDescription& description) {
    return format(
        toml::table{{"id", description.id}, {"name", description.name}, {"disks", toml_list(description.disks)}},
        "# Written by Tintype, which found disks and no machine.toml. Change what you like, but the id.\n");
}

BackendResult<std::string> format_tree(const SnapshotTree& tree, std::string_view machine) {
    toml::table table{{"format", tree_format}};
    if (tree.current) table.insert("current", *tree.current);
    if (tree.applied) table.insert("applied", *tree.applied);
    toml::array list;
    for (const auto& [id, entry] : tree.entries) {
        const Snapshot& snapshot = entry.snapshot;
        toml::table row{{"id", id}, {"name", snapshot.name}, {"tag", entry.tag}, {"memory", snapshot.holds_memory}};
        if (snapshot.parent) row.insert("parent", *snapshot.parent);
        if (!snapshot.notes.empty()) row.insert("notes", snapshot.notes);
        if (snapshot.created != TimePoint{}) row.insert("created", toml_time(snapshot.created));
        if (!entry.disks.empty()) row.insert("disks", toml_list(entry.disks));
        for (const auto& [known, word] : kinds) {
            if (snapshot.kind == known) row.insert("kind", word);
        }
        list.push_back(std::move(row));
    }
    table.insert("snapshot", std::move(list));
    std::string written = format(table, "# Kept by Tintype. Do not edit while the store is served.\n");

    const auto again = parse_tree(written, machine);
    const bool read_back =
        again && again->current == tree.current && again->applied == tree.applied &&
        std::equal(again->entries.begin(), again->entries.end(), tree.entries.begin(), tree.entries.end(),
                   [](const auto& a, const auto& b) { return same(a.second, b.second); });
    if (!read_back) {
        return tl::unexpected(BackendError{BackendErrorCode::failed, "the snapshots can't be written down as TOML"});
    }
    return written;
}

std::string format_intent(const Intent& intent) {
    toml::table table{{"snapshot", intent.snapshot}, {"tag", intent.tag}, {"disks", toml_list(intent.disks)}};
    if (!intent.done.empty()) table.insert("done", toml_list(intent.done));
    return format(table, "# Work on a snapshot that is going on, or was when the machine stopped. Keep this file.\n");
}

}  // namespace tintype::backend
