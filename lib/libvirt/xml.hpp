#pragma once
/// \file
/// The few things that are read from and written into libvirt's XML.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tintype::libvirt {

struct DiskDescription {
    std::string target{};    ///< vda
    std::string source{};    ///< File, block device or URI; empty for none.
    std::string format{};    ///< qcow2, raw; empty if not said.
    std::string kind{};      ///< disk, cdrom, floppy, lun.
    std::string snapshot{};  ///< internal, external, no; empty if not said.
    bool read_only = false;
    bool shared = false;
    bool transient = false;
};

struct DomainDescription {
    std::string name{};
    std::string notes{};
    std::string driver{};    ///< qemu, kvm, test.
    std::string firmware{};  ///< How a boot loader is attached: pflash, rom; empty if there is none.
    std::vector<DiskDescription> disks{};
};

struct SnapshotDescription {
    std::string name{};
    std::string description{};
    std::optional<std::string> parent{};  ///< libvirt's name of it.
    std::int64_t created = 0;             ///< Seconds since the epoch; 0 for what no TimePoint can hold.
    bool holds_memory = false;
    bool has_domain = false;              ///< The whole domain as it was then is in it.
    std::vector<std::string> external{};  ///< Disks (or "memory") that are in files of their own.
};

/// Nothing if the text is not the document that it should be.
[[nodiscard]] std::optional<DomainDescription> read_domain(const char* xml);
[[nodiscard]] std::optional<SnapshotDescription> read_snapshot(const char* xml);

/// A new internal snapshot, for virDomainSnapshotCreateXML.
[[nodiscard]] std::string new_snapshot(const std::string& name, const std::string& description);

/// The same snapshot with another description, for redefining it. Nothing if it can't be read.
[[nodiscard]] std::optional<std::string> with_description(const char* xml, const std::string& description);

/// Whether XML 1.0 can carry this text unchanged: valid UTF-8 without control characters but tab and line feed.
[[nodiscard]] bool fits_xml(std::string_view text);

}  // namespace tintype::libvirt
