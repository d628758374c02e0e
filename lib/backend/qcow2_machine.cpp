#include "backend/qcow2_machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "tintype/guid.hpp"

namespace tintype::backend {
namespace {

constexpr std::size_t description_limit = std::size_t{256} << 10;
constexpr std::size_t tree_limit = std::size_t{64} << 20;

/// A name that can be written down and given back to qemu-img as it is.
bool is_plain(std::string_view tag) {
    // qemu-img puts U+FFFD where the name is no UTF-8.
    return !tag.empty() && tag.find("\xEF\xBF\xBD") == std::string_view::npos &&
           std::none_of(tag.begin(), tag.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

BackendResult<std::unique_ptr<Qcow2Machine>> Qcow2Machine::open(std::filesystem::path folder, const QemuImg& qemu_img,
                                                                LogSink log) {
    std::unique_ptr<Qcow2Machine> machine(new Qcow2Machine(std::move(folder), qemu_img, std::move(log)));
    if (auto loaded = machine->load(); !loaded) return tl::unexpected(loaded.error());
    return machine;
}

BackendResult<void> Qcow2Machine::load() {
    // The stamps first: a change between the two is then seen as a change, not missed.
    description_stamp_ = stamp_of(folder_ / "machine.toml");
    tree_stamp_ = stamp_of(folder_ / "snapshots.toml");

    auto text = read_file(folder_ / "machine.toml", description_limit);
    if (!text) return tl::unexpected(text.error());
    if (!*text) return tl::unexpected(BackendError{BackendErrorCode::invalid, "machine.toml is missing"});
    auto description = parse_description(**text);
    if (!description) return tl::unexpected(description.error());
    description_ = *std::move(description);

    text = read_file(folder_ / "snapshots.toml", tree_limit);
    if (!text) return tl::unexpected(text.error());
    if (*text) {
        auto tree = parse_tree(**text, description_.id);
        if (!tree) return tl::unexpected(tree.error());
        tree_ = *std::move(tree);
    }

    text = read_file(folder_ / "destroying.toml", description_limit);
    if (!text) return tl::unexpected(text.error());
    if (*text) {
        auto intent = parse_intent(**text);
        if (!intent) return tl::unexpected(intent.error());
        intent_ = *std::move(intent);
        log(LogLevel::warning, fmt::format("the destruction of snapshot {} was interrupted", intent_->snapshot));
        if (const auto settled = settle_intent(); !settled) log(LogLevel::error, settled.error().message);
    }

    const std::vector<DiskState> disks = look_at(description_.disks);
    judge(disks);
    for (const auto& [id, trouble] : troubled_)
        log(LogLevel::error, fmt::format("snapshot {}: {}", id, trouble.message));
    for (const DiskState& disk : disks) {
        if (!disk.contents) {
            log(LogLevel::error, disk.contents.error().message);
        } else if (disk.contents->backing_file) {
            log(LogLevel::info,
                fmt::format("disk {} has the backing file {}", disk.name, *disk.contents->backing_file));
        }
    }
    adopt(disks);
    held_ = std::any_of(description_.disks.begin(), description_.disks.end(), [&](const std::string& name) {
        const auto disk = locate_disk(folder_, name);
        return disk && is_held(*disk);
    });
    return {};
}

Qcow2Machine::DiskState Qcow2Machine::look_at(const std::string& name) const {
    const auto disk = locate_disk(folder_, name);
    if (!disk) return {name, tl::unexpected(disk.error())};
    return {name, qemu_img_.read(*disk)};
}

std::vector<Qcow2Machine::DiskState> Qcow2Machine::look_at(const std::vector<std::string>& names) const {
    std::vector<DiskState> disks;
    disks.reserve(names.size());
    for (const std::string& name : names) disks.push_back(look_at(name));
    return disks;
}

/// Holds the tree against the disks. True: other snapshots are in trouble than before.
bool Qcow2Machine::judge(const std::vector<DiskState>& disks) {
    std::map<std::string, BackendError, std::less<>> troubled;
    if (intent_) {
        if (const auto pending = troubled_.find(intent_->snapshot); pending != troubled_.end())
            troubled.insert(*pending);
    }
    const auto note = [&](const std::string& id, BackendErrorCode code, const std::string& message) {
        const auto [trouble, first] = troubled.try_emplace(id, BackendError{code, message});
        if (!first) trouble->second.message += "; " + message;
    };
    for (const DiskState& disk : disks) {
        const std::optional<TagIndex> index =
            disk.contents ? std::optional(TagIndex(*disk.contents)) : std::optional<TagIndex>();
        for (const auto& [id, entry] : tree_.entries) {
            if (intent_ && intent_->snapshot == id) continue;
            if (!index) {
                note(id, disk.contents.error().code, disk.contents.error().message);
                continue;
            }
            const Presence presence = index->find(entry.tag);
            if (presence == Presence::absent) {
                note(id, BackendErrorCode::invalid, fmt::format("it is damaged: it is missing on disk {}", disk.name));
            } else if (presence == Presence::ambiguous) {
                note(id, BackendErrorCode::invalid,
                     fmt::format("disk {} has several snapshots that answer to its tag", disk.name));
            }
        }
    }
    const bool changed = !std::equal(troubled.begin(), troubled.end(), troubled_.begin(), troubled_.end(),
                                     [](const auto& a, const auto& b) { return a.first == b.first; });
    troubled_ = std::move(troubled);
    return changed;
}

/// Takes in snapshots that somebody made with qemu-img: as roots, since nobody knows what they were taken after.
void Qcow2Machine::adopt(const std::vector<DiskState>& disks) {
    std::set<std::string> known;
    for (const auto& [id, entry] : tree_.entries) known.insert(entry.tag);
    if (intent_) known.insert(intent_->tag);

    const bool all_read =
        std::all_of(disks.begin(), disks.end(), [](const DiskState& d) { return d.contents.has_value(); });
    std::vector<TagIndex> indexes;
    for (const DiskState& disk : disks) {
        if (disk.contents) indexes.emplace_back(*disk.contents);
    }
    std::vector<DiskSnapshot> strangers;
    for (const DiskState& disk : disks) {
        if (!disk.contents) continue;
        for (const DiskSnapshot& snapshot : disk.contents->snapshots) {
            if (!known.insert(snapshot.tag).second) continue;
            const bool everywhere = std::all_of(indexes.begin(), indexes.end(), [&](const TagIndex& index) {
                return index.find(snapshot.tag) == Presence::present;
            });
            if (all_read && everywhere && is_plain(snapshot.tag)) {
                strangers.push_back(snapshot);
            } else {
                log(LogLevel::warning, fmt::format("a snapshot of disk {} (number {}) is not in snapshots.toml, and is "
                                                   "not once on every disk under a plain name: it is left alone",
                                                   disk.name, snapshot.id));
            }
        }
    }
    if (strangers.empty()) return;
    std::stable_sort(strangers.begin(), strangers.end(),
                     [](const DiskSnapshot& a, const DiskSnapshot& b) { return a.created < b.created; });
    SnapshotTree before = tree_;
    for (const DiskSnapshot& stranger : strangers) {
        // A tag that is a GUID is most likely the id of a snapshot whose snapshots.toml was lost.
        auto id = is_guid(stranger.tag) ? upper_guid(stranger.tag) : random_guid();
        if (tree_.entries.count(id) != 0) id = random_guid();
        TreeEntry entry;
        entry.snapshot.id = id;
        entry.snapshot.machine = description_.id;
        entry.snapshot.name = stranger.tag;
        entry.snapshot.created = stranger.created;
        entry.snapshot.holds_memory = stranger.holds_memory;
        entry.tag = stranger.tag;
        log(LogLevel::info, fmt::format("snapshot \"{}\" was made by somebody else: taken in as {}", stranger.tag, id));
        tree_.entries.emplace(id, std::move(entry));
    }
    if (const auto written = write_tree(); !written) {
        // An id that is not written down would be another one the next time.
        tree_ = std::move(before);
        log(LogLevel::error, fmt::format("they can't be taken in: {}", written.error().message));
    }
}

MachineView Qcow2Machine::view() const {
    const auto nearest_whole = [&](std::optional<std::string> id) {
        while (id && troubled_.count(*id) != 0) id = tree_.entries.find(*id)->second.snapshot.parent;
        return id;
    };
    MachineView view;
    view.machine.id = description_.id;
    view.machine.name = description_.name;
    view.machine.notes = description_.notes;
    view.machine.created = description_.created;
    view.machine.state = held_ ? MachineState::unknown : MachineState::off;
    view.machine.current_snapshot = nearest_whole(tree_.current);
    view.troubled = troubled_;
    for (const auto& [id, entry] : tree_.entries) {
        if (troubled_.count(id) != 0) continue;
        view.snapshots.push_back(entry.snapshot);
        view.snapshots.back().parent = nearest_whole(entry.snapshot.parent);
    }
    return view;
}

BackendResult<void> Qcow2Machine::check_unchanged(std::string_view kept) const {
    for (const auto& [name, stamp] :
         {std::pair("machine.toml", description_stamp_), std::pair("snapshots.toml", tree_stamp_)}) {
        if (stamp_of(folder_ / name) == stamp) continue;
        return tl::unexpected(
            BackendError{BackendErrorCode::invalid,
                         fmt::format("{} was changed by hand since the store was opened; {}, the service must be "
                                     "started again to read it",
                                     name, kept)});
    }
    return {};
}

BackendResult<void> Qcow2Machine::write_tree() {
    const auto text = format_tree(tree_, description_.id);
    if (!text) return tl::unexpected(text.error());
    if (text->size() > tree_limit) {
        return tl::unexpected(BackendError{BackendErrorCode::no_space,
                                           fmt::format("snapshots.toml would be longer than {} bytes", tree_limit)});
    }
    auto written = replace_file(folder_ / "snapshots.toml", *text);
    // After a failure too: the new file may stand there, only not for certain.
    tree_stamp_ = stamp_of(folder_ / "snapshots.toml");
    return written;
}

void Qcow2Machine::log(LogLevel level, std::string_view message) const {
    if (log_) log_(level, fmt::format("machine {}: {}", folder_.filename().string(), message));
}

}  // namespace tintype::backend
