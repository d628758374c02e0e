// What Qcow2Machine takes in that people made with qemu-img: disks without a machine.toml, and snapshots that are in no
// tree.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "backend/machine_adoption.hpp"
#include "backend/qcow2_machine.hpp"
#include "tintype/guid.hpp"

namespace tintype::backend {
namespace {

/// A name that can be written down and given back to qemu-img as it is.
bool is_plain(std::string_view tag) {
    // qemu-img puts U+FFFD where the name is no UTF-8.
    return !tag.empty() && tag.find("\xEF\xBF\xBD") == std::string_view::npos &&
           std::none_of(tag.begin(), tag.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

/// The same at every opening, even if snapshots.toml gets lost; another for a later snapshot of the same name.
std::string id_of(const DiskSnapshot& snapshot, std::string_view machine) {
    const std::string name = fmt::format("tintype snapshot\n{}\n{}\n{}\n{}", machine, snapshot.id,
                                         snapshot.created.time_since_epoch().count(), snapshot.tag);
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    ::SHA256(reinterpret_cast<const unsigned char*>(name.data()), name.size(), digest.data());
    std::array<unsigned char, 16> bytes{};
    std::copy_n(digest.begin(), bytes.size(), bytes.begin());
    return format_guid(bytes);
}

}  // namespace

BackendResult<void> Qcow2Machine::load_description() {
    constexpr std::size_t limit = std::size_t{256} << 10;
    discard_unfinished(folder_ / "machine.toml");
    const auto text = read_file(folder_ / "machine.toml", limit);
    if (!text) return tl::unexpected(text.error());
    auto description = *text ? parse_description(**text) : describe_machine(folder_, qemu_img_);
    if (!description) return tl::unexpected(description.error());
    description_ = *std::move(description);
    if (*text) return {};
    description_stamp_ = stamp_of(folder_ / "machine.toml");
    log(LogLevel::info, fmt::format("had no machine.toml: taken in as {} with the disks {}", description_.id,
                                    fmt::join(description_.disks, ", ")));
    return {};
}

/// Takes in snapshots that somebody made with qemu-img: as roots, since nobody knows what they were taken after.
void Qcow2Machine::adopt(const std::vector<DiskState>& disks) {
    std::set<std::string> known;
    for (const auto& [id, entry] : tree_.entries) known.insert(entry.tag);
    if (intent_) known.insert(intent_->tag);

    const bool all_read = std::all_of(disks.begin(), disks.end(),
                                      [](const DiskState& disk) { return disk.contents || !disk.suitable(); });
    std::vector<TagIndex> indexes;
    std::vector<std::string> suitable;
    for (const DiskState& disk : disks) {
        if (disk.suitable()) suitable.push_back(disk.name);
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
    std::vector<std::string> taken;
    for (const DiskSnapshot& stranger : strangers) {
        // A tag that is a GUID is most likely the id of a snapshot whose snapshots.toml was lost.
        std::string id = is_guid(stranger.tag) ? upper_guid(stranger.tag) : id_of(stranger, description_.id);
        if (tree_.entries.count(id) != 0) id = id_of(stranger, description_.id);
        TreeEntry entry;
        entry.snapshot.id = id;
        entry.snapshot.machine = description_.id;
        entry.snapshot.name = stranger.tag;
        entry.snapshot.created = stranger.created;
        entry.snapshot.holds_memory = stranger.holds_memory;
        entry.tag = stranger.tag;
        if (suitable.size() != disks.size()) entry.disks = suitable;
        if (!tree_.entries.emplace(id, std::move(entry)).second) continue;
        log(LogLevel::info, fmt::format("snapshot \"{}\" was made by somebody else: taken in as {}", stranger.tag, id));
        taken.push_back(std::move(id));
    }
    if (const auto written = write_tree(); !written) {
        // What clients can't rely on after the next start they had better not see.
        for (const std::string& id : taken) tree_.entries.erase(id);
        log(LogLevel::error, fmt::format("they can't be taken in: {}", written.error().message));
    }
}

}  // namespace tintype::backend
