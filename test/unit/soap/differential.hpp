#pragma once
/// \file
/// Our reader against namespace-aware expat, and our short way through gSOAP against the long one.

#include <string>
#include <string_view>

#include "soap/envelope_reader.hpp"

namespace tintype::test {

/// Reads the message both ways. Empty if they agree: both refuse it, or both find the same headers and the same body.
/// Otherwise a sentence and what each of them found.
std::string compare_with_expat(soap::EnvelopeReader& reader, std::string_view message, std::string_view content_type);

/// Reads the input of a method of Msvm_VirtualSystemSnapshotService, or of RequestStateChange, as snapshot_messages.hpp
/// does and, in an envelope, as gSOAP's manual has it, with a context that is used for nothing else. Empty if they
/// agree or the body is none of these.
std::string compare_with_gsoap(const soap::Envelope& envelope);

/// The envelope as text: every header and the body, prefixes resolved.
std::string describe(const soap::Envelope& envelope);

}  // namespace tintype::test
