#pragma once
// A store on real disks in a temporary folder, made with the real qemu-img, for the tests of the qcow2 backend.

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tintype/backends.hpp"

namespace tintype::test {

/// The GUID that ends in this number.
std::string guid(unsigned number);

/// Runs a program to its end and gives its stdout. Fails the test if it fails.
std::string run(const std::string& program, std::vector<std::string> arguments);

/// Whether a text has that in it.
inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// For Qcow2Store::script(): counts the calls of `qemu-img snapshot` in `$n`, which is 0 in every other call.
inline constexpr const char* count_changes = R"(
n=0
if [ "$1" = snapshot ]; then
  n=$(($(cat "$here/count" 2>/dev/null || echo 0) + 1))
  echo $n > "$here/count"
fi
)";

class Qcow2Store {
  public:
    Qcow2Store();
    /// Another store with the same files, and a log of its own.
    Qcow2Store(const Qcow2Store& other);
    Qcow2Store& operator=(const Qcow2Store&) = delete;
    ~Qcow2Store();

    /// The store itself; what else a test needs lies beside it.
    [[nodiscard]] const std::filesystem::path& path() const { return store_; }
    [[nodiscard]] const std::filesystem::path& beside() const { return root_; }

    /// A folder with empty disks and a machine.toml.
    void add_machine(const std::string& folder, const std::string& id, const std::vector<std::string>& disks);
    /// Makes one disk, or another in its place. \param options of `qemu-img create`; a data_file lies beside the store.
    void make_disk(const std::filesystem::path& disk, std::vector<std::string> options) const;
    /// Fills every disk of a machine with this byte.
    void fill(const std::string& folder, unsigned byte) const;
    /// Snapshots every disk and writes it into snapshots.toml, as a person would.
    void add_snapshot(const std::string& folder, const std::string& id, const std::optional<std::string>& parent) const;
    /// The machine `web` with two disks and guid(1) – guid(2) – guid(3), each of them of its own content, guid(4)
    /// beside guid(3), guid(3) current; its state now holds 0x55.
    void add_web();

    void write(const std::filesystem::path& file, std::string_view content) const;
    [[nodiscard]] std::string read(const std::filesystem::path& file) const;
    [[nodiscard]] bool has(const std::filesystem::path& file) const { return std::filesystem::exists(store_ / file); }

    /// The tags on a disk, in their order.
    [[nodiscard]] std::vector<std::string> tags(const std::filesystem::path& disk) const;
    /// What a disk holds in a snapshot, or now: "5" stands for a disk full of 0x05, "" for anything mixed.
    [[nodiscard]] std::string content(const std::filesystem::path& disk, const std::string& tag = "") const;

    /// The paths of a machine's disks, as tags() and content() take them.
    [[nodiscard]] std::vector<std::string> disks(const std::string& folder) const;
    /// What `qemu-img check` may find: after a qemu-img that was ended or failed, space that nobody uses.
    enum class Leaks { none, allowed };
    /// Fails the test unless every machine's folder holds its disks, machine.toml, at most snapshots.toml and nothing
    /// else, every disk is without damage, and the snapshots on it are those that the backend lists.
    void check_clean(SnapshotBackend& backend, Leaks leaks = Leaks::none) const;

    /// An executable shell script that stands for qemu-img. `$real` is the real one, `$here` is beside().
    [[nodiscard]] std::filesystem::path script(const std::string& body) const;

    [[nodiscard]] tl::expected<std::unique_ptr<SnapshotBackend>, BackendError> open(
        const std::filesystem::path& qemu_img = "qemu-img", std::chrono::seconds timeout = std::chrono::seconds(60));
    /// The same, and it must work.
    [[nodiscard]] std::unique_ptr<SnapshotBackend> opened(const std::filesystem::path& qemu_img = "qemu-img");

    /// Closes the backend and opens the store with the real qemu-img.
    [[nodiscard]] std::unique_ptr<SnapshotBackend> opened_again(std::unique_ptr<SnapshotBackend> backend);

    /// What was logged since the store was made.
    [[nodiscard]] std::string logged() const;

  private:
    void make_root();

    std::filesystem::path root_;
    std::filesystem::path store_;
    std::vector<std::pair<std::string, std::vector<std::string>>> machines_;
    mutable std::mutex mutex_;
    std::string log_;
};

/// Another process that has a disk open for writing, from the constructor's return to the destructor's.
class HeldDisk {
  public:
    explicit HeldDisk(const std::filesystem::path& disk);
    HeldDisk(const HeldDisk&) = delete;
    HeldDisk& operator=(const HeldDisk&) = delete;
    ~HeldDisk();

  private:
    pid_t pid_ = -1;
    int input_ = -1;
    int output_ = -1;
};

/// Keeps what it is told; stops when told to.
class Recorder final : public Operation {
  public:
    void progress(unsigned percent) override { percents.push_back(percent); }
    [[nodiscard]] bool stop_requested() const noexcept override { return stop; }
    std::vector<unsigned> percents;
    bool stop = false;
};

/// `2>1 3>2 1` : every snapshot by its number with its parent's, in order of id.
std::string tree_of(SnapshotBackend& backend);

}  // namespace tintype::test
