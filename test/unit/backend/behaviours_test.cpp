// The table of behaviours, held against each backend.
#include <doctest/doctest.h>

#include "behaviours.hpp"
#include "qcow2_store.hpp"

namespace tintype::test {
namespace {

class MemorySubject final : public Subject {
  public:
    SnapshotBackend& backend() override { return *backend_; }
    [[nodiscard]] std::array<std::string, 2> machines() const override {
        const auto machines = backend_->machines("", 2);
        return {machines->at(0).id, machines->at(1).id};
    }
    void write(const std::string& /*machine*/, unsigned /*byte*/) override {}
    std::optional<unsigned> content(const std::string& /*machine*/) override { return std::nullopt; }
    [[nodiscard]] bool keeps_last_applied() const override { return true; }
    bool reopen() override { return false; }
    void check_clean() override {}

  private:
    std::unique_ptr<MemoryBackend> backend_ = make_memory_backend({.machines = 2, .snapshots_per_machine = 0});
};

class Qcow2Subject final : public Subject {
  public:
    Qcow2Subject() {
        store_.add_machine("web", guid(0xA), {"disk0.qcow2", "disk1.qcow2"});
        store_.add_machine("mail", guid(0xB), {"disk.qcow2"});
        backend_ = store_.opened();
    }
    SnapshotBackend& backend() override { return *backend_; }
    [[nodiscard]] std::array<std::string, 2> machines() const override { return {guid(0xA), guid(0xB)}; }
    void write(const std::string& machine, unsigned byte) override { store_.fill(folder_of(machine), byte); }
    std::optional<unsigned> content(const std::string& machine) override {
        std::string found;
        for (const std::string& disk : store_.disks(folder_of(machine))) {
            const std::string content = store_.content(disk);
            if (!found.empty() && content != found) return 0;
            found = content;
        }
        return found.empty() ? 0 : static_cast<unsigned>(std::stoul(found, nullptr, 16));
    }
    [[nodiscard]] bool keeps_last_applied() const override { return true; }
    bool reopen() override {
        backend_.reset();
        backend_ = store_.opened();
        return true;
    }
    bool break_disk() override {
        mark_corrupt(last_disk(), true);
        return true;
    }
    void mend_disk() override { mark_corrupt(last_disk(), false); }
    void check_clean() override { store_.check_clean(*backend_); }

  private:
    [[nodiscard]] std::filesystem::path last_disk() const { return store_.path() / "web/disk1.qcow2"; }
    static std::string folder_of(const std::string& machine) { return machine == guid(0xA) ? "web" : "mail"; }

    Qcow2Store store_;
    std::unique_ptr<SnapshotBackend> backend_;
};

TEST_CASE("the memory backend does what every backend must") {
    check_behaviours([] { return std::make_unique<MemorySubject>(); });
}

TEST_CASE("the qcow2 backend does what every backend must") {
    check_behaviours([] { return std::make_unique<Qcow2Subject>(); });
}

}  // namespace
}  // namespace tintype::test
