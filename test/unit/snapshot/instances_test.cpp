#include "snapshot/instances.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "snapshot/classes.hpp"
#include "tintype/guid.hpp"

namespace {

using namespace tintype;
using namespace tintype::snapshot;
using namespace std::chrono_literals;

// The Syntax block of each class's reference page.
constexpr std::string_view computer_system =
    "string InstanceID; string Caption; string Description; string ElementName; datetime InstallDate; "
    "uint16[] OperationalStatus; string[] StatusDescriptions; string Status; uint16 HealthState; "
    "uint16 CommunicationStatus; uint16 DetailedStatus; uint16 OperatingStatus; uint16 PrimaryStatus; "
    "uint16 EnabledState; string OtherEnabledState; uint16 RequestedState; uint16 EnabledDefault; "
    "datetime TimeOfLastStateChange; uint16[] AvailableRequestedStates; uint16 TransitioningToState; "
    "string CreationClassName; string Name; string PrimaryOwnerName; string PrimaryOwnerContact; "
    "string[] Roles; string NameFormat; string[] OtherIdentifyingInfo; string[] IdentifyingDescriptions; "
    "uint16[] Dedicated; string[] OtherDedicatedDescriptions; uint16 ResetCapability; "
    "uint16[] PowerManagementCapabilities; uint64 OnTimeInMilliseconds; uint32 ProcessID; "
    "datetime TimeOfLastConfigurationChange; uint16 NumberOfNumaNodes; uint16 ReplicationState; "
    "uint16 ReplicationHealth; uint16 ReplicationMode; uint16 FailedOverReplicationType; "
    "uint16 LastReplicationType; datetime LastApplicationConsistentReplicationTime; "
    "datetime LastReplicationTime; datetime LastSuccessfulBackupTime; uint16 EnhancedSessionModeState; ";

constexpr std::string_view setting_data =
    "string InstanceID; string Caption; string Description; string ElementName; "
    "string VirtualSystemIdentifier; string VirtualSystemType; string[] Notes; datetime CreationTime; "
    "string ConfigurationID; string ConfigurationDataRoot; string ConfigurationFile; "
    "string SnapshotDataRoot; string SuspendDataRoot; string SwapFileDataRoot; string LogDataRoot; "
    "uint16 AutomaticStartupAction; datetime AutomaticStartupActionDelay; "
    "uint16 AutomaticStartupActionSequenceNumber; uint16 AutomaticShutdownAction; "
    "uint16 AutomaticRecoveryAction; string RecoveryFile; string BIOSGUID; string BIOSSerialNumber; "
    "string BaseBoardSerialNumber; string ChassisSerialNumber; string Architecture; "
    "string ChassisAssetTag; boolean BIOSNumLock; uint16[] BootOrder; string Parent; "
    "uint16 UserSnapshotType; boolean IsSaved; string AdditionalRecoveryInformation; "
    "boolean AllowFullSCSICommandSet; uint32 DebugChannelId; uint16 DebugPortEnabled; uint32 DebugPort; "
    "string Version; boolean IncrementalBackupEnabled; boolean VirtualNumaEnabled; "
    "boolean AllowReducedFcRedundancy; string VirtualSystemSubType; string[] BootSourceOrder; "
    "boolean PauseAfterBootFailure; uint16 NetworkBootPreferredProtocol; "
    "boolean GuestControlledCacheTypes; boolean AutomaticSnapshotsEnabled; boolean IsAutomaticSnapshot; "
    "string GuestStateFile; string GuestStateDataRoot; boolean LockOnDisconnect; string ParentPackage; "
    "datetime AutomaticCriticalErrorActionTimeout; uint16 AutomaticCriticalErrorAction; "
    "uint16 ConsoleMode; boolean SecureBootEnabled; string SecureBootTemplateId; uint64 LowMmioGapSize; "
    "uint64 HighMmioGapSize; uint16 EnhancedSessionTransportType; ";

constexpr std::string_view snapshot_service =
    "string InstanceID; string Caption; string Description; string ElementName; datetime InstallDate; "
    "string Name; uint16[] OperationalStatus; string[] StatusDescriptions; string Status; "
    "uint16 HealthState; uint16 CommunicationStatus; uint16 DetailedStatus; uint16 OperatingStatus; "
    "uint16 PrimaryStatus; uint16 EnabledState; string OtherEnabledState; uint16 RequestedState; "
    "uint16 EnabledDefault; datetime TimeOfLastStateChange; uint16[] AvailableRequestedStates; "
    "uint16 TransitioningToState; string SystemCreationClassName; string SystemName; "
    "string CreationClassName; string PrimaryOwnerName; string PrimaryOwnerContact; string StartMode; "
    "boolean Started; ";

constexpr std::string_view concrete_job =
    "string InstanceID; string Caption; string Description; string ElementName; datetime InstallDate; "
    "string Name; uint16[] OperationalStatus; string[] StatusDescriptions; string Status; "
    "uint16 HealthState; uint16 CommunicationStatus; uint16 DetailedStatus; uint16 OperatingStatus; "
    "uint16 PrimaryStatus; string JobStatus; datetime TimeSubmitted; datetime ScheduledStartTime; "
    "datetime StartTime; datetime ElapsedTime; uint32 JobRunTimes; uint8 RunMonth; sint8 RunDay; "
    "sint8 RunDayOfWeek; datetime RunStartInterval; uint16 LocalOrUtcTime; datetime UntilTime; "
    "string Notify; string Owner; uint32 Priority; uint16 PercentComplete; boolean DeleteOnCompletion; "
    "uint16 ErrorCode; string ErrorDescription; string ErrorSummaryDescription; uint16 RecoveryAction; "
    "string OtherRecoveryAction; uint16 JobState; datetime TimeOfLastStateChange; "
    "datetime TimeBeforeRemoval; boolean Cancellable; uint16 JobType; ";

constexpr std::string_view vm_id = "6FBE94B5-47C0-4E5A-A6BB-0D2BE06A1A1F";
constexpr std::string_view snapshot_id = "5E6F7081-0000-4000-8000-0000000000A1";
constexpr std::string_view parent_id = "5E6F7081-0000-4000-8000-0000000000B2";
const TimePoint noon = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + 12h;

std::string_view name_of(cim::Type type) {
    constexpr std::string_view names[] = {"boolean", "sint8",  "uint8",  "sint16",   "uint16",
                                          "sint32",  "uint32", "sint64", "uint64",   "real32",
                                          "real64",  "char16", "string", "datetime", "reference"};
    return names[static_cast<std::size_t>(type)];
}

std::string syntax_of(const cim::ClassDeclaration& declaration) {
    std::string out;
    for (const auto& property : declaration.properties) {
        out.append(name_of(property.type)).append(property.array ? "[] " : " ").append(property.name).append("; ");
    }
    return out;
}

std::string keys_of(const cim::ClassDeclaration& declaration) {
    std::string out;
    for (const auto& property : declaration.properties)
        if (property.key) out.append(property.name).append(" ");
    return out;
}

/// A property's text, an array's items with `|` between, `null` for null.
std::string text(const cim::Instance& instance, std::string_view property) {
    const cim::Value& value = instance.get(property);
    if (const auto* scalar = std::get_if<cim::Scalar>(&value)) return cim::to_text(*scalar);
    const auto* array = std::get_if<cim::Array>(&value);
    if (array == nullptr) return "null";
    std::string out;
    for (const auto& item : *array) out += (out.empty() ? "" : "|") + cim::to_text(item);
    return out;
}

struct Expected {
    std::string_view property, text;
};

/// Every property that has a value is listed, with that value.
void check(const cim::Instance& instance, const std::vector<Expected>& expected) {
    std::size_t not_null = 0;
    for (const cim::Value& value : instance.values())
        if (!std::holds_alternative<std::monostate>(value)) ++not_null;
    CHECK(not_null == expected.size());
    for (const Expected& one : expected) {
        CAPTURE(one.property);
        CHECK(text(instance, one.property) == one.text);
    }
}

Machine a_machine() {
    Machine machine;
    machine.id = vm_id;
    machine.name = "web";
    machine.state = MachineState::running;
    machine.notes = "two\nlines";
    machine.created = noon;
    machine.on_time = 90s;
    machine.process_id = 4711;
    machine.current_snapshot = std::string(snapshot_id);
    return machine;
}

Snapshot a_snapshot() {
    Snapshot snapshot;
    snapshot.id = snapshot_id;
    snapshot.machine = vm_id;
    snapshot.parent = std::string(parent_id);
    snapshot.name = "before the update";
    snapshot.notes = "note";
    snapshot.created = noon;
    snapshot.holds_memory = true;
    return snapshot;
}

JobRecord a_job() {
    JobRecord job;
    job.id = snapshot_id;
    job.type = 72;
    job.caption = "Destroying a snapshot";
    job.description = "Destroying the snapshot x";
    job.element_name = "Destroy x";
    job.owner = "alice";
    job.state = JobState::running;
    job.percent_complete = 40;
    job.submitted = noon;
    job.started = noon + 1s;
    job.last_change = noon + 1s;
    return job;
}

TEST_CASE("each class has the properties of its reference page, in its order") {
    CHECK(syntax_of(computer_system_class) == computer_system);
    CHECK(syntax_of(virtual_system_setting_data_class) == setting_data);
    CHECK(syntax_of(snapshot_service_class) == snapshot_service);
    CHECK(syntax_of(concrete_job_class) == concrete_job);
}

TEST_CASE("each class has its keys, methods and superclasses") {
    CHECK(keys_of(computer_system_class) == "CreationClassName Name ");
    CHECK(keys_of(virtual_system_setting_data_class) == "InstanceID ");
    CHECK(keys_of(snapshot_service_class) == "Name SystemCreationClassName SystemName CreationClassName ");
    CHECK(keys_of(concrete_job_class) == "InstanceID ");

    CHECK(computer_system_class.methods.size() == 5);
    CHECK(virtual_system_setting_data_class.methods.empty());
    CHECK(snapshot_service_class.methods.size() == 9);
    CHECK(concrete_job_class.methods.size() == 4);

    CHECK(snapshot_service_class.singleton);
    CHECK_FALSE(computer_system_class.singleton);
    for (const auto* declaration :
         {&computer_system_class, &virtual_system_setting_data_class, &snapshot_service_class, &concrete_job_class}) {
        CHECK(declaration->cim_namespace == "root/virtualization/v2");
        CHECK(declaration->is_a("CIM_ManagedElement"));
    }
    CHECK(computer_system_class.is_a("CIM_ComputerSystem"));
    CHECK(computer_system_class.is_a("CIM_System"));
    CHECK(virtual_system_setting_data_class.is_a("CIM_VirtualSystemSettingData"));
    CHECK_FALSE(virtual_system_setting_data_class.is_a("CIM_ManagedSystemElement"));
    CHECK(snapshot_service_class.is_a("CIM_Service"));
    CHECK(concrete_job_class.is_a("CIM_ConcreteJob"));
    CHECK_FALSE(concrete_job_class.is_a("CIM_EnabledLogicalElement"));
}

TEST_CASE("a machine is a computer system") {
    check(machine_instance(a_machine()), {{"Caption", "Virtual Machine"},
                                          {"Description", "Microsoft Virtual Computer System"},
                                          {"ElementName", "web"},
                                          {"InstallDate", "2026-11-22T12:00:00Z"},
                                          {"OperationalStatus", "2"},
                                          {"StatusDescriptions", "Operating normally"},
                                          {"HealthState", "5"},
                                          {"EnabledState", "2"},
                                          {"RequestedState", "12"},
                                          {"EnabledDefault", "2"},
                                          {"CreationClassName", "Msvm_ComputerSystem"},
                                          {"Name", vm_id},
                                          {"Dedicated", "0"},
                                          {"ResetCapability", "1"},
                                          {"OnTimeInMilliseconds", "90000"},
                                          {"ProcessID", "4711"},
                                          {"ReplicationState", "0"},
                                          {"ReplicationHealth", "0"},
                                          {"ReplicationMode", "0"},
                                          {"FailedOverReplicationType", "0"},
                                          {"LastReplicationType", "0"},
                                          {"EnhancedSessionModeState", "3"}});
    CHECK(machine_instance(a_machine()).path() == machine_path(vm_id));

    const auto unknown = machine_instance(Machine{});
    CHECK(text(unknown, "InstallDate") == "null");
    CHECK(text(unknown, "ProcessID") == "null");
    CHECK(text(unknown, "OnTimeInMilliseconds") == "0");
}

TEST_CASE("a machine's state is its EnabledState") {
    struct Case {
        MachineState state;
        std::string_view enabled, saved;
    };
    for (const auto& [state, enabled, saved] :
         {Case{MachineState::unknown, "0", "false"}, Case{MachineState::running, "2", "false"},
          Case{MachineState::off, "3", "false"}, Case{MachineState::paused, "32768", "false"},
          Case{MachineState::saved, "32769", "true"}}) {
        Machine machine = a_machine();
        machine.state = state;
        CHECK(text(machine_instance(machine), "EnabledState") == enabled);
        CHECK(text(current_settings_instance(machine), "IsSaved") == saved);
    }
}

TEST_CASE("the host is a computer system too") {
    check(host_instance("hv01"), {{"Caption", "Hosting Computer System"},
                                  {"Description", "Microsoft Hosting Computer System"},
                                  {"ElementName", "hv01"},
                                  {"OperationalStatus", "2"},
                                  {"StatusDescriptions", "Operating normally"},
                                  {"HealthState", "5"},
                                  {"EnabledState", "2"},
                                  {"RequestedState", "12"},
                                  {"EnabledDefault", "2"},
                                  {"CreationClassName", "Msvm_ComputerSystem"},
                                  {"Name", "hv01"},
                                  {"Dedicated", "0"},
                                  {"ResetCapability", "1"}});
    CHECK(host_instance("hv01").path() == machine_path("hv01"));
}

TEST_CASE("a machine's present state has settings whose parent is the snapshot it stands on") {
    const auto settings = current_settings_instance(a_machine(), "hv01");
    check(settings, {{"InstanceID", "Microsoft:6FBE94B5-47C0-4E5A-A6BB-0D2BE06A1A1F"},
                     {"Caption", "Virtual Machine Settings"},
                     {"Description", "Active settings for the virtual machine"},
                     {"ElementName", "web"},
                     {"VirtualSystemIdentifier", vm_id},
                     {"VirtualSystemType", "Microsoft:Hyper-V:System:Realized"},
                     {"Notes", "two\nlines"},
                     {"CreationTime", "2026-11-22T12:00:00Z"},
                     {"ConfigurationID", vm_id},
                     {"Parent", R"(\\hv01\root\virtualization\v2:Msvm_VirtualSystemSettingData.InstanceID="Microsoft:)"
                                R"(5E6F7081-0000-4000-8000-0000000000A1")"},
                     {"IsSaved", "false"},
                     {"AllowReducedFcRedundancy", "false"},
                     {"IsAutomaticSnapshot", "false"}});
    CHECK(settings.path() == settings_path(vm_id));

    const auto bare = current_settings_instance(Machine{});
    CHECK(text(bare, "Parent") == "null");
    CHECK(text(bare, "Notes") == "null");
    CHECK(text(bare, "CreationTime") == "null");
}

TEST_CASE("a snapshot has settings of its own") {
    const auto settings = snapshot_instance(a_snapshot());
    check(settings, {{"InstanceID", "Microsoft:5E6F7081-0000-4000-8000-0000000000A1"},
                     {"Caption", "Virtual Machine Settings"},
                     {"Description", "Snapshot settings for the virtual machine"},
                     {"ElementName", "before the update"},
                     {"VirtualSystemIdentifier", vm_id},
                     {"VirtualSystemType", "Microsoft:Hyper-V:Snapshot:Realized"},
                     {"Notes", "note"},
                     {"CreationTime", "2026-11-22T12:00:00Z"},
                     {"ConfigurationID", snapshot_id},
                     {"Parent", R"(root\virtualization\v2:Msvm_VirtualSystemSettingData.InstanceID="Microsoft:)"
                                R"(5E6F7081-0000-4000-8000-0000000000B2")"},
                     {"UserSnapshotType", "5"},
                     {"IsSaved", "true"},
                     {"AllowReducedFcRedundancy", "false"},
                     {"IsAutomaticSnapshot", "false"}});
    CHECK(settings.path() == settings_path(snapshot_id));

    Snapshot root = a_snapshot();
    root.parent.reset();
    root.kind = SnapshotKind::recovery;
    CHECK(text(snapshot_instance(root), "Parent") == "null");
    CHECK(text(snapshot_instance(root), "VirtualSystemType") == "Microsoft:Hyper-V:Snapshot:Recovery");
    CHECK(text(snapshot_instance(root), "UserSnapshotType") == "4");
    root.kind = SnapshotKind::disk;
    CHECK(text(snapshot_instance(root), "VirtualSystemType") == "Microsoft:Hyper-V:Snapshot:Realized");
    CHECK(text(snapshot_instance(root), "UserSnapshotType") == "4");
}

TEST_CASE("Parent is an object path that names the parent's settings") {
    const auto parent = cim::parse_object_path(text(snapshot_instance(a_snapshot(), "hv01"), "Parent"));
    REQUIRE(parent);
    CHECK(parent->host == "hv01");
    CHECK(parent->keys == settings_path(parent_id).keys);
}

TEST_CASE("the service has the values of its reference page") {
    check(snapshot_service_instance("hv01"),
          {{"Caption", "Hyper-V Virtual System Snapshot Service"},
           {"Description", "Service for creating, destroying, and applying virtual machine snapshots"},
           {"ElementName", "Hyper-V Virtual System Snapshot Service"},
           {"Name", "vssnapsvc"},
           {"OperationalStatus", "2"},
           {"StatusDescriptions", "The service is running normally"},
           {"HealthState", "5"},
           {"EnabledState", "2"},
           {"RequestedState", "12"},
           {"EnabledDefault", "2"},
           {"TransitioningToState", "12"},
           {"SystemCreationClassName", "Msvm_ComputerSystem"},
           {"SystemName", "hv01"},
           {"CreationClassName", "Msvm_VirtualSystemSnapshotService"},
           {"Started", "true"}});
}

TEST_CASE("the management service has the values of its reference page, on which TransitioningToState is null") {
    check(management_service_instance("hv01"),
          {{"Caption", "Virtual System Management Service"},
           {"Description", "Service for creating, manipulating, and managing virtual machines"},
           {"ElementName", "Hyper-V Virtual System Management Service"},
           {"Name", "vmms"},
           {"OperationalStatus", "2"},
           {"StatusDescriptions", "The service is running normally"},
           {"HealthState", "5"},
           {"EnabledState", "2"},
           {"RequestedState", "12"},
           {"EnabledDefault", "2"},
           {"SystemCreationClassName", "Msvm_ComputerSystem"},
           {"SystemName", "hv01"},
           {"CreationClassName", "Msvm_VirtualSystemManagementService"},
           {"Started", "true"}});
}

TEST_CASE("the names of the services are those of their instances") {
    const auto same = [](const cim::ObjectPath& path, const cim::ObjectPath& own) {
        CHECK(path.class_name == own.class_name);
        CHECK(path.keys.size() == own.keys.size());
        for (const auto& key : own.keys) {
            REQUIRE(path.key(key.name) != nullptr);
            CHECK(*path.key(key.name) == key.value);
        }
    };
    same(service_path("hv01"), snapshot_service_instance("hv01").path());
    same(management_service_path("hv01"), management_service_instance("hv01").path());
}

TEST_CASE("a running job tells how far it is and for how long it has been running") {
    check(job_instance(a_job(), noon + 3s, 300s), {{"InstanceID", snapshot_id},
                                                   {"Caption", "Destroying a snapshot"},
                                                   {"Description", "Destroying the snapshot x"},
                                                   {"ElementName", "Destroy x"},
                                                   {"Name", "Destroy x"},
                                                   {"OperationalStatus", "2"},
                                                   {"StatusDescriptions", "OK"},
                                                   {"HealthState", "5"},
                                                   {"JobStatus", "Running"},
                                                   {"TimeSubmitted", "2026-11-22T12:00:00Z"},
                                                   {"StartTime", "2026-11-22T12:00:01Z"},
                                                   {"ElapsedTime", "P0DT0H0M2S"},
                                                   {"JobRunTimes", "1"},
                                                   {"Owner", "alice"},
                                                   {"PercentComplete", "40"},
                                                   {"DeleteOnCompletion", "true"},
                                                   {"ErrorCode", "0"},
                                                   {"JobState", "4"},
                                                   {"TimeOfLastStateChange", "2026-11-22T12:00:01Z"},
                                                   {"TimeBeforeRemoval", "P0DT0H5M0S"},
                                                   {"Cancellable", "false"},
                                                   {"JobType", "72"}});
    CHECK(job_instance(a_job(), noon, 300s).path() == job_path(snapshot_id));
}

TEST_CASE("a finished job's time stands still, one that waits or a clock that went back gives zero") {
    JobRecord job = a_job();
    CHECK(text(job_instance(job, noon - 1h, 300s), "ElapsedTime") == "P0DT0H0M0S");
    job.state = JobState::exception;
    job.last_change = noon + 11s;
    job.error_code = 32768;
    job.error_description = "The disk is damaged.";
    job.error_summary = "Failed";
    const auto failed = job_instance(job, noon + 4h, 300s);
    CHECK(text(failed, "ElapsedTime") == "P0DT0H0M10S");
    CHECK(text(failed, "ErrorCode") == "32768");
    CHECK(text(failed, "ErrorDescription") == "The disk is damaged.");
    CHECK(text(failed, "ErrorSummaryDescription") == "Failed");

    job = a_job();
    job.state = JobState::fresh;
    job.started.reset();
    const auto waiting = job_instance(job, noon + 4h, 300s);
    CHECK(text(waiting, "StartTime") == "null");
    CHECK(text(waiting, "ElapsedTime") == "P0DT0H0M0S");
}

TEST_CASE("a job's status is its state in one word") {
    struct Case {
        JobState state;
        std::string_view status, number;
    };
    for (const auto& [state, status, number] :
         {Case{JobState::fresh, "New", "2"}, Case{JobState::starting, "Starting", "3"},
          Case{JobState::running, "Running", "4"}, Case{JobState::suspended, "Suspended", "5"},
          Case{JobState::shutting_down, "ShuttingDown", "6"}, Case{JobState::completed, "Completed", "7"},
          Case{JobState::terminated, "Terminated", "8"}, Case{JobState::killed, "Killed", "9"},
          Case{JobState::exception, "Exception", "10"},
          Case{JobState::completed_with_warnings, "CompletedWithWarnings", "32768"}}) {
        JobRecord job = a_job();
        job.state = state;
        CHECK(text(job_instance(job, noon, 300s), "JobStatus") == status);
        CHECK(text(job_instance(job, noon, 300s), "JobState") == number);
    }
}

TEST_CASE("the id of settings is Microsoft: and a GUID in any case, and nothing else is") {
    CHECK(parse_settings_id(settings_id(vm_id)) == std::string(vm_id));
    CHECK(parse_settings_id("microsoft:6fbe94b5-47c0-4e5a-a6bb-0d2be06a1a1f") == std::string(vm_id));
    for (const std::string_view id :
         {"", "Microsoft:", "Microsoft", "6FBE94B5-47C0-4E5A-A6BB-0D2BE06A1A1F", "Microsoft:X",
          "Microsoft:6FBE94B5-47C0-4E5A-A6BB-0D2BE06A1A1", "Microsoft:6FBE94B5-47C0-4E5A-A6BB-0D2BE06A1A1FF",
          "Microsoft:6FBE94B5-47C0-4E5A-A6BB-0D2BE06A1A1G", "Microsoft:{6FBE94B5-47C0-4E5A-A6BB-0D2BE06A1A1F}",
          "Microsoft:6FBE94B5047C0-4E5A-A6BB-0D2BE06A1A1F", " Microsoft:6FBE94B5-47C0-4E5A-A6BB-0D2BE06A1A1F",
          "Microsoft:6FBE94B5-47C0-4E5A-A6BB-0D2BE06A1A1F\\x", "Minisoft::6FBE94B5-47C0-4E5A-A6BB-0D2BE06A1A1F"}) {
        CAPTURE(id);
        CHECK_FALSE(parse_settings_id(id));
    }
    CHECK(upper_guid("6fbe94b5-47c0-4e5a-a6bb-0d2be06a1a1f") == vm_id);
    CHECK(is_guid("6fbe94B5-47c0-4e5a-a6bb-0d2be06a1a1f"));
    CHECK_FALSE(is_guid("6fbe94b5-47c0-4e5a-a6bb_0d2be06a1a1f"));
}

}  // namespace
