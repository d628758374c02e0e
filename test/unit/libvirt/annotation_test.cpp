// What Tintype writes into a snapshot's description, and reads there.
#include "libvirt/annotation.hpp"

#include <doctest/doctest.h>

#include <string>

#include "libvirt/xml.hpp"
#include "support.hpp"

namespace tintype::libvirt {
namespace {

using test::vm_a;

const std::string id = "5AFE0000-0000-4000-8000-000000000001";

TEST_CASE("what is written into a description is read from it again") {
    for (const std::string notes : {"", "one line", "two\nlines", "ends with a break\n", "\n", "tintype-name: no",
                                    "tintype-id: 5AFE0000-0000-4000-8000-000000000002\n"}) {
        CAPTURE(notes);
        Annotation annotation{.notes = notes, .id = id, .machine = vm_a};
        CHECK(read_annotation(write_annotation(annotation)) == annotation);
        annotation.name = "a: b / c";
        annotation.kind = SnapshotKind::disk;
        CHECK(read_annotation(write_annotation(annotation)) == annotation);
    }
}

TEST_CASE("a description of somebody else's is notes, whatever it looks like") {
    for (const std::string text : {"", "before the update", "tintype-id: nonsense", "tintype-name: x",
                                   "tintype-id: 5AFE0000-0000-4000-8000-000000000001", "a\n\ntintype-kind: disk\n"}) {
        CAPTURE(text);
        CHECK(read_annotation(text) == Annotation{.notes = text});
    }
}

TEST_CASE("a description as virsh shows it can be read by a person") {
    const Annotation annotation{
        .notes = "Before the update.", .id = id, .machine = vm_a, .name = "Update / 1", .kind = SnapshotKind::disk};
    CHECK(write_annotation(annotation) ==
          "Before the update.\n\n"
          "tintype-id: 5AFE0000-0000-4000-8000-000000000001\n"
          "tintype-machine: A0000000-0000-4000-8000-00000000000A\n"
          "tintype-name: Update / 1\n"
          "tintype-kind: disk");
}

TEST_CASE("the id of a snapshot without a line of ours is its own: other machine, name or time, other id") {
    const auto derived = derived_id(vm_a, "s1", 1'700'000'000);
    // Written down, since clients remember it over an update of Tintype.
    CHECK(derived == "C9C59F1F-0713-4A6C-84BB-780F491BAF33");
    CHECK(derived_id(vm_a, "s1", 1'700'000'000) == derived);
    CHECK(derived_id(test::vm_b, "s1", 1'700'000'000) != derived);
    CHECK(derived_id(vm_a, "s2", 1'700'000'000) != derived);
    CHECK(derived_id(vm_a, "s1", 1'700'000'001) != derived);
}

TEST_CASE("a new description goes into a snapshot's XML without touching the rest of it") {
    const std::string xml =
        "<domainsnapshot>\n  <name>a&amp;b</name>\n  <description>old &lt;one&gt;</description>\n"
        "  <domain><description>the machine's</description></domain>\n</domainsnapshot>";
    const auto changed = with_description(xml.c_str(), "new & <better>\nü");
    REQUIRE(changed);
    const auto read = read_snapshot(changed->c_str());
    REQUIRE(read);
    CHECK(read->name == "a&b");
    CHECK(read->description == "new & <better>\nü");
    CHECK(changed->find("<domain><description>the machine's</description></domain>") != std::string::npos);
    // Not by libvirt's schema, but then the new one is the only one too.
    const auto one_left = with_description(
        "<domainsnapshot><name>s</name><description>a</description><description>b"
        "</description></domainsnapshot>",
        "c");
    REQUIRE(one_left);
    CHECK(read_snapshot(one_left->c_str())->description == "c");
    CHECK_FALSE(with_description("<domain/>", "x"));
    CHECK_FALSE(with_description("<domainsnapshot>", "x"));
    CHECK_FALSE(read_domain("nothing"));
    CHECK_FALSE(fits_xml("a\x01"));
    CHECK_FALSE(fits_xml(std::string("a\0b", 3)));
    CHECK_FALSE(fits_xml("\xff"));
    CHECK(fits_xml("tab\tand\nbreak \u2603"));
}

TEST_CASE("a time that no clock of ours can hold is as good as none") {
    const auto created = [](const std::string& text) {
        return read_snapshot(("<domainsnapshot><creationTime>" + text + "</creationTime></domainsnapshot>").c_str())
            ->created;
    };
    CHECK(created("1700000000") == 1'700'000'000);
    CHECK(created("-5") == -5);
    CHECK(created("9000000001") == 0);
    CHECK(created("-9223372036854775808") == 0);
    CHECK(created("99999999999999999999") == 0);
    CHECK(created("soon") == 0);
}

}  // namespace
}  // namespace tintype::libvirt
