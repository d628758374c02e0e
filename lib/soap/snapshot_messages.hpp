#pragma once
/// \file
/// The typed messages of Msvm_VirtualSystemSnapshotService, and of Msvm_ComputerSystem's RequestStateChange, which has
/// the same content, read and written by the serialisers that soapcpp2 generates from wsdl/. Callers see plain C++;
/// gSOAP stays inside lib/soap.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tintype::soap {

/// Why a body is not the message that its action wants (becomes wsman:InvalidParameter, or wsa:ActionNotSupported with
/// ActionMismatch when the body's element is another one).
struct BindingError {
    enum class Kind { wrong_element, missing, unexpected, duplicate, wrong_type } kind = Kind::wrong_type;
    std::string parameter;  ///< Name of the parameter, where known.
    std::string message;
};

/// A reference parameter (`… REF`): canonical XML of what stands inside the parameter's element. cim/reference.hpp
/// understands it.
using ReferenceXml = std::string;

/// What each method that takes one snapshot is told.
struct SnapshotInput {
    ReferenceXml snapshot;
};

struct CreateSnapshotInput {
    ReferenceXml affected_system;
    /// Canonical XML of what stands inside the parameter: CIM-XML of an instance as text, the instance as elements, or
    /// nothing.
    std::optional<std::string> snapshot_settings;
    std::optional<std::uint16_t> snapshot_type;
};

struct RequestStateChangeInput {
    std::optional<std::uint16_t> requested_state;
    std::optional<ReferenceXml> timeout_period;  ///< Canonical XML of a cimDateTime.
};

/// What a method answers that may start a job.
struct JobOutput {
    std::optional<ReferenceXml> job;  ///< Content of p:Job (a:Address, a:ReferenceParameters); prefixes a and w.
    std::uint32_t return_value = 0;
};

/// Each reads `p:METHOD_INPUT`. An in-and-out parameter is passed over: what a client puts into it means nothing.
/// \param body Envelope::body. Thread safe: each thread has its own gSOAP context.
[[nodiscard]] tl::expected<SnapshotInput, BindingError> read_apply_snapshot(std::string_view body);
[[nodiscard]] tl::expected<SnapshotInput, BindingError> read_clear_snapshot_state(std::string_view body);
[[nodiscard]] tl::expected<SnapshotInput, BindingError> read_convert_to_reference_point(std::string_view body);
[[nodiscard]] tl::expected<CreateSnapshotInput, BindingError> read_create_snapshot(std::string_view body);
[[nodiscard]] tl::expected<SnapshotInput, BindingError> read_destroy_snapshot(std::string_view body);
[[nodiscard]] tl::expected<SnapshotInput, BindingError> read_destroy_snapshot_tree(std::string_view body);
[[nodiscard]] tl::expected<RequestStateChangeInput, BindingError> read_request_state_change(std::string_view body);
[[nodiscard]] tl::expected<void, BindingError> read_start_service(std::string_view body);
[[nodiscard]] tl::expected<void, BindingError> read_stop_service(std::string_view body);

/// Each appends `p:METHOD_OUTPUT` to `out`; `p`, `a`, `w` are bound further out. ResultingSnapshot and
/// ResultingReferencePoint are null, and so left out: what they would name is there when the job is done.
void write_apply_snapshot(const JobOutput& output, std::string& out);
void write_clear_snapshot_state(const JobOutput& output, std::string& out);
void write_convert_to_reference_point(const JobOutput& output, std::string& out);
void write_create_snapshot(const JobOutput& output, std::string& out);
void write_destroy_snapshot(const JobOutput& output, std::string& out);
void write_destroy_snapshot_tree(const JobOutput& output, std::string& out);
void write_request_state_change(const JobOutput& output, std::string& out);
void write_start_service(std::uint32_t return_value, std::string& out);
void write_stop_service(std::uint32_t return_value, std::string& out);

}  // namespace tintype::soap
