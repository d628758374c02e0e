#include "backend/qcow2_machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "backend/qcow2_header.hpp"

namespace tintype::backend {
namespace {

constexpr std::size_t tree_limit = std::size_t{64} << 20;

}  // namespace

BackendResult<std::unique_ptr<Qcow2Machine>> Qcow2Machine::open(std::filesystem::path folder, const QemuImg& qemu_img,
                                                                LogSink log) {
    std::unique_ptr<Qcow2Machine> machine(new Qcow2Machine(std::move(folder), qemu_img, std::move(log)));
    if (auto loaded = machine->load(); !loaded) return tl::unexpected(loaded.error());
    return machine;
}

BackendResult<void> Qcow2Machine::load() {
    discard_unfinished(folder_ / "snapshots.toml");
    // The stamps first: a change between the two is then seen as a change, not missed.
    description_stamp_ = stamp_of(folder_ / "machine.toml");
    tree_stamp_ = stamp_of(folder_ / "snapshots.toml");

    if (auto described = load_description(); !described) return described;
    const auto text = read_file(folder_ / "snapshots.toml", tree_limit);
    if (!text) return tl::unexpected(text.error());
    if (*text) {
        auto tree = parse_tree(**text, description_.id);
        if (!tree) return tl::unexpected(tree.error());
        tree_ = *std::move(tree);
    }

    if (auto settled = load_intent(); !settled) return settled;

    const std::vector<DiskState> disks = look_quickly();
    judge(disks);
    for (const auto& [id, trouble] : troubled_)
        log(LogLevel::error, fmt::format("snapshot {}: {}", id, trouble.message));
    for (const DiskState& disk : disks) {
        if (!disk.contents) {
            log(disk.suitable() ? LogLevel::error : LogLevel::info, disk.contents.error().message);
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

/// All disks, without a run of qemu-img for those that are plain: a large store opens in no time.
std::vector<Qcow2Machine::DiskState> Qcow2Machine::look_quickly() const {
    std::vector<DiskState> disks;
    for (const std::string& name : description_.disks) {
        const auto disk = locate_disk(folder_, name);
        auto plain = disk ? read_plain_qcow2(*disk) : std::nullopt;
        disks.push_back(plain ? DiskState{name, *std::move(plain)} : look_at(name));
    }
    return disks;
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

/// Whether a disk has the snapshot; ambiguous, too, if nobody can tell.
Presence Qcow2Machine::presence(const std::string& disk, const std::string& tag) const {
    const DiskState state = look_at(disk);
    return state.contents ? TagIndex(*state.contents).find(tag) : Presence::ambiguous;
}

/// Holds the tree against the disks. True: other snapshots are in trouble than before.
bool Qcow2Machine::judge(const std::vector<DiskState>& disks) {
    std::map<std::string, BackendError, std::less<>> troubled;
    // Of a snapshot that is half made or half destroyed, more is known than the disks tell.
    const bool halfway = intent_ && intent_->kind != Intent::Kind::apply;
    if (halfway) {
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
            if ((halfway && intent_->snapshot == id) || !entry.covers(disk.name)) continue;
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
    for (const auto& [id, entry] : tree_.entries) {
        const auto covered = [&covering = entry](const std::string& disk) { return covering.covers(disk); };
        if (std::any_of(description_.disks.begin(), description_.disks.end(), covered)) continue;
        note(id, BackendErrorCode::invalid, "it is damaged: the machine has none of its disks any more");
    }
    const bool changed = !std::equal(troubled.begin(), troubled.end(), troubled_.begin(), troubled_.end(),
                                     [](const auto& a, const auto& b) { return a.first == b.first; });
    troubled_ = std::move(troubled);
    return changed;
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
    if (tree_.applied && troubled_.count(*tree_.applied) == 0) view.machine.last_applied = tree_.applied;
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
