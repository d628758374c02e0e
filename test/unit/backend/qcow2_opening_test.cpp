// What a store may look like when it is opened.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "qcow2_store.hpp"

namespace tintype::test {
namespace {

TEST_CASE("a store that isn't there, is a file, or has no qemu-img is refused in words") {
    Qcow2Store store;
    const auto missing = store.open("no-such-qemu-img");
    REQUIRE_FALSE(missing);
    CHECK(contains(missing.error().message, "no-such-qemu-img is not there or can't be run"));

    const auto broken = store.open(store.script("exit 7"));
    REQUIRE_FALSE(broken);
    CHECK(contains(broken.error().message, "status 7"));

    Qcow2BackendOptions options;
    options.store = store.beside() / "nowhere";
    CHECK(contains(open_qcow2_backend(options).error().message, "No such file or directory"));
    options.store = store.script("");
    CHECK(contains(open_qcow2_backend(options).error().message, "is no folder"));
}

TEST_CASE("an empty store opens, with no machines") {
    Qcow2Store store;
    const auto backend = store.opened();
    CHECK(backend->machines("", 10)->empty());
    CHECK(backend->snapshots("", 10)->empty());
}

TEST_CASE("a store is served once at a time") {
    Qcow2Store store;
    auto first = store.opened();
    const auto second = store.open();
    REQUIRE_FALSE(second);
    CHECK(second.error().code == BackendErrorCode::in_use);
    CHECK(contains(second.error().message, store.path().string()));
    first.reset();
    CHECK(store.open());
}

TEST_CASE("a description that names disks elsewhere is refused") {
    for (const char* disk : {"../web/disk.qcow2", "/etc/passwd", "./disk.qcow2", "a/../../b.qcow2", "", ".", "..",
                             "a//b/", "new\\nline.qcow2", "nul\\u0000.qcow2"}) {
        CAPTURE(disk);
        Qcow2Store store;
        store.add_machine("web", guid(0xA), {"disk.qcow2"});
        store.write("web/machine.toml", fmt::format("id = \"{}\"\nname = \"x\"\ndisks = [\"{}\"]\n", guid(0xA), disk));
        const auto backend = store.opened();
        CHECK(backend->machines("", 10)->empty());
        CHECK(
            contains(store.logged(), "machine web is left out: machine.toml, line 3: a disk must be a relative path"));
    }
}

TEST_CASE("a disk that is a symbolic link, or lies behind one, is not touched") {
    Qcow2Store store;
    store.add_machine("web", guid(0xA), {"disk.qcow2"});
    store.add_snapshot("web", guid(1), std::nullopt);
    const auto disk = store.path() / "web/disk.qcow2";
    std::filesystem::rename(disk, store.beside() / "elsewhere.qcow2");
    std::filesystem::create_symlink(store.beside() / "elsewhere.qcow2", disk);
    const auto backend = store.opened();
    CHECK(contains(store.logged(), "symbolic link"));
    Recorder operation;
    CHECK(backend->destroy_snapshot(guid(1), operation).error().code == BackendErrorCode::invalid);
    CHECK(contains(backend->snapshot(guid(1)).error().message, "symbolic link"));
    CHECK(store.tags("../elsewhere.qcow2").size() == 1);
}

TEST_CASE("a folder of the store that is a symbolic link is left alone") {
    Qcow2Store store;
    std::filesystem::create_directory(store.beside() / "outside");
    std::filesystem::create_symlink(store.beside() / "outside", store.path() / "web");
    CHECK(store.opened()->machines("", 10)->empty());
    CHECK(contains(store.logged(), "web in the store is no folder"));
}

TEST_CASE("file names that qemu takes for protocols or options are names of files") {
    Qcow2Store store;
    const std::vector<std::string> names{"json:{}",     "nbd:localhost:1", "-U",
                                         "a,b=c.qcow2", "file.driver=nbd", "\u00fc \u2603.qcow2"};
    for (unsigned i = 0; i < names.size(); ++i) {
        const std::string folder = "m" + std::to_string(i);
        store.add_machine(folder, guid(0xA0 + i), {names[i]});
        store.add_snapshot(folder, guid(i + 1), std::nullopt);
    }
    const auto backend = store.opened();
    for (unsigned i = 0; i < names.size(); ++i) {
        CAPTURE(names[i]);
        Recorder operation;
        const auto destroyed = backend->destroy_snapshot(guid(i + 1), operation);
        CHECK_MESSAGE(destroyed, destroyed.error().message);
        CHECK(store.tags("m" + std::to_string(i) + "/" + names[i]).empty());
    }
}

TEST_CASE("files that can't be read leave their machine out, and nobody is told that its snapshots are gone") {
    struct Case {
        const char* file;
        std::string content;
        const char* said;
    };
    const std::string id = guid(1);
    const std::vector<Case> cases{
        {"snapshots.toml", "[[snapshot]\n", "snapshots.toml, line 1"},
        {"snapshots.toml", "[[snapshot]]\nname = \"x\"\n", "snapshots.toml, line 1: id is missing"},
        {"snapshots.toml", "[[snapshot]]\nid = \"1\"\n", "line 2: id must be a GUID"},
        {"snapshots.toml", fmt::format("[[snapshot]]\nid = \"{0}\"\nparent = \"{0}\"\n", id), "its own ancestors"},
        {"snapshots.toml", fmt::format("[[snapshot]]\nid = \"{}\"\nparent = \"{}\"\n", id, guid(2)), "not there"},
        {"snapshots.toml", fmt::format("current = \"{}\"\n", id), "current names a snapshot that is not there"},
        {"snapshots.toml", fmt::format("applied = \"{}\"\n", id), "applied names a snapshot that is not there"},
        {"snapshots.toml", "format = 2\n", "format 2"},
        {"snapshots.toml", "colour = 2\n", "line 1: unknown key colour"},
        {"snapshots.toml", fmt::format("[[snapshot]]\nid = \"{0}\"\n[[snapshot]]\nid = \"{0}\"\ntag = \"x\"", id),
         "line 3: two snapshots have the same id"},
        {"snapshots.toml",
         fmt::format("[[snapshot]]\nid = \"{}\"\ntag=\"x\"\n[[snapshot]]\nid = \"{}\"\ntag = \"x\"", id, guid(2)),
         "two snapshots have the same tag"},
        {"snapshots.toml", fmt::format("[[snapshot]]\nid = \"{}\"\ncreated = 2025-01-31T12:00:00\n", id),
         "needs an offset"},
        {"snapshots.toml", "snapshot = 3", "[[snapshot]]"},
        {"machine.toml", "id = 1\n", "machine.toml, line 1: id must be a string"},
        {"machine.toml", fmt::format("id = \"{}\"\nname = \"x\"\ndisks = []", guid(2)), "a machine needs a disk"},
        {"machine.toml", fmt::format("id = \"{}\"\nname = \"x\"\ndisks = [\"a\", \"a\"]", guid(2)), "named twice"},
        {"destroying.toml", "half a li", "destroying.toml, line 1"},
    };
    Qcow2Store store;
    store.add_machine("web", guid(0xA), {"disk.qcow2"});
    store.add_snapshot("web", guid(1), std::nullopt);
    store.add_machine("well", guid(0xB), {"disk.qcow2"});
    for (const Case& claim : cases) {
        CAPTURE(claim.content);
        const std::filesystem::path file = std::filesystem::path("web") / claim.file;
        const bool was_there = store.has(file);
        const std::string before = store.read(file);
        store.write(file, claim.content);
        const std::size_t logged = store.logged().size();
        const auto backend = store.opened();
        CHECK_MESSAGE(contains(store.logged().substr(logged), claim.said), store.logged());
        CHECK(store.read(file) == claim.content);
        CHECK(store.tags("web/disk.qcow2").size() == 1);
        CHECK(backend->machines("", 10)->size() == 1);
        const auto asked = backend->snapshot(guid(1));
        REQUIRE_FALSE(asked);
        CHECK(asked.error().code == BackendErrorCode::unavailable);
        CHECK(contains(asked.error().message, "web"));
        store.write(file, before);
        if (!was_there) std::filesystem::remove(store.path() / file);
    }
    CHECK(store.opened()->snapshot(guid(1)));
}

TEST_CASE("a pipe in the place of a file does not hold the store up") {
    Qcow2Store store;
    store.add_web();
    std::filesystem::remove(store.path() / "web/snapshots.toml");
    REQUIRE(::mkfifo((store.path() / "web/snapshots.toml").c_str(), 0600) == 0);
    CHECK(store.opened()->machines("", 10)->empty());
    CHECK(contains(store.logged(), "snapshots.toml is no file"));
}

TEST_CASE("an id that two machines or snapshots have is taken in once") {
    Qcow2Store store;
    store.add_machine("a", guid(0xA), {"disk.qcow2"});
    store.add_snapshot("a", guid(1), std::nullopt);
    store.add_machine("b", guid(0xA), {"disk.qcow2"});
    store.add_machine("c", guid(0xC), {"disk.qcow2"});
    store.add_snapshot("c", guid(1), std::nullopt);
    store.add_machine("d", guid(1), {"disk.qcow2"});
    const auto backend = store.opened();
    CHECK(backend->machines("", 10)->size() == 1);
    CHECK(backend->snapshot(guid(1))->machine == guid(0xA));
    CHECK(contains(store.logged(), "machine b is left out: the id " + guid(0xA) + " is taken"));
    CHECK(contains(store.logged(), "machine c is left out: the id " + guid(1) + " is taken"));
    CHECK(contains(store.logged(), "machine d is left out: the id " + guid(1) + " is taken"));
}

TEST_CASE("snapshots that somebody made with qemu-img are taken in, and keep their ids from then on") {
    Qcow2Store store;
    store.add_machine("web", guid(0xA), {"disk0.qcow2", "disk1.qcow2"});
    const std::string lost = guid(7);
    for (const char* disk : {"web/disk0.qcow2", "web/disk1.qcow2"}) {
        for (const std::string& tag : {std::string("before \"update\""), lost}) {
            run("qemu-img", {"snapshot", "-c", tag, (store.path() / disk).string()});
        }
    }
    std::string id;
    {
        const auto backend = store.opened();
        const auto snapshots = backend->snapshots("", 10);
        REQUIRE(snapshots->size() == 2);
        CHECK(backend->snapshot(lost));
        for (const Snapshot& snapshot : *snapshots) {
            if (snapshot.id != lost) id = snapshot.id;
        }
        CHECK(backend->snapshot(id)->name == "before \"update\"");
        CHECK_FALSE(backend->snapshot(id)->parent);
    }
    const auto backend = store.opened();
    REQUIRE(backend->snapshot(id));
    Recorder operation;
    CHECK(backend->destroy_snapshot(id, operation));
    CHECK(store.tags("web/disk0.qcow2") == std::vector{lost});
    CHECK(store.tags("web/disk1.qcow2") == std::vector{lost});
}

TEST_CASE("a strange snapshot that is not on every disk, or bears another's number as its name, is left alone") {
    Qcow2Store store;
    store.add_machine("web", guid(0xA), {"disk0.qcow2", "disk1.qcow2"});
    run("qemu-img", {"snapshot", "-c", "one-disk", (store.path() / "web/disk0.qcow2").string()});
    for (const char* disk : {"web/disk0.qcow2", "web/disk1.qcow2"}) {
        run("qemu-img", {"snapshot", "-c", "1", (store.path() / disk).string()});
    }
    const auto backend = store.opened();
    CHECK(backend->snapshots("", 10)->empty());
    CHECK(contains(store.logged(), "is left alone"));
    CHECK(store.tags("web/disk0.qcow2").size() == 2);
    CHECK(store.tags("web/disk1.qcow2").size() == 1);
}

TEST_CASE("a snapshot that is missing on a disk is damaged, not whole, and can still be destroyed") {
    Qcow2Store store;
    store.add_web();
    run("qemu-img", {"snapshot", "-d", guid(2), (store.path() / "web/disk1.qcow2").string()});
    const auto backend = store.opened();
    CHECK(contains(store.logged(), "snapshot " + guid(2) + ": it is damaged: it is missing on disk disk1.qcow2"));
    CHECK(backend->snapshot(guid(2)).error().code == BackendErrorCode::invalid);
    CHECK(tree_of(*backend) == "1 3>1 4>1");
    Recorder operation;
    REQUIRE(backend->destroy_snapshot(guid(2), operation));
    CHECK(store.tags("web/disk0.qcow2").size() == 3);
    CHECK(backend->snapshot(guid(2)).error().code == BackendErrorCode::not_found);
}

TEST_CASE("what was changed by hand while the store is served is noticed by the next destroy, which changes nothing") {
    Qcow2Store store;
    store.add_web();
    const auto backend = store.opened();
    Recorder operation;
    run("qemu-img", {"snapshot", "-d", guid(3), (store.path() / "web/disk0.qcow2").string()});
    const auto destroyed = backend->destroy_snapshot(guid(3), operation);
    REQUIRE_FALSE(destroyed);
    CHECK(destroyed.error().code == BackendErrorCode::invalid);
    CHECK(contains(destroyed.error().message, "changed by hand: it is missing on disk disk0.qcow2"));
    CHECK(store.tags("web/disk1.qcow2").size() == 4);
    CHECK(tree_of(*backend) == "1 2>1 4>2");

    for (const char* file : {"web/snapshots.toml", "web/machine.toml"}) {
        CAPTURE(file);
        const std::string before = store.read(file);
        store.write(file, before + "\n# edited\n");
        const auto refused = backend->destroy_snapshot(guid(4), operation);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == BackendErrorCode::invalid);
        CHECK(contains(refused.error().message, "was changed by hand since the store was opened"));
        CHECK(store.read(file) == before + "\n# edited\n");
        std::filesystem::remove(store.path() / "web/snapshots.toml");
    }
}

TEST_CASE("a disk that is missing, no qcow2 file, or keeps its data elsewhere is trouble in words") {
    struct Case {
        std::vector<std::string> made;  ///< What qemu-img makes in its place; nothing: it is missing.
        const char* said;
        BackendErrorCode code;
    };
    const std::vector<Case> cases{
        {{}, "disk disk1.qcow2 is missing", BackendErrorCode::invalid},
        {{"-f", "raw"}, "disk disk1.qcow2 is no qcow2 file", BackendErrorCode::not_supported},
        {{"-f", "qcow2", "-o", "data_file=data.raw"},
         "keeps its data in another file",
         BackendErrorCode::not_supported},
    };
    for (const Case& claim : cases) {
        CAPTURE(claim.said);
        Qcow2Store store;
        store.add_web();
        const auto disk = store.path() / "web/disk1.qcow2";
        std::filesystem::remove(disk);
        if (!claim.made.empty()) store.make_disk(disk, claim.made);
        const auto backend = store.opened();
        CHECK_MESSAGE(contains(store.logged(), claim.said), store.logged());
        CHECK(backend->snapshot(guid(1)).error().code == claim.code);
        Recorder operation;
        const auto destroyed = backend->destroy_snapshot(guid(1), operation);
        REQUIRE_FALSE(destroyed);
        CHECK(destroyed.error().code == claim.code);
        CHECK(store.tags("web/disk0.qcow2").size() == 4);
    }
}

TEST_CASE("a backing file is neither opened nor needed") {
    Qcow2Store store;
    store.add_machine("web", guid(0xA), {"disk.qcow2"});
    run("qemu-img", {"create", "-q", "-f", "qcow2", (store.beside() / "base.qcow2").string(), "256K"});
    run("qemu-img", {"create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", (store.beside() / "base.qcow2").string(),
                     (store.path() / "web/disk.qcow2").string()});
    store.add_snapshot("web", guid(1), std::nullopt);
    std::filesystem::remove(store.beside() / "base.qcow2");
    const auto backend = store.opened();
    CHECK(contains(store.logged(), "base.qcow2"));
    Recorder operation;
    CHECK(backend->destroy_snapshot(guid(1), operation));
}

}  // namespace
}  // namespace tintype::test
