#include "backend/qcow2_header.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <string_view>

#include "backend/file_descriptor.hpp"

namespace tintype::backend {
namespace {

constexpr std::string_view magic{"QFI\xFB"};
constexpr std::size_t header_length = 104;                 // of version 3 without what later ones may add
constexpr std::size_t shortest_header = 72;                // version 2
constexpr std::uint32_t snapshot_limit = 65'536;           // as QEMU has it
constexpr std::size_t table_limit = std::size_t{4} << 20;  // more than a person ever makes; QEMU itself reads 64 MiB
constexpr std::size_t entry_length = 40;
constexpr std::size_t name_limit = 1024;  // of a backing file, as QEMU has it
constexpr std::uint64_t corrupt_bit = 2;
constexpr std::uint64_t external_data_bit = 4;
constexpr std::uint64_t known_incompatible = 0x1F;  // dirty, corrupt, data file, compression, extended L2

/// Big-endian numbers out of bytes. Whoever asks has made sure that they are there.
template <class Number>
Number number_at(std::string_view bytes, std::size_t at) {
    Number value = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i) {
        value = static_cast<Number>(value << 8U | static_cast<unsigned char>(bytes[at + i]));
    }
    return value;
}

FileDescriptor opened(const Disk& disk) {
    return FileDescriptor(::open(disk.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
}

/// As many bytes as there are, at most `length`; nothing after an error.
std::optional<std::string> bytes_at(const FileDescriptor& file, std::uint64_t offset, std::size_t length) {
    std::string bytes(length, '\0');
    std::size_t got = 0;
    while (got < length) {
        const ssize_t read = ::pread(file.get(), bytes.data() + got, length - got, static_cast<off_t>(offset + got));
        if (read < 0 && errno == EINTR) continue;
        if (read < 0) return std::nullopt;
        if (read == 0) break;
        got += static_cast<std::size_t>(read);
    }
    bytes.resize(got);
    return bytes;
}

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

struct Header {
    std::uint64_t backing_offset = 0;
    std::uint32_t backing_length = 0;
    std::uint32_t snapshots = 0;
    std::uint64_t table_offset = 0;
    std::uint64_t incompatible = 0;
};

std::optional<Header> parse_header(std::string_view bytes) {
    if (bytes.size() < shortest_header || !bytes.starts_with(magic)) return std::nullopt;
    const auto version = number_at<std::uint32_t>(bytes, 4);
    if (version != 2 && version != 3) return std::nullopt;
    if (version == 3 && bytes.size() < header_length) return std::nullopt;
    Header header{number_at<std::uint64_t>(bytes, 8), number_at<std::uint32_t>(bytes, 16),
                  number_at<std::uint32_t>(bytes, 60), number_at<std::uint64_t>(bytes, 64), 0};
    if (version == 3) header.incompatible = number_at<std::uint64_t>(bytes, 72);
    return header;
}

/// The entry that begins at `at`, which is moved behind it.
std::optional<DiskSnapshot> parse_entry(std::string_view table, std::size_t& at) {
    using namespace std::chrono;
    if (table.size() < at + entry_length) return std::nullopt;
    const std::size_t id_length = number_at<std::uint16_t>(table, at + 12);
    const std::size_t tag_length = number_at<std::uint16_t>(table, at + 14);
    const std::size_t extra_length = number_at<std::uint32_t>(table, at + 36);
    if (extra_length > table.size() || table.size() < at + entry_length + extra_length + id_length + tag_length) {
        return std::nullopt;
    }
    const std::size_t id_at = at + entry_length + extra_length;
    DiskSnapshot snapshot;
    snapshot.id = table.substr(id_at, id_length);
    snapshot.tag = table.substr(id_at + id_length, tag_length);
    snapshot.created = TimePoint(seconds(number_at<std::uint32_t>(table, at + 16)) +
                                 microseconds(number_at<std::uint32_t>(table, at + 20) / 1000));
    // Since memory may be larger than 4 GiB its size stands in the extra data, where there is any.
    snapshot.holds_memory = extra_length >= 8 ? number_at<std::uint64_t>(table, at + entry_length) > 0
                                              : number_at<std::uint32_t>(table, at + 32) > 0;
    if (!is_printable(snapshot.id) || !is_printable(snapshot.tag)) return std::nullopt;
    at = (id_at + id_length + tag_length + 7) / 8 * 8;
    return snapshot;
}

std::optional<std::vector<DiskSnapshot>> parse_table(std::string_view table, std::uint32_t count) {
    std::vector<DiskSnapshot> snapshots;
    std::size_t at = 0;
    for (std::uint32_t number = 0; number < count; ++number) {
        auto snapshot = parse_entry(table, at);
        if (!snapshot) return std::nullopt;
        snapshots.push_back(*std::move(snapshot));
    }
    return snapshots;
}

}  // namespace

DiskFormat format_of(const Disk& disk) {
    const FileDescriptor file = opened(disk);
    const auto bytes = file ? bytes_at(file, 0, header_length) : std::nullopt;
    if (!bytes) return DiskFormat::unknown;
    if (!bytes->starts_with(magic)) return DiskFormat::not_qcow2;
    const auto header = parse_header(*bytes);
    return header && (header->incompatible & external_data_bit) != 0 ? DiskFormat::external_data : DiskFormat::qcow2;
}

std::optional<DiskContents> read_plain_qcow2(const Disk& disk) {
    const FileDescriptor file = opened(disk);
    const auto bytes = file ? bytes_at(file, 0, header_length) : std::nullopt;
    const auto header = bytes ? parse_header(*bytes) : std::nullopt;
    if (!header || (header->incompatible & (corrupt_bit | external_data_bit | ~known_incompatible)) != 0 ||
        header->snapshots > snapshot_limit) {
        return std::nullopt;
    }
    DiskContents contents;
    if (header->backing_offset != 0) {
        auto name = bytes_at(file, header->backing_offset, std::min<std::size_t>(header->backing_length, name_limit));
        if (!name || name->size() != header->backing_length || !is_printable(*name)) return std::nullopt;
        contents.backing_file = *std::move(name);
    }
    if (header->snapshots > 0) {
        // How long the table is, only its last entry says; long names are rare.
        const std::size_t usual = header->snapshots * std::size_t{256};
        for (const std::size_t length : {std::min(usual, table_limit), table_limit}) {
            const auto table = bytes_at(file, header->table_offset, length);
            if (!table) return std::nullopt;
            if (auto snapshots = parse_table(*table, header->snapshots)) {
                contents.snapshots = *std::move(snapshots);
                break;
            }
        }
        if (contents.snapshots.empty()) return std::nullopt;
    }
    // QEMU writes a new table elsewhere and then the header: if that is still the same, so was the table.
    if (bytes_at(file, 0, header_length) != bytes) return std::nullopt;
    return contents;
}

}  // namespace tintype::backend
