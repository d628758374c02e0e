// CreateSnapshot's SnapshotSettings, and the name that a snapshot gets without them.
#include "snapshot/snapshot_settings.hpp"

#include <doctest/doctest.h>

#include <ctime>
#include <string>

namespace {

using namespace tintype;
using namespace tintype::snapshot;

std::string property(const std::string& name, const std::string& type, const std::string& value) {
    return "<PROPERTY NAME=\"" + name + "\" TYPE=\"" + type + "\"><VALUE>" + value + "</VALUE></PROPERTY>";
}
std::string instance(const std::string& inside, const std::string& name = "Msvm_VirtualSystemSnapshotSettingData") {
    return "<INSTANCE CLASSNAME=\"" + name + "\">" + inside + "</INSTANCE>";
}

TEST_CASE("settings say name, notes, consistency and which disks may be left out") {
    SnapshotRequest request;
    REQUIRE(read_snapshot_settings(
        instance(property("ElementName", "string", "caf\u00e9 &amp; bar") + property("ConsistencyLevel", "uint8", "1") +
                 property("IgnoreNonSnapshottableDisks", "boolean", "TRUE") +
                 property("GuestBackupType", "uint8", "2") +
                 "<PROPERTY.ARRAY NAME=\"Notes\" TYPE=\"string\"><VALUE.ARRAY><VALUE>one</VALUE><VALUE>two</VALUE>"
                 "</VALUE.ARRAY></PROPERTY.ARRAY>"),
        request));
    CHECK(request.name == "caf\u00e9 & bar");
    CHECK(request.notes == "one\ntwo");
    CHECK(request.application_consistent);
    CHECK(request.skip_unsuitable_disks);
}

TEST_CASE("what settings do not say stays as a snapshot has it without them") {
    for (const auto& text :
         {std::string(), std::string(" \r\n\t"), instance(""), instance("", "CIM_SettingData"),
          instance(property("ElementName", "string", "")), instance(property("ConsistencyLevel", "uint8", "2")),
          instance("<PROPERTY NAME=\"ElementName\" TYPE=\"string\"></PROPERTY>")}) {
        CAPTURE(text);
        SnapshotRequest request;
        REQUIRE(read_snapshot_settings(text, request));
        CHECK(request.name.empty());
        CHECK(request.notes.empty());
        CHECK_FALSE(request.application_consistent);
        CHECK_FALSE(request.skip_unsuitable_disks);
    }
}

TEST_CASE("the settings of a machine do as well, for their name and notes") {
    SnapshotRequest request;
    REQUIRE(read_snapshot_settings(
        instance(property("ElementName", "string", "by hand") + property("VirtualSystemIdentifier", "string", "x"),
                 "msvm_virtualsystemsettingdata"),
        request));
    CHECK(request.name == "by hand");
}

TEST_CASE("settings that nobody could mean are refused, with words for the log") {
    struct Case {
        std::string text;
        Outcome outcome;
        std::string words;
    };
    for (const auto& each : {
             Case{"nonsense", Outcome::invalid_parameter, "SnapshotSettings"},
             Case{"<INSTANCE", Outcome::invalid_parameter, "SnapshotSettings"},
             Case{instance("", "Msvm_ComputerSystem"), Outcome::invalid_type, "Msvm_ComputerSystem"},
             Case{instance(property("Colour", "string", "red")), Outcome::invalid_parameter, "Colour"},
             Case{instance(property("ConsistencyLevel", "uint8", "3")), Outcome::invalid_parameter, "ConsistencyLevel"},
             Case{instance(property("ConsistencyLevel", "uint8", "x")), Outcome::invalid_parameter, "ConsistencyLevel"},
             Case{instance(property("GuestBackupType", "uint8", "9")), Outcome::invalid_parameter, "GuestBackupType"},
             Case{instance(property("IgnoreNonSnapshottableDisks", "boolean", "perhaps")), Outcome::invalid_parameter,
                  "IgnoreNonSnapshottableDisks"},
             Case{instance(property("ElementName", "string", "   ")), Outcome::invalid_parameter, "ElementName"},
             Case{instance(property("ElementName", "string", std::string(101, 'x'))), Outcome::invalid_parameter,
                  "ElementName"},
             Case{instance(property("ElementName", "string", "two\nlines")), Outcome::invalid_parameter, "ElementName"},
         }) {
        CAPTURE(each.text);
        SnapshotRequest request;
        const auto read = read_snapshot_settings(each.text, request);
        REQUIRE_FALSE(read);
        REQUIRE(read.error().answer);
        CHECK(read.error().answer->outcome == each.outcome);
        CHECK(read.error().answer->why.find(each.words) != std::string::npos);
    }
}

std::chrono::system_clock::time_point local_time(int hour, int minute, int second) {
    std::tm local{};
    local.tm_year = 126;
    local.tm_mon = 10;
    local.tm_mday = 2;
    local.tm_hour = hour;
    local.tm_min = minute;
    local.tm_sec = second;
    local.tm_isdst = -1;
    return std::chrono::system_clock::from_time_t(std::mktime(&local));
}

TEST_CASE("without a name a snapshot is called after its machine and the time, as Hyper-V does") {
    CHECK(default_snapshot_name("vm", local_time(18, 5, 7)) == "vm - (11/2/2026 - 6:05:07 PM)");
    CHECK(default_snapshot_name("vm", local_time(0, 0, 0)) == "vm - (11/2/2026 - 12:00:00 AM)");
    CHECK(default_snapshot_name("vm", local_time(12, 30, 59)) == "vm - (11/2/2026 - 12:30:59 PM)");
}

TEST_CASE("a machine's name is cut between characters, so that the whole fits, and has no control characters") {
    std::string umlauts;
    for (int n = 0; n < 200; ++n) umlauts += "\u00fc";
    const auto name = default_snapshot_name(umlauts, local_time(18, 5, 7));
    CHECK(name.ends_with("\u00fc - (11/2/2026 - 6:05:07 PM)"));
    SnapshotRequest request;
    CHECK(read_snapshot_settings(instance(property("ElementName", "string", name)), request));
    CHECK(default_snapshot_name("a\tb\n", local_time(18, 5, 7)) == "a b  - (11/2/2026 - 6:05:07 PM)");
}

}  // namespace
