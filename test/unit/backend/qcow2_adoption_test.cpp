// What people made with qemu-img: how it is read without qemu-img, and what is taken in.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "backend/qcow2_header.hpp"
#include "backend/qemu_img.hpp"
#include "qcow2_store.hpp"

namespace tintype::test {
namespace {

using backend::DiskFormat;

backend::Disk disk_in(const Qcow2Store& store, const std::string& name, std::vector<std::string> options) {
    const std::filesystem::path path = store.beside() / name;
    store.make_disk(path, std::move(options));
    return {name, path};
}

void overwrite(const backend::Disk& disk, std::streamoff at, const std::string& bytes) {
    std::fstream file(disk.path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

TEST_CASE("a qcow2 header says the same as qemu-img") {
    Qcow2Store store;
    const auto qemu_img = backend::QemuImg::find("qemu-img", std::chrono::seconds(60));
    REQUIRE(qemu_img);
    run("qemu-img", {"create", "-q", "-f", "qcow2", (store.beside() / "base.qcow2").string(), "1M"});
    const std::vector<std::vector<std::string>> formats{
        {"-f", "qcow2"},
        {"-f", "qcow2", "-o", "compat=0.10"},
        {"-f", "qcow2", "-o", "cluster_size=512"},
        {"-f", "qcow2", "-o", "extended_l2=on,cluster_size=65536"},
        {"-f", "qcow2", "-o", "compression_type=zstd"},
        {"-f", "qcow2", "-F", "qcow2", "-b", (store.beside() / "base.qcow2").string()},
    };
    for (std::size_t i = 0; i < formats.size(); ++i) {
        CAPTURE(i);
        const backend::Disk disk = disk_in(store, fmt::format("disk{}.qcow2", i), formats[i]);
        CHECK(backend::format_of(disk) == DiskFormat::qcow2);
        for (const unsigned count : {0U, 1U, 30U}) {
            for (unsigned n = 0; n < count; ++n) {
                run("qemu-img", {"snapshot", "-c", std::string(n * 8 + 1, 'a') + std::to_string(count), disk.path});
            }
            const auto quick = backend::read_plain_qcow2(disk);
            const auto slow = qemu_img->read(disk);
            REQUIRE(slow);
            REQUIRE(quick);
            CHECK(*quick == *slow);
        }
        // A hole in the table of numbers, and a snapshot that was made after others were deleted.
        run("qemu-img", {"snapshot", "-d", "a1", disk.path});
        run("qemu-img", {"snapshot", "-c", "later", disk.path});
        CHECK(*backend::read_plain_qcow2(disk) == *qemu_img->read(disk));
    }
}

TEST_CASE("a disk that is out of the ordinary is left to qemu-img") {
    Qcow2Store store;
    const auto made = [&](const std::string& name) {
        const backend::Disk disk = disk_in(store, name, {"-f", "qcow2"});
        run("qemu-img", {"snapshot", "-c", "tag", disk.path});
        REQUIRE(backend::read_plain_qcow2(disk));
        return disk;
    };
    const auto spoilt = [&](std::streamoff at, const std::string& bytes) {
        const backend::Disk disk = made(fmt::format("spoilt{}.qcow2", at));
        overwrite(disk, at, bytes);
        return backend::read_plain_qcow2(disk).has_value();
    };
    CHECK_FALSE(spoilt(0, "XFI"));
    CHECK_FALSE(spoilt(7, "\x07"));                   // version
    CHECK_FALSE(spoilt(79, "\x02"));                  // marked corrupt
    CHECK_FALSE(spoilt(72, "\x80"));                  // a feature that nobody knows yet
    CHECK_FALSE(spoilt(60, "\x7F"));                  // two thousand million snapshots
    CHECK_FALSE(spoilt(63, "\x02"));                  // one snapshot more than there is
    CHECK_FALSE(spoilt(64, std::string(8, '\x7F')));  // the table is nowhere
    CHECK_FALSE(spoilt(8, std::string(7, '\0') + std::string(1, '\x70') + std::string(4, '\x7F')));  // endless name

    const backend::Disk named = disk_in(store, "named.qcow2", {"-f", "qcow2"});
    run("qemu-img", {"snapshot", "-c", "\u00fc", named.path});
    CHECK_FALSE(backend::read_plain_qcow2(named));
    CHECK_FALSE(backend::read_plain_qcow2({"none", store.beside() / "none"}));
    CHECK(backend::format_of({"none", store.beside() / "none"}) == DiskFormat::unknown);
    CHECK(backend::format_of(disk_in(store, "raw.img", {"-f", "raw"})) == DiskFormat::not_qcow2);
    CHECK(backend::format_of(disk_in(store, "data.qcow2", {"-f", "qcow2", "-o", "data_file=data.raw"})) ==
          DiskFormat::external_data);
}

TEST_CASE("a qcow2 header that is cut or scrambled anywhere is read without harm") {
    Qcow2Store store;
    const backend::Disk disk = disk_in(store, "disk.qcow2", {"-f", "qcow2"});
    for (const char* tag : {"one", "two", "three"}) run("qemu-img", {"snapshot", "-c", tag, disk.path});
    std::ifstream in(disk.path, std::ios::binary);
    const std::string whole(std::istreambuf_iterator<char>(in), {});
    const auto write = [&](const std::string& bytes) {
        std::ofstream(disk.path, std::ios::binary | std::ios::trunc)
            .write(bytes.data(), static_cast<long>(bytes.size()));
    };
    std::uint64_t table = 0;
    for (std::size_t i = 64; i < 72; ++i) table = table << 8U | static_cast<unsigned char>(whole[i]);
    for (std::size_t length = 0; length < 120; ++length) {
        write(whole.substr(0, length));
        (void)backend::read_plain_qcow2(disk);
        (void)backend::format_of(disk);
    }
    for (std::size_t at = 0; at < 104 + 160; ++at) {
        for (const char byte : {'\0', '\x01', '\x7F', '\xFF'}) {
            std::string bytes = whole;
            bytes[at < 104 ? at : static_cast<std::size_t>(table) + at - 104] = byte;
            write(bytes);
            const auto read = backend::read_plain_qcow2(disk);
            if (read) CHECK(read->snapshots.size() <= 3);
        }
    }
}

TEST_CASE("a store of plain disks opens without running qemu-img for them, any other with it") {
    Qcow2Store store;
    store.add_web();
    const auto count = R"(echo "$1" >> "$here/calls"; exec "$real" "$@")";
    CHECK(tree_of(*store.opened(store.script(count))) == "1 2>1 3>2 4>2");
    CHECK(store.read("../calls") == "--version\n");
    for (const std::string& disk : store.disks("web")) {
        run("qemu-img", {"snapshot", "-c", "\u00fc", (store.path() / disk).string()});
    }
    CHECK(store.opened(store.script(count))->snapshots("", 10)->size() == 5);
    CHECK(store.read("../calls") == "--version\n--version\ninfo\ninfo\n");
}

TEST_CASE(
    "a snapshot made with qemu-img keeps its id even if snapshots.toml gets lost, and a later namesake has another") {
    Qcow2Store store;
    store.add_machine("web", guid(0xA), {"disk0.qcow2", "disk1.qcow2"});
    const auto snap = [&](const char* option, const char* tag) {
        for (const std::string& disk : store.disks("web")) {
            run("qemu-img", {"snapshot", option, tag, (store.path() / disk).string()});
        }
    };
    const auto only_id = [&] {
        const auto backend = store.opened();
        const auto snapshots = backend->snapshots("", 10);
        REQUIRE(snapshots->size() == 1);
        return snapshots->front().id;
    };
    snap("-c", "before");
    const std::string id = only_id();
    std::filesystem::remove(store.path() / "web/snapshots.toml");
    CHECK(only_id() == id);
    std::filesystem::remove(store.path() / "web/snapshots.toml");
    snap("-d", "before");
    snap("-c", "before");
    CHECK(only_id() != id);
}

TEST_CASE("a snapshot made with qemu-img can be applied, be a parent, and be destroyed") {
    Qcow2Store store;
    store.add_machine("web", guid(0xA), {"disk0.qcow2", "disk1.qcow2"});
    store.fill("web", 1);
    for (const std::string& disk : store.disks("web")) {
        run("qemu-img", {"snapshot", "-c", "by hand", (store.path() / disk).string()});
    }
    store.fill("web", 2);
    const auto backend = store.opened();
    const std::string id = backend->snapshots("", 10)->front().id;
    Recorder operation;
    REQUIRE(backend->apply_snapshot(id, operation));
    for (const std::string& disk : store.disks("web")) CHECK(store.content(disk) == "1");
    REQUIRE(backend->create_snapshot({.id = guid(5), .machine = guid(0xA), .name = "S5", .notes = {}}, operation));
    CHECK(backend->snapshot(guid(5))->parent == id);
    REQUIRE(backend->destroy_snapshot(id, operation));
    CHECK_FALSE(backend->snapshot(guid(5))->parent);
    store.check_clean(*backend);
}

TEST_CASE("snapshots of a machine with a raw disk are taken in from those disks that can hold them") {
    Qcow2Store store;
    store.add_machine("web", guid(0xA), {"disk0.qcow2", "data.img"});
    store.make_disk(store.path() / "web/data.img", {"-f", "raw"});
    run("qemu-img", {"snapshot", "-c", "by hand", (store.path() / "web/disk0.qcow2").string()});
    auto backend = store.opened();
    backend = store.opened_again(std::move(backend));
    REQUIRE(backend->snapshots("", 10)->size() == 1);
    Recorder operation;
    CHECK(backend->destroy_snapshot(backend->snapshots("", 10)->front().id, operation));
    CHECK(store.tags("web/disk0.qcow2").empty());
}

TEST_CASE("a folder with disks and no machine.toml becomes a machine that keeps its id") {
    Qcow2Store store;
    store.add_machine("mail server", guid(0xA), {"b.qcow2", "a.qcow2"});
    std::filesystem::remove(store.path() / "mail server/machine.toml");
    run("qemu-img", {"create", "-q", "-f", "qcow2", (store.path() / "mail server/base.qcow2").string(), "256K"});
    std::filesystem::remove(store.path() / "mail server/b.qcow2");
    run("qemu-img", {"create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", "base.qcow2",
                     (store.path() / "mail server/b.qcow2").string()});
    std::string id;
    {
        const auto backend = store.opened();
        const auto machines = backend->machines("", 10);
        REQUIRE(machines->size() == 1);
        CHECK(machines->front().name == "mail server");
        id = machines->front().id;
        CHECK(contains(store.logged(), "had no machine.toml: taken in as " + id + " with the disks a.qcow2, b.qcow2"));
        Recorder operation;
        REQUIRE(backend->create_snapshot({.id = guid(5), .machine = id, .name = "S5", .notes = {}}, operation));
        CHECK(store.tags("mail server/a.qcow2") == std::vector{guid(5)});
        CHECK(store.tags("mail server/b.qcow2") == std::vector{guid(5)});
        CHECK(store.tags("mail server/base.qcow2").empty());
    }
    const auto backend = store.opened();
    CHECK(backend->machine(id));
    CHECK(backend->snapshot(guid(5))->machine == id);
}

TEST_CASE("a machine that lost its machine.toml is not given another id: that is said, and it is left out") {
    Qcow2Store store;
    store.add_web();
    std::filesystem::remove(store.path() / "web/machine.toml");
    const auto backend = store.opened();
    CHECK(backend->machines("", 10)->empty());
    CHECK(contains(store.logged(), "machine.toml is missing, but snapshots.toml is there: write machine.toml again"));
    CHECK_FALSE(store.has("web/machine.toml"));
    CHECK(backend->snapshot(guid(1)).error().code == BackendErrorCode::unavailable);
}

TEST_CASE("a folder without disks is no machine, and puts no id in doubt") {
    Qcow2Store store;
    std::filesystem::create_directory(store.path() / "lost+found");
    const auto backend = store.opened();
    CHECK(contains(store.logged(), "lost+found in the store has neither machine.toml nor a .qcow2 disk"));
    CHECK(backend->snapshot(guid(1)).error().code == BackendErrorCode::not_found);
}

TEST_CASE("a snapshot that all its disks have lost is cleared by its name") {
    Qcow2Store store;
    store.add_web();
    auto backend = store.opened();
    for (const std::string& disk : store.disks("web")) {
        run("qemu-img", {"snapshot", "-d", guid(2), (store.path() / disk).string()});
    }
    Recorder operation;
    SUBCASE("at once after a restart") {
        backend = store.opened_again(std::move(backend));
    }
    SUBCASE("when it has been noticed") {
        CHECK(backend->destroy_snapshot(guid(2), operation).error().code == BackendErrorCode::invalid);
    }
    CHECK(backend->snapshot(guid(2)).error().code == BackendErrorCode::invalid);
    CHECK(backend->destroy_snapshot(guid(2), operation)->snapshots == std::vector{guid(2)});
    CHECK(tree_of(*backend) == "1 3>1 4>1");
    store.check_clean(*backend);
}

TEST_CASE("a tree is destroyed with the damaged snapshots in it") {
    Qcow2Store store;
    store.add_web();
    run("qemu-img", {"snapshot", "-d", guid(2), (store.path() / "web/disk1.qcow2").string()});
    const auto backend = store.opened();
    REQUIRE(tree_of(*backend) == "1 3>1 4>1");
    Recorder operation;
    const auto destroyed = backend->destroy_snapshot_tree(guid(2), operation);
    REQUIRE_MESSAGE(destroyed, destroyed.error().message);
    CHECK(destroyed->snapshots.size() == 3);
    CHECK(tree_of(*backend) == "1");
    CHECK(backend->snapshot(guid(2)).error().code == BackendErrorCode::not_found);
    store.check_clean(*backend);
}

}  // namespace
}  // namespace tintype::test
