// The messages of the snapshot service's other methods; snapshot_messages_test.cpp has what all share.
#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "soap/snapshot_messages.hpp"

using namespace tintype;
using Kind = soap::BindingError::Kind;

namespace {

std::string message(const std::string& method, const std::string& inside) {
    return "<p:" + method + "_INPUT>" + inside + "</p:" + method + "_INPUT>";
}
std::string element(const std::string& name, const std::string& inside) {
    return "<p:" + name + ">" + inside + "</p:" + name + ">";
}

using ReadSnapshot = tl::expected<soap::SnapshotInput, soap::BindingError> (*)(std::string_view);
using WriteJob = void (*)(const soap::JobOutput&, std::string&);
struct Method {
    std::string name, parameter;
    ReadSnapshot read;
    WriteJob write;
};
const std::vector<Method> on_snapshots{
    {"ApplySnapshot", "Snapshot", soap::read_apply_snapshot, soap::write_apply_snapshot},
    {"ClearSnapshotState", "SnapshotSettingData", soap::read_clear_snapshot_state, soap::write_clear_snapshot_state},
    {"ConvertToReferencePoint", "AffectedSnapshot", soap::read_convert_to_reference_point,
     soap::write_convert_to_reference_point},
    {"DestroySnapshot", "AffectedSnapshot", soap::read_destroy_snapshot, soap::write_destroy_snapshot},
    {"DestroySnapshotTree", "SnapshotSettingData", soap::read_destroy_snapshot_tree, soap::write_destroy_snapshot_tree},
};

TEST_CASE("each method that takes a snapshot reads its own parameter and no other") {
    for (const auto& method : on_snapshots) {
        CAPTURE(method.name);
        const auto read = method.read(message(method.name, element(method.parameter, "<a:Address>x</a:Address>")));
        REQUIRE(read);
        CHECK(read->snapshot == "<a:Address>x</a:Address>");
        const auto missing = method.read(message(method.name, ""));
        REQUIRE_FALSE(missing);
        CHECK(missing.error().kind == Kind::missing);
        CHECK(missing.error().parameter == method.parameter);
        const auto other = method.read(message(method.name, element("Machine", "x")));
        REQUIRE_FALSE(other);
        CHECK(other.error().kind == Kind::unexpected);
        const auto wrong = method.read(message("MakeCoffee", element(method.parameter, "x")));
        REQUIRE_FALSE(wrong);
        CHECK(wrong.error().kind == Kind::wrong_element);
        std::string out;
        method.write({.job = "<a:Address>j</a:Address>", .return_value = 4096}, out);
        CHECK(out == "<p:" + method.name +
                         "_OUTPUT><p:Job><a:Address>j</a:Address></p:Job><p:ReturnValue>4096"
                         "</p:ReturnValue></p:" +
                         method.name + "_OUTPUT>");
    }
}

TEST_CASE("ConvertToReferencePoint passes over what it can't use") {
    const auto read = soap::read_convert_to_reference_point(message(
        "ConvertToReferencePoint", element("AffectedSnapshot", "x") + element("ReferencePointSettings", "y") +
                                       "<p:ResultingReferencePoint xsi:nil=\"true\"></p:ResultingReferencePoint>"));
    REQUIRE(read);
    CHECK(read->snapshot == "x");
}

TEST_CASE("CreateSnapshot reads all of its parameters, settings as the text that they are") {
    const auto read = soap::read_create_snapshot(message(
        "CreateSnapshot",
        element("AffectedSystem", "<a:Address>x</a:Address>") +
            element("SnapshotSettings", "&lt;INSTANCE&gt;caf\u00e9 &amp;amp; \u20ac\U0001F600\n&lt;/INSTANCE&gt;") +
            element("SnapshotType", " 32768 ") + element("ResultingSnapshot", "<a:Address>y</a:Address>")));
    REQUIRE(read);
    CHECK(read->affected_system == "<a:Address>x</a:Address>");
    CHECK(read->snapshot_settings == "&lt;INSTANCE&gt;caf\u00e9 &amp;amp; \u20ac\U0001F600\n&lt;/INSTANCE&gt;");
    CHECK(read->snapshot_type == 32768);
}

TEST_CASE("CreateSnapshot's parameters come in any order, and may be absent or null but for the machine") {
    const auto system = element("AffectedSystem", "x");
    for (const auto& inside : {system, system + "<p:SnapshotType xsi:nil=\"true\"></p:SnapshotType>",
                               "<p:SnapshotSettings xsi:nil=\"true\"></p:SnapshotSettings>" + system,
                               "<p:ResultingSnapshot xsi:nil=\"true\"></p:ResultingSnapshot>" + system}) {
        CAPTURE(inside);
        const auto read = soap::read_create_snapshot(message("CreateSnapshot", inside));
        REQUIRE_MESSAGE(read, read.error().message);
        CHECK_FALSE(read->snapshot_settings.has_value());
        CHECK_FALSE(read->snapshot_type.has_value());
    }
    const auto reversed = soap::read_create_snapshot(
        message("CreateSnapshot", element("SnapshotType", "3") + element("SnapshotSettings", "") + system));
    REQUIRE_MESSAGE(reversed, reversed.error().message);
    CHECK(reversed->snapshot_type == 3);
    CHECK(reversed->snapshot_settings.value_or("") == "");
    for (const auto& wrong : std::vector<std::pair<std::string, Kind>>{
             {"", Kind::missing},
             {"<p:AffectedSystem xsi:nil=\"true\"></p:AffectedSystem>", Kind::missing},
             {system + element("SnapshotType", "full"), Kind::wrong_type},
             {system + element("SnapshotType", "65536"), Kind::wrong_type},
             {system + element("SnapshotType", "-2"), Kind::wrong_type},
             {system + element("SnapshotType", "2") + element("SnapshotType", "2"), Kind::duplicate},
             {system + element("Force", "true"), Kind::unexpected}}) {
        CAPTURE(wrong.first);
        const auto read = soap::read_create_snapshot(message("CreateSnapshot", wrong.first));
        REQUIRE_FALSE(read);
        CHECK(read.error().kind == wrong.second);
        CHECK(soap::read_create_snapshot(message("CreateSnapshot", system)));  // nothing of it is left behind
    }
}

TEST_CASE("a long SnapshotSettings is read in full") {
    for (const std::size_t size : {1'000U, 65'500U, 65'536U, 200'000U}) {
        const std::string text(size, 'x');
        const auto read = soap::read_create_snapshot(
            message("CreateSnapshot", element("AffectedSystem", "x") + element("SnapshotSettings", text)));
        REQUIRE(read);
        CHECK(read->snapshot_settings == text);
    }
}

TEST_CASE("SnapshotSettings may be elements, however long, and stays what it is") {
    for (const std::size_t size : {1U, 2'000U}) {
        std::string inside;
        for (std::size_t i = 0; i < size; ++i) inside += element("q0:ElementName", "a &lt; b &amp; c");
        const auto read = soap::read_create_snapshot(
            message("CreateSnapshot", element("AffectedSystem", "x") + element("SnapshotSettings", inside)));
        REQUIRE(read);
        CHECK(read->snapshot_settings == inside);
    }
}

TEST_CASE("CreateSnapshot's answer leaves out the snapshot that is not there yet") {
    std::string out;
    soap::write_create_snapshot({.job = "<a:Address>j</a:Address>", .return_value = 4096}, out);
    CHECK(out ==
          "<p:CreateSnapshot_OUTPUT><p:Job><a:Address>j</a:Address></p:Job><p:ReturnValue>4096</p:ReturnValue>"
          "</p:CreateSnapshot_OUTPUT>");
}

TEST_CASE("RequestStateChange reads a state and a time, either of which may be absent") {
    const auto all = soap::read_request_state_change(
        message("RequestStateChange",
                element("RequestedState", "2") + element("TimeoutPeriod", "<cim:Interval>PT30S</cim:Interval>")));
    REQUIRE_MESSAGE(all, all.error().message);
    CHECK(all->requested_state == 2);
    CHECK(all->timeout_period == "<cim:Interval>PT30S</cim:Interval>");
    const auto none = soap::read_request_state_change(message("RequestStateChange", ""));
    REQUIRE(none);
    CHECK_FALSE(none->requested_state.has_value());
    std::string out;
    soap::write_request_state_change({.job = {}, .return_value = 0}, out);
    CHECK(out == "<p:RequestStateChange_OUTPUT><p:ReturnValue>0</p:ReturnValue></p:RequestStateChange_OUTPUT>");
}

TEST_CASE("StartService and StopService take nothing") {
    CHECK(soap::read_start_service("<p:StartService_INPUT/>"));
    CHECK(soap::read_start_service(message("StartService", "\n ")));
    CHECK(soap::read_stop_service(message("StopService", "")));
    CHECK(soap::read_start_service(message("StopService", "")).error().kind == Kind::wrong_element);
    CHECK(soap::read_stop_service(message("StopService", element("Force", "true"))).error().kind == Kind::unexpected);
    std::string out;
    soap::write_start_service(1, out);
    soap::write_stop_service(1, out);
    CHECK(out ==
          "<p:StartService_OUTPUT><p:ReturnValue>1</p:ReturnValue></p:StartService_OUTPUT>"
          "<p:StopService_OUTPUT><p:ReturnValue>1</p:ReturnValue></p:StopService_OUTPUT>");
}

}  // namespace
