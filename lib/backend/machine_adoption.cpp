#include "backend/machine_adoption.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "backend/durable_file.hpp"
#include "backend/qcow2_header.hpp"
#include "tintype/guid.hpp"

namespace tintype::backend {
namespace {

namespace fs = std::filesystem;

tl::unexpected<BackendError> invalid(std::string message) {
    return tl::unexpected(BackendError{BackendErrorCode::invalid, std::move(message)});
}

/// The first file that only we write; empty if there is none.
std::string_view file_of_ours(const fs::path& folder) {
    const auto is_there = [&](std::string_view name) { return stamp_of(folder / name) != FileStamp{}; };
    if (is_there("snapshots.toml")) return "snapshots.toml";
    for (const Intent::Kind kind : intent_kinds) {
        if (is_there(intent_file(kind))) return intent_file(kind);
    }
    return {};
}

/// The `.qcow2` files of a folder in order of their names.
BackendResult<std::vector<std::string>> disk_files(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code failed;
    fs::directory_iterator at(folder, failed);
    for (; !failed && at != fs::directory_iterator(); at.increment(failed)) {
        std::string name = at->path().filename().string();
        std::error_code ignored;
        if (name.starts_with('.') || !name.ends_with(".qcow2") || !fs::is_regular_file(at->symlink_status(ignored))) {
            continue;
        }
        names.push_back(std::move(name));
    }
    if (failed) return tl::unexpected(file_error(failed.value(), "can't read the machine's folder"));
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

bool is_machine_folder(const fs::path& folder) {
    if (stamp_of(folder / "machine.toml") != FileStamp{} || !file_of_ours(folder).empty()) return true;
    const auto disks = disk_files(folder);
    return !disks || !disks->empty();
}

BackendResult<MachineDescription> describe_machine(const fs::path& folder, const QemuImg& qemu_img) {
    if (const std::string_view found = file_of_ours(folder); !found.empty()) {
        return invalid(
            fmt::format("machine.toml is missing, but {} is there: write machine.toml again, with the id "
                        "that the machine had",
                        found));
    }
    const auto names = disk_files(folder);
    if (!names) return tl::unexpected(names.error());
    std::vector<std::string> backing;
    for (const std::string& name : *names) {
        const auto disk = locate_disk(folder, name);
        if (!disk) return tl::unexpected(disk.error());
        auto contents = qemu_img.read(*disk);
        if (!contents) return tl::unexpected(contents.error());
        if (contents->backing_file) backing.push_back(*std::move(contents->backing_file));
    }
    MachineDescription machine;
    machine.id = random_guid();
    machine.name = folder.filename().string();
    for (const std::string& name : *names) {
        // However the backing file is spelt, its name is in it.
        const auto mentions = [&](const std::string& file) { return file.find(name) != std::string::npos; };
        if (std::none_of(backing.begin(), backing.end(), mentions)) machine.disks.push_back(name);
    }
    if (machine.disks.empty()) return invalid("machine.toml is missing, and so are disks to describe");
    const std::string text = format_description(machine);
    if (const auto read = parse_description(text); !read) return tl::unexpected(read.error());
    if (const auto written = replace_file(folder / "machine.toml", text); !written) {
        return tl::unexpected(written.error());
    }
    return machine;
}

}  // namespace tintype::backend
