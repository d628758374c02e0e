#pragma once
// What every backend that creates, applies and destroys must do, as one table that each of them is held against.

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "tintype/snapshot_backend.hpp"

namespace tintype::test {

/// A backend under test with two machines, both off and without snapshots. The table calls it from one thread.
class Subject {
  public:
    Subject() = default;
    Subject(const Subject&) = delete;
    Subject& operator=(const Subject&) = delete;
    virtual ~Subject() = default;

    [[nodiscard]] virtual SnapshotBackend& backend() = 0;
    [[nodiscard]] virtual std::array<std::string, 2> machines() const = 0;

    /// Fills all disks of a machine with a byte, 1 to 15; nothing to do where machines have no disks.
    virtual void write(const std::string& machine, unsigned byte) = 0;
    /// The byte that all disks of a machine are full of; 0 if they hold anything else. None where there are no disks.
    [[nodiscard]] virtual std::optional<unsigned> content(const std::string& machine) = 0;

    /// Whether Machine::last_applied is kept; where it isn't it must be none.
    [[nodiscard]] virtual bool keeps_last_applied() const { return false; }

    /// Breaks the last disk of the first machine: it can be read, and nothing be written into it, until mend_disk().
    /// \returns false where machines have no disks.
    virtual bool break_disk() { return false; }
    virtual void mend_disk() {}
    /// Whether a snapshot that can't be deleted from one of the disks is said to be destroyed all the same, and stays
    /// on that disk (libvirt 9.0).
    [[nodiscard]] virtual bool hides_what_is_left() const { return false; }
    /// With hides_what_is_left(): deletes it from that disk as an administrator would.
    virtual void delete_what_is_left(const std::string& /*name*/) {}

    /// Opens the backend anew, as a restart of the service does. \returns false where nothing outlives it.
    virtual bool reopen() = 0;
    /// Fails the test if disks are damaged, or something is there that nobody owns: a file, or a snapshot on a disk
    /// that the backend does not list.
    virtual void check_clean() = 0;
};

/// Marks a qcow2 file as corrupt, after which QEMU opens it for reading only, or takes the mark away.
void mark_corrupt(const std::filesystem::path& disk, bool corrupt);

/// Runs the table; every row begins with a subject of its own.
void check_behaviours(const std::function<std::unique_ptr<Subject>()>& make);

}  // namespace tintype::test
