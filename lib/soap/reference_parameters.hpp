#pragma once
/// \file
/// Reference parameters of ReplyTo and FaultTo on their way back (WS-Addressing 2.2, DSP0226 R5.4.2-5).

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace tintype::soap {

/// Appends each element of `parameters` as a header block, with the namespaces declared that begin_answer() doesn't
/// bind. What stands in the namespace of xml, where no element may be, is left out.
/// \param parameters EndpointHeader::reference_parameters. \param other_namespaces Envelope::other_namespaces.
/// \returns false, with `out` as it was, if they are more than `room` bytes: a namespace may be long and be needed
/// often.
[[nodiscard]] bool append_reference_parameters(std::string& out, std::string_view parameters,
                                               std::span<const std::string_view> other_namespaces, std::size_t room);

}  // namespace tintype::soap
