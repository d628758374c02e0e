// ModifySystemSettings: each return value of its page that can happen here. What it changes: modify_snapshot_test.cpp.
#include "snapshot/management_service.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "snapshot/classes.hpp"
#include "snapshot/methods_support.hpp"

namespace {

using namespace test;
using namespace tintype;
using namespace tintype::snapshot;

std::string property(std::string_view name, std::string_view value) {
    return "<PROPERTY NAME=\"" + std::string(name) + "\" TYPE=\"string\"><VALUE>" + std::string(value) +
           "</VALUE></PROPERTY>";
}

/// Settings as CIM-XML that give a snapshot another name.
std::string renaming(std::string_view id, std::string_view name = "new",
                     std::string_view class_name = "Msvm_VirtualSystemSettingData") {
    return "<INSTANCE CLASSNAME=\"" + std::string(class_name) + "\">" + property("InstanceID", settings_id(id)) +
           property("ElementName", name) + "</INSTANCE>";
}

struct Fixture : MethodsFixture {
    /// The number that the method returned, -1 for a fault.
    std::int64_t modify(std::string_view settings) {
        last = modify_system_settings(backend, jobs, settings);
        return value(last, ReturnTable::cim);
    }
    [[nodiscard]] std::string name_of_root() const { return memory->snapshot(root_id)->name; }
};

TEST_CASE_FIXTURE(Fixture, "settings that a snapshot can have are taken, and so are those that change nothing") {
    CHECK(modify(renaming(root_id)) == 0);
    CHECK(name_of_root() == "new");
    CHECK(modify(renaming(root_id)) == 0);
    CHECK(modify(renaming(root_id, "newer", "CIM_VirtualSystemSettingData")) == 0);
    CHECK(name_of_root() == "newer");
}

TEST_CASE_FIXTURE(Fixture, "a machine's settings, and a storage that can't change a snapshot's, are not supported") {
    CHECK(modify(renaming(machine_id)) == 1);
    backend.can.modifies_snapshots = false;
    CHECK(modify(renaming(root_id)) == 1);
    CHECK(name_of_root() == "root");
}

TEST_CASE_FIXTURE(Fixture, "settings that can't be, or of what is not there, are an invalid parameter") {
    CHECK(modify("") == 4);
    CHECK(modify("no XML") == 4);
    CHECK(modify("<INSTANCE CLASSNAME=\"Msvm_VirtualSystemSettingData\"/>") == 4);
    CHECK(modify(renaming(root_id, " ")) == 4);
    CHECK(last->why == "ElementName must not be empty.");
    CHECK(modify(renaming(nobody_id)) == 4);
    CHECK(name_of_root() == "root");
}

TEST_CASE_FIXTURE(Fixture, "a snapshot that a job is working on is in an invalid state") {
    REQUIRE(run(destroy_snapshot(), root_id) == 4096);
    CHECK(modify(renaming(root_id)) == 5);
    CHECK(name_of_root() == "root");
}

TEST_CASE_FIXTURE(Fixture, "settings of another class are incompatible parameters") {
    CHECK(modify(renaming(root_id, "new", "Msvm_ProcessorSettingData")) == 6);
    CHECK(modify(renaming(root_id, "new", "Msvm_VirtualSystemSnapshotSettingData")) == 6);
}

TEST_CASE_FIXTURE(Fixture, "what the storage says of a change is a return value with its words for the log") {
    struct Case {
        BackendErrorCode code;
        std::int64_t value;
    };
    using enum BackendErrorCode;
    for (const auto& claim : std::initializer_list<Case>{{not_supported, 1},
                                                         {failed, 2},
                                                         {no_space, 2},
                                                         {unavailable, 2},
                                                         {cancelled, 2},
                                                         {timed_out, 3},
                                                         {not_found, 4},
                                                         {in_use, 5},
                                                         {invalid, 5}}) {
        CAPTURE(claim.value);
        backend.unchangeable = BackendError{claim.code, "the storage says so"};
        CHECK(modify(renaming(root_id)) == claim.value);
        CHECK(last->why == "the storage says so");
    }
}

TEST_CASE_FIXTURE(Fixture, "a storage that can't be read is a return value where the page has one") {
    backend.unreadable = BackendError{BackendErrorCode::timed_out, "slow"};
    CHECK(modify(renaming(root_id)) == 3);
    CHECK(last->why == "slow");
    backend.unreadable = BackendError{BackendErrorCode::in_use, "locked"};
    CHECK(modify(renaming(root_id)) == 5);
    backend.unreadable = BackendError{BackendErrorCode::unavailable, "gone"};
    CHECK(modify(renaming(root_id)) == -1);
    CHECK(wsman::fault_name(last.error()) == "a:EndpointUnavailable");
    backend.unreadable = BackendError{BackendErrorCode::failed, "broken"};
    CHECK(modify(renaming(root_id)) == -1);
    CHECK(wsman::fault_name(last.error()) == "w:InternalError");
}

}  // namespace
