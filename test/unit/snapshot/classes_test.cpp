#include "snapshot/classes.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tintype/cim/class_declaration.hpp"

namespace {

using namespace tintype;
using namespace tintype::snapshot;
using cim::Type;

const cim::ClassDeclaration* const all_classes[] = {&computer_system_class, &virtual_system_setting_data_class,
                                                    &snapshot_service_class, &management_service_class,
                                                    &concrete_job_class};

bool is_superclass(const cim::ClassDeclaration& declaration, std::string_view name) {
    return std::find(declaration.superclasses.begin(), declaration.superclasses.end(), name) !=
           declaration.superclasses.end();
}

// Names of what a superclass introduced, or the class itself if it is empty.
std::string introduced(const cim::ClassDeclaration& declaration, std::string_view origin) {
    std::string names;
    for (const auto& property : declaration.properties) {
        if (property.origin == origin) names.append(names.empty() ? "" : " ").append(property.name);
    }
    return names;
}

std::string_view type_name(Type type) {
    switch (type) {
        case Type::boolean:
            return "boolean";
        case Type::uint16:
            return "uint16";
        case Type::uint32:
            return "uint32";
        case Type::string:
            return "string";
        case Type::datetime:
            return "datetime";
        default:
            return "?";
    }
}

// The parameters as the reference page's syntax block has them, with `!` behind what a client must give.
std::string signature(const cim::ClassDeclaration& declaration, std::string_view method) {
    const auto* found = declaration.method(method);
    REQUIRE(found != nullptr);
    std::string text;
    for (const auto& parameter : found->parameters) {
        if (!text.empty()) text += ", ";
        text += parameter.in && parameter.out ? "[in, out] " : parameter.in ? "[in] " : "[out] ";
        if (parameter.type == Type::reference) {
            text.append(parameter.reference_class).append(" REF");
        } else {
            text += type_name(parameter.type);
        }
        text.append(" ").append(parameter.name);
        if (parameter.array) text += "[]";
        if (!parameter.embedded_class.empty()) text.append(" of ").append(parameter.embedded_class);
        if (parameter.required) text += '!';
    }
    return text;
}

TEST_CASE("every origin of a property or method is one of the class's superclasses") {
    for (const auto* declaration : all_classes) {
        for (const auto& property : declaration->properties) {
            CAPTURE(declaration->name);
            CAPTURE(property.name);
            CHECK((property.origin.empty() || is_superclass(*declaration, property.origin)));
        }
        for (const auto& method : declaration->methods) {
            CAPTURE(declaration->name);
            CAPTURE(method.name);
            CHECK((method.origin.empty() || is_superclass(*declaration, method.origin)));
        }
    }
}

TEST_CASE("every class has from CIM_ManagedElement what that class introduces") {
    for (const auto* declaration : all_classes) {
        CAPTURE(declaration->name);
        CHECK(introduced(*declaration, "CIM_ManagedElement") == "InstanceID Caption Description ElementName");
    }
}

TEST_CASE("CIM_Job and CIM_ConcreteJob introduce what their pages say") {
    CHECK(
        introduced(concrete_job_class, "CIM_Job") ==
        "JobStatus TimeSubmitted ScheduledStartTime StartTime ElapsedTime JobRunTimes RunMonth RunDay RunDayOfWeek "
        "RunStartInterval LocalOrUtcTime UntilTime Notify Owner Priority PercentComplete DeleteOnCompletion ErrorCode "
        "ErrorDescription ErrorSummaryDescription RecoveryAction OtherRecoveryAction");
    CHECK(introduced(concrete_job_class, "CIM_ConcreteJob") == "JobState TimeOfLastStateChange TimeBeforeRemoval");
    CHECK(introduced(concrete_job_class, "") == "Cancellable JobType");
}

TEST_CASE("a property that a subclass overrides has the class that introduced it as its origin") {
    for (const auto* declaration :
         {&computer_system_class, &snapshot_service_class, &management_service_class, &concrete_job_class}) {
        CAPTURE(declaration->name);
        CHECK(introduced(*declaration, "CIM_ManagedSystemElement").find("Name") != std::string::npos);
    }
    CHECK(introduced(virtual_system_setting_data_class, "CIM_SettingData").empty());
    CHECK(introduced(computer_system_class, "CIM_System") ==
          "CreationClassName PrimaryOwnerName PrimaryOwnerContact Roles NameFormat OtherIdentifyingInfo "
          "IdentifyingDescriptions");
}

TEST_CASE("the snapshot service itself has nothing but methods of its own") {
    CHECK(introduced(snapshot_service_class, "").empty());
    std::vector<std::string_view> own;
    for (const auto& method : snapshot_service_class.methods) {
        if (method.origin.empty()) own.push_back(method.name);
    }
    CHECK(own == std::vector<std::string_view>{"ClearSnapshotState", "ConvertToReferencePoint", "DestroySnapshotTree"});
}

TEST_CASE("the management service has nothing of its own, and of its methods those that are served") {
    CHECK(introduced(management_service_class, "").empty());
    std::vector<std::string_view> names;
    for (const auto& method : management_service_class.methods) names.push_back(method.name);
    CHECK(names ==
          std::vector<std::string_view>{"ModifySystemSettings", "RequestStateChange", "StartService", "StopService"});
    CHECK(management_service_class.superclasses.front() == "CIM_VirtualSystemManagementService");
    CHECK(snapshot_service_class.superclasses.front() == "CIM_VirtualSystemSnapshotService");
}

TEST_CASE("methods have the parameters of their reference pages, in that order") {
    CHECK(signature(snapshot_service_class, "DestroySnapshot") ==
          "[in] CIM_VirtualSystemSettingData REF AffectedSnapshot!, [out] CIM_ConcreteJob REF Job");
    CHECK(signature(snapshot_service_class, "CreateSnapshot") ==
          "[in] CIM_ComputerSystem REF AffectedSystem!, [in] string SnapshotSettings of CIM_SettingData, "
          "[in] uint16 SnapshotType, [in, out] CIM_VirtualSystemSettingData REF ResultingSnapshot, "
          "[out] CIM_ConcreteJob REF Job");
    CHECK(signature(management_service_class, "ModifySystemSettings") ==
          "[in] string SystemSettings of CIM_VirtualSystemSettingData, [out] CIM_ConcreteJob REF Job");
    for (const auto* service : {&snapshot_service_class, &management_service_class}) {
        CHECK(signature(*service, "RequestStateChange") ==
              "[in] uint16 RequestedState, [out] CIM_ConcreteJob REF Job, [in] datetime TimeoutPeriod");
        CHECK(signature(*service, "StartService").empty());
        CHECK(signature(*service, "StopService").empty());
    }
    CHECK(signature(concrete_job_class, "RequestStateChange") ==
          "[in] uint16 RequestedState, [in] datetime TimeoutPeriod");
    CHECK(signature(concrete_job_class, "GetErrorEx") == "[out] string Errors[] of Msvm_Error");
    CHECK(signature(concrete_job_class, "KillJob") == "[in] boolean DeleteOnKill");
    CHECK(signature(computer_system_class, "RequestReplicationStateChangeEx") ==
          "[in] string ReplicationRelationship of Msvm_ReplicationRelationship, [in] uint16 RequestedState, "
          "[out] CIM_ConcreteJob REF Job, [in] datetime TimeoutPeriod");
    CHECK(signature(computer_system_class, "InjectNonMaskableInterrupt") == "[out] CIM_ConcreteJob REF Job");
}

TEST_CASE("a snapshot's name and notes are writable, its identity is not") {
    const auto& declaration = virtual_system_setting_data_class;
    for (const auto* name : {"ElementName", "Notes"}) CHECK(declaration.properties[*declaration.find(name)].writable);
    for (const auto* name : {"InstanceID", "VirtualSystemIdentifier", "CreationTime", "Parent", "ConfigurationID"}) {
        CAPTURE(name);
        CHECK_FALSE(declaration.properties[*declaration.find(name)].writable);
    }
}

}  // namespace
