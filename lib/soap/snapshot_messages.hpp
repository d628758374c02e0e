#pragma once
/// \file
/// The typed messages of Msvm_VirtualSystemSnapshotService, read and written by the serialisers that soapcpp2 generates
/// from wsdl/. Callers see plain C++; gSOAP stays inside lib/soap.

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

struct DestroySnapshotInput {
    ReferenceXml affected_snapshot;
};

struct DestroySnapshotOutput {
    std::optional<ReferenceXml> job;  ///< Content of p:Job (a:Address, a:ReferenceParameters); prefixes a and w.
    std::uint32_t return_value = 0;
};

/// Reads `p:DestroySnapshot_INPUT`. \param body Envelope::body. Thread safe: each thread has its own gSOAP context.
[[nodiscard]] tl::expected<DestroySnapshotInput, BindingError> read_destroy_snapshot(std::string_view body);
/// Appends `p:DestroySnapshot_OUTPUT` to `out`; `p`, `a`, `w` are bound further out.
void write_destroy_snapshot(const DestroySnapshotOutput& output, std::string& out);

}  // namespace tintype::soap
