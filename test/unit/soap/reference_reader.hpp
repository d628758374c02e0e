#pragma once
/// \file
/// The rules of SOAP 1.2, WS-Addressing and WS-Management for headers, on a tree and without regard to cost.

#include <string>
#include <tl/expected.hpp>

#include "soap/envelope.hpp"
#include "tintype/limits.hpp"

namespace tintype::test {

/// What describe(Envelope) gives for a message that our reader has read, or why the message is to be refused.
tl::expected<std::string, std::string> describe_by_reference(const std::string& utf8, const Limits& limits);

// How both describe the parts of an envelope.
std::string describe_field(const std::string& name, bool must_understand, const std::string& text);
std::string describe_selector(const std::string& name, const std::string& text, const std::string& reference);
std::string describe_option(const std::string& name, const std::string& type, const std::string& value,
                            bool must_comply, bool nil);
std::string describe_endpoint(const std::string& name, bool must_understand, const std::string& address,
                              const std::string& parameters);

}  // namespace tintype::test
