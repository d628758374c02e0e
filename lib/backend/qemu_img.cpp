#include "backend/qemu_img.hpp"

#include <fmt/format.h>
#include <jansson.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <memory>

#include "backend/process.hpp"
#include "backend/qcow2_header.hpp"

namespace tintype::backend {
namespace {

// A library of C's: what a C++ one makes of its templates is seventy kilobytes of each program.
struct FreeJson {
    void operator()(json_t* value) const noexcept { json_decref(value); }
};
using Json = std::unique_ptr<json_t, FreeJson>;

struct FreeText {
    void operator()(char* text) const noexcept { std::free(text); }
};

tl::unexpected<BackendError> error(BackendErrorCode code, std::string message) {
    return tl::unexpected(BackendError{code, std::move(message)});
}

/// How a disk is named to qemu-img: format and protocol are given, so neither a guest that writes another format's
/// header nor a file name like `nbd:…` or `json:…` is ever interpreted; backing files are not opened.
BackendResult<std::string> node_of(const Disk& disk) {
    // Nothing comes of a path that is no UTF-8.
    const Json node(json_pack("{s:s, s:n, s:{s:s, s:s}}", "driver", "qcow2", "backing", "file", "driver", "file",
                              "filename", disk.path.c_str()));
    const std::unique_ptr<char, FreeText> text(node ? json_dumps(node.get(), JSON_COMPACT) : nullptr);
    if (text) return std::string("json:") + text.get();
    return error(BackendErrorCode::invalid, fmt::format("the path of disk {} is not UTF-8", disk.name));
}

/// One line that is fit for a log and a client: no control characters, nothing that isn't ASCII.
std::string printable(std::string_view text) {
    std::string line;
    for (const char c : text.substr(0, 400)) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\n') {
            line += "; ";
        } else {
            line += byte < 0x20 || byte > 0x7E ? '?' : c;
        }
    }
    while (line.ends_with("; ")) line.resize(line.size() - 2);
    return line;
}

/// What a disk that somebody tampered with must not get: a run grows its file by tables only.
ProcessLimits limits_for(const Disk* disk, std::chrono::milliseconds timeout) {
    constexpr std::uint64_t tables = std::uint64_t{1} << 30;
    ProcessLimits limits;
    limits.processor_time = std::chrono::ceil<std::chrono::seconds>(timeout);
    std::error_code failed;
    const auto size = disk != nullptr ? std::filesystem::file_size(disk->path, failed) : 0;
    if (!failed) limits.file_size = size + tables;
    return limits;
}

BackendError unreadable(const Disk& disk, const json_error_t& wrong) {
    return {BackendErrorCode::failed,
            fmt::format("qemu-img's answer on disk {} can't be read: {}", disk.name, printable(wrong.text))};
}

BackendResult<DiskSnapshot> snapshot_from(json_t* entry, const Disk& disk) {
    using namespace std::chrono;
    json_error_t wrong{};
    const char* id = nullptr;
    const char* tag = nullptr;
    json_int_t second = 0;
    json_int_t nanosecond = 0;
    json_int_t state_size = 0;
    if (json_unpack_ex(entry, &wrong, 0, "{s:s, s:s, s:I, s:I, s:I}", "id", &id, "name", &tag, "date-sec", &second,
                       "date-nsec", &nanosecond, "vm-state-size", &state_size) != 0) {
        return tl::unexpected(unreadable(disk, wrong));
    }
    // A snapshot's seconds are 32 bits on a disk.
    constexpr json_int_t second_of_nanoseconds = 1'000'000'000;
    if (second < 0 || second > std::numeric_limits<std::uint32_t>::max() || nanosecond < 0 ||
        nanosecond >= second_of_nanoseconds) {
        return error(BackendErrorCode::failed,
                     fmt::format("qemu-img's answer on disk {} has an impossible time", disk.name));
    }
    DiskSnapshot snapshot;
    snapshot.id = id;
    snapshot.tag = tag;
    snapshot.created = TimePoint(seconds(second) + microseconds(nanosecond / 1000));
    snapshot.holds_memory = state_size != 0;
    return snapshot;
}

}  // namespace

BackendError explain_qemu_img(std::string_view errors, int status, const Disk* disk) {
    struct Words {
        std::string_view said;
        BackendErrorCode code;
        std::string_view meaning;
    };
    // From qemu's block layer (block/file-posix.c, block.c, block/qcow2*.c); LC_ALL=C keeps them in English.
    static constexpr std::array<Words, 11> known{{
        {"Is another process using the image", BackendErrorCode::in_use, "is in use by another process"},
        {"Failed to get \"", BackendErrorCode::in_use, "is in use by another process"},
        {"Failed to lock byte", BackendErrorCode::in_use, "is in use by another process"},
        {"No space left on device", BackendErrorCode::no_space, "is on a file system that is full"},
        {"Disk quota exceeded", BackendErrorCode::no_space, "is on a file system whose quota is used up"},
        {"No such file or directory", BackendErrorCode::invalid, "is missing"},
        {"Image is not in qcow2 format", BackendErrorCode::invalid, "is no qcow2 file"},
        {"Permission denied", BackendErrorCode::failed, "may not be opened by this process"},
        {"Read-only file system", BackendErrorCode::failed, "is on a file system that can only be read"},
        {"Input/output error", BackendErrorCode::unavailable, "can't be read or written (input/output error)"},
        {"snapshot not found", BackendErrorCode::invalid, "does not have the snapshot"},
    }};
    const std::string name = disk != nullptr ? fmt::format("disk {}", disk->name) : "the disk";
    for (const Words& words : known) {
        if (errors.find(words.said) != std::string_view::npos) {
            return {words.code, fmt::format("{} {}", name, words.meaning)};
        }
    }
    std::string said = printable(errors);
    if (disk != nullptr) {
        // Clients get to read it: what they call the disk, rather than where it is.
        if (const auto node = node_of(*disk)) {
            for (const std::string& spelling : {printable(*node), printable(disk->path.string())}) {
                for (std::size_t at = said.find(spelling); at != std::string::npos; at = said.find(spelling, at)) {
                    said.replace(at, spelling.size(), disk->name);
                    at += disk->name.size();
                }
            }
        }
    }
    return {BackendErrorCode::failed, fmt::format("qemu-img ended with status {} on {}: {}", status, name,
                                                  said.empty() ? "it said nothing" : said)};
}

BackendResult<DiskContents> read_qemu_img_info(std::string_view output, const Disk& disk) {
    json_error_t wrong{};
    int corrupt = 0;
    const char* backing_file = nullptr;
    const Json info(json_loadb(output.data(), output.size(), 0, &wrong));
    if (!info || json_unpack_ex(info.get(), &wrong, 0, "{s:{s:{s?b}}, s?s, s?[*]}", "format-specific", "data",
                                "corrupt", &corrupt, "backing-filename", &backing_file, "snapshots") != 0) {
        return tl::unexpected(unreadable(disk, wrong));
    }
    if (corrupt != 0) return error(BackendErrorCode::invalid, fmt::format("disk {} is marked corrupt", disk.name));
    json_t* const snapshots = json_object_get(info.get(), "snapshots");
    DiskContents contents;
    if (backing_file != nullptr) contents.backing_file = backing_file;
    for (std::size_t i = 0; i < json_array_size(snapshots); ++i) {
        auto snapshot = snapshot_from(json_array_get(snapshots, i), disk);
        if (!snapshot) return tl::unexpected(snapshot.error());
        contents.snapshots.push_back(*std::move(snapshot));
    }
    return contents;
}

QemuImg::QemuImg(std::filesystem::path program, std::chrono::milliseconds timeout)
    : program_(std::move(program)), timeout_(timeout) {
    const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): read once, while the store is opened
    environment_ = {"LC_ALL=C", fmt::format("PATH={}", path != nullptr ? path : "/usr/sbin:/usr/bin:/sbin:/bin")};
}

BackendResult<QemuImg> QemuImg::find(const std::filesystem::path& name, std::chrono::milliseconds timeout) {
    const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): read once, while the store is opened
    const std::filesystem::path program = find_program(name, path != nullptr ? path : "/usr/bin:/bin");
    if (program.empty()) {
        return error(BackendErrorCode::not_found,
                     fmt::format("{} is not there or can't be run: install qemu-utils, or name the qemu-img to use",
                                 name.empty() ? std::string("qemu-img") : name.string()));
    }
    QemuImg found(program, timeout);
    auto version = found.run({"--version"}, nullptr);
    if (!version) {
        return error(version.error().code,
                     fmt::format("{} does not run: {}", program.string(), version.error().message));
    }
    found.version_ = printable(std::string_view(*version).substr(0, version->find('\n')));
    return found;
}

BackendResult<std::string> QemuImg::run(std::vector<std::string> arguments, const Disk* disk) const {
    ProcessRequest request;
    request.program = program_;
    request.arguments = std::move(arguments);
    request.environment = environment_;
    request.time_limit = timeout_;
    request.held_descriptor = held_descriptor_;
    request.limits = limits_for(disk, timeout_);
    auto result = run_process(request);
    const std::string on = disk != nullptr ? fmt::format(" on disk {}", disk->name) : "";
    if (!result) {
        return error(BackendErrorCode::failed, fmt::format("can't run qemu-img{}: {}", on, result.error().message()));
    }
    switch (result->end) {
        case ProcessResult::End::timed_out:
            return error(BackendErrorCode::timed_out, fmt::format("qemu-img took longer than {} s{} and was ended",
                                                                  std::chrono::duration<double>(timeout_).count(), on));
        case ProcessResult::End::signalled:
            return error(BackendErrorCode::failed, fmt::format("qemu-img was ended by signal {}{}", result->code, on));
        case ProcessResult::End::exited:
            break;
    }
    if (result->code != 0) return tl::unexpected(explain_qemu_img(result->errors, result->code, disk));
    if (result->output_cut) {
        return error(BackendErrorCode::failed, fmt::format("qemu-img said more than can be read{}", on));
    }
    return std::move(result->output);
}

BackendResult<DiskContents> QemuImg::read(const Disk& disk) const {
    const DiskFormat format = format_of(disk);
    if (format == DiskFormat::not_qcow2) {
        return error(BackendErrorCode::not_supported,
                     fmt::format("disk {} is no qcow2 file, so it can't hold snapshots", disk.name));
    }
    if (format == DiskFormat::external_data) {
        return error(BackendErrorCode::not_supported,
                     fmt::format("disk {} keeps its data in another file, so it can't hold snapshots", disk.name));
    }
    const auto node = node_of(disk);
    if (!node) return tl::unexpected(node.error());
    // -U: a machine that runs keeps its lock on the disk; what snapshots there are can be read all the same.
    const auto output = run({"info", "-U", "--output=json", *node}, &disk);
    if (!output) return tl::unexpected(output.error());
    return read_qemu_img_info(*output, disk);
}

BackendResult<void> QemuImg::change(const char* option, const Disk& disk, const std::string& tag) const {
    const auto node = node_of(disk);
    if (!node) return tl::unexpected(node.error());
    const auto output = run({"snapshot", option, tag, *node}, &disk);
    if (!output) return tl::unexpected(output.error());
    return {};
}

BackendResult<void> QemuImg::create_snapshot(const Disk& disk, const std::string& tag) const {
    return change("-c", disk, tag);
}

BackendResult<void> QemuImg::apply_snapshot(const Disk& disk, const std::string& tag) const {
    return change("-a", disk, tag);
}

BackendResult<void> QemuImg::delete_snapshot(const Disk& disk, const std::string& tag) const {
    return change("-d", disk, tag);
}

}  // namespace tintype::backend
