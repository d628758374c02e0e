// The files beside a machine's disks, as text.
#include <doctest/doctest.h>

#include "backend/machine_files.hpp"
#include "backend/qemu_img.hpp"
#include "tintype/guid.hpp"

namespace tintype::backend {
namespace {

const std::string first = "00000000-0000-4000-8000-00000000000A";
const std::string second = "00000000-0000-4000-8000-00000000000B";

TEST_CASE("a tree reads back as it was written, whatever its names are") {
    SnapshotTree tree;
    const std::vector<std::string> names{"",
                                         "plain",
                                         "\"quoted\" 'both'",
                                         "line\nbreak\r\n",
                                         "tab\t\x01\x1f\x7f",
                                         "\\u0041",
                                         "\u00fc\u2603\U0001F600",
                                         "'''",
                                         "\"\"\"",
                                         " [x] # y = 1"};
    for (const std::string& name : names) {
        TreeEntry entry;
        entry.snapshot.id = tintype::random_guid();
        entry.snapshot.machine = first;
        entry.snapshot.name = name;
        entry.snapshot.notes = name;
        entry.snapshot.created = TimePoint(std::chrono::nanoseconds(1738324800'123456789));
        entry.snapshot.kind = SnapshotKind::recovery;
        entry.snapshot.holds_memory = true;
        if (!tree.entries.empty()) entry.snapshot.parent = tree.entries.begin()->first;
        entry.tag = "tag" + entry.snapshot.id;
        // The one with the lowest id becomes the root, so that there is no cycle.
        if (!tree.entries.empty() && entry.snapshot.id < tree.entries.begin()->first) entry.snapshot.parent.reset();
        tree.entries.emplace(entry.snapshot.id, entry);
    }
    tree.current = tree.entries.begin()->first;
    tree.applied = tree.entries.rbegin()->first;
    const auto written = format_tree(tree, first);
    REQUIRE_MESSAGE(written, written.error().message);
    const auto read = parse_tree(*written, first);
    REQUIRE(read);
    CHECK(read->current == tree.current);
    CHECK(read->applied == tree.applied);
    REQUIRE(read->entries.size() == names.size());
    for (const auto& [id, entry] : tree.entries) {
        const TreeEntry& other = read->entries.find(id)->second;
        CHECK(other.snapshot.name == entry.snapshot.name);
        CHECK(other.snapshot.notes == entry.snapshot.notes);
        CHECK(other.snapshot.created == entry.snapshot.created);
        CHECK(other.snapshot.parent == entry.snapshot.parent);
        CHECK(other.snapshot.kind == SnapshotKind::recovery);
        CHECK(other.snapshot.holds_memory);
        CHECK(other.tag == entry.tag);
    }
}

TEST_CASE("a name that no TOML file can hold is refused rather than lost") {
    SnapshotTree tree;
    TreeEntry entry;
    entry.snapshot.id = second;
    entry.snapshot.machine = first;
    entry.snapshot.name = "\xFF\xFE";
    entry.tag = second;
    tree.entries.emplace(second, entry);
    CHECK_FALSE(format_tree(tree, first));
}

TEST_CASE("times before 1970 and in other zones are read and written") {
    const auto tree = parse_tree("[[snapshot]]\nid = \"" + second + "\"\ncreated = 1969-12-31T23:00:00-02:00\n", first);
    REQUIRE(tree);
    CHECK(tree->entries.begin()->second.snapshot.created == TimePoint(std::chrono::hours(1)));
    const auto early = parse_tree("[[snapshot]]\nid = \"" + second + "\"\ncreated = 1955-11-05T06:00:00Z\n", first);
    REQUIRE(early);
    CHECK(parse_tree(*format_tree(*early, first), first)->entries.begin()->second.snapshot.created ==
          early->entries.begin()->second.snapshot.created);
}

TEST_CASE("a year that no clock of ours can hold is refused, with its line") {
    const auto tree = [](const std::string& time) {
        return parse_tree("[[snapshot]]\nid = \"" + second + "\"\ncreated = " + time + "\n", first);
    };
    for (const char* const year : {"0001", "1677", "2262", "9999"}) {
        CAPTURE(year);
        const auto read = tree(std::string(year) + "-06-15T12:00:00Z");
        REQUIRE_FALSE(read);
        CHECK(read.error().message == "snapshots.toml, line 3: created must lie in the years 1678 to 2261");
    }
    for (const char* const time : {"1678-01-01T00:00:00Z", "2261-12-31T23:59:59.999999999Z"}) {
        CAPTURE(time);
        CHECK(tree(time));
    }
}

TEST_CASE("what a person leaves out of snapshots.toml has a meaning") {
    const auto tree = parse_tree("[[snapshot]]\nid = \"00000000-0000-4000-8000-00000000000b\"\n", first);
    REQUIRE(tree);
    const TreeEntry& entry = tree->entries.begin()->second;
    CHECK(entry.snapshot.id == second);
    CHECK(entry.tag == second);
    CHECK(entry.snapshot.machine == first);
    CHECK(entry.snapshot.kind == SnapshotKind::full);
    CHECK_FALSE(entry.snapshot.parent);
    CHECK(parse_tree("", first)->entries.empty());
}

TEST_CASE("a long chain of snapshots is checked in a moment and read back") {
    std::string text;
    std::string parent;
    for (int i = 0; i < 20000; ++i) {
        const std::string id = tintype::random_guid();
        text += "[[snapshot]]\nid = \"" + id + "\"\n";
        if (!parent.empty()) text += "parent = \"" + parent + "\"\n";
        parent = id;
    }
    CHECK(parse_tree(text, first)->entries.size() == 20000);
}

TEST_CASE("an intent reads back as it was written") {
    for (const Intent::Kind kind : intent_kinds) {
        const auto intent = parse_intent(
            format_intent({kind, first, "a \"tag\"", {"disk0.qcow2", "d/disk1.qcow2"}, {"d/disk1.qcow2"}}), kind);
        REQUIRE(intent);
        CHECK(intent->kind == kind);
        CHECK(intent->snapshot == first);
        CHECK(intent->tag == "a \"tag\"");
        CHECK(intent->disks == std::vector<std::string>{"disk0.qcow2", "d/disk1.qcow2"});
        CHECK(intent->done == std::vector<std::string>{"d/disk1.qcow2"});
        const auto wrong = parse_intent("snapshot = \"" + first + "\"\ntag = \"x\"\ndisks = [\"../x\"]\n", kind);
        REQUIRE_FALSE(wrong);
        CHECK(wrong.error().message.starts_with(intent_file(kind)));
    }
}

TEST_CASE("a snapshot of some disks only keeps their names, and covers no other") {
    SnapshotTree tree;
    TreeEntry entry;
    entry.snapshot.id = second;
    entry.snapshot.machine = first;
    entry.tag = second;
    CHECK(entry.covers("any.qcow2"));
    entry.disks = {"a.qcow2", "b.qcow2"};
    tree.entries.emplace(second, entry);
    const auto read = parse_tree(*format_tree(tree, first), first);
    REQUIRE(read);
    CHECK(read->entries.begin()->second.disks == entry.disks);
    CHECK(read->entries.begin()->second.covers("b.qcow2"));
    CHECK_FALSE(read->entries.begin()->second.covers("c.raw"));
    CHECK_FALSE(parse_tree("[[snapshot]]\nid = \"" + second + "\"\ndisks = []\n", first));
}

TEST_CASE("qemu-img's complaints become words and codes") {
    const Disk disk{"disk0.qcow2", "/store/web/disk0.qcow2"};
    struct Case {
        const char* errors;
        BackendErrorCode code;
    };
    const std::vector<Case> cases{
        {"qemu-img: Could not open 'x': Failed to get \"write\" lock\nIs another process using the image [x]?\n",
         BackendErrorCode::in_use},
        {"qemu-img: Could not delete snapshot 'x': No space left on device\n", BackendErrorCode::no_space},
        {"qemu-img: Could not open 'x': Image is not in qcow2 format\n", BackendErrorCode::invalid},
        {"qemu-img: Could not open 'x': Could not open 'x': Permission denied\n", BackendErrorCode::failed},
        {"qemu-img: Could not open 'x': Could not open 'x': No such file or directory\n", BackendErrorCode::invalid},
        {"qemu-img: Could not read: Input/output error\n", BackendErrorCode::unavailable},
        {"", BackendErrorCode::failed},
    };
    for (const Case& claim : cases) {
        CAPTURE(claim.errors);
        const BackendError error = explain_qemu_img(claim.errors, 1, &disk);
        CHECK(error.code == claim.code);
        CHECK(error.message.find("disk0.qcow2") != std::string::npos);
    }
    const BackendError strange = explain_qemu_img("qemu-img: /store/web/disk0.qcow2:\x1b[31m \xff odd\n", 9, &disk);
    CHECK(strange.message == "qemu-img ended with status 9 on disk disk0.qcow2: qemu-img: disk0.qcow2:?[31m ? odd");
}

TEST_CASE("qemu-img's list of snapshots is taken as it is, and refused with a time that no disk can hold") {
    const Disk disk{"disk0.qcow2", "/store/web/disk0.qcow2"};
    const auto read = [&disk](const std::string& seconds, const std::string& nanoseconds) {
        return read_qemu_img_info(
            "{\"snapshots\": [{\"id\": \"1\", \"name\": \"one\", \"vm-state-size\": 0, \"date-sec\": " + seconds +
                ", \"date-nsec\": " + nanoseconds + "}], \"format-specific\": {\"data\": {}}}",
            disk);
    };
    const auto good = read("1700000000", "5000");
    REQUIRE(good);
    REQUIRE(good->snapshots.size() == 1);
    CHECK(good->snapshots[0].tag == "one");
    CHECK(good->snapshots[0].created == TimePoint(std::chrono::seconds(1'700'000'000) + std::chrono::microseconds(5)));
    for (const char* const wrong : {"9223372036854775807", "-1", "4294967296"}) {
        CAPTURE(wrong);
        const auto refused = read(wrong, "0");
        REQUIRE_FALSE(refused);
        CHECK(refused.error().message == "qemu-img's answer on disk disk0.qcow2 has an impossible time");
    }
    CHECK_FALSE(read("1", "1000000000"));
    CHECK_FALSE(read("\"soon\"", "0"));
}

}  // namespace
}  // namespace tintype::backend
