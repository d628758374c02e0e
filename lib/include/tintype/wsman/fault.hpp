#pragma once
/// \file
/// A fault as a value, and its XML. Every error answer of the endpoint is made here.

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "tintype/wsman/fault_catalogue.hpp"

namespace tintype::wsman {

/// What went wrong: a row of the catalogue and, where more is known, words of this case.
struct Fault {
    const FaultEntry* entry = &faults::internal_error;
    std::string message;         ///< For people: replaces the catalogue's words if not empty.
    std::string provider_words;  ///< What a backend said (f:ProviderFault); empty if nothing.
    std::string detail_xml;      ///< Further elements of s:Detail, XML that is ready, canonical prefixes.
    /// must_understand: the header blocks not understood, as `{uri}local`.
    std::vector<std::pair<std::string, std::string>> not_understood = {};

    explicit(false) Fault(const FaultEntry& row, std::string words = {}) : entry(&row), message(std::move(words)) {}
};

template <class T>
using Result = tl::expected<T, Fault>;

/// Shorthand: `return fail(faults::quota_limit, "…")`.
[[nodiscard]] inline tl::unexpected<Fault> fail(const FaultEntry& row, std::string words = {}) {
    return tl::unexpected(Fault(row, std::move(words)));
}

/// Action of the answer that carries it.
[[nodiscard]] std::string_view fault_action(const Fault& fault) noexcept;

/// Header blocks that this fault adds to its answer (s:NotUnderstood, s:Upgrade).
[[nodiscard]] std::string fault_headers(const Fault& fault);

/// Appends s:Fault. \param machine name of this host.
void append_fault(std::string& out, const Fault& fault, std::string_view machine);

/// Subcode and detail in a few words for the log, such as `wsman:InvalidSelectors/UnexpectedSelectors`.
[[nodiscard]] std::string fault_name(const Fault& fault);

}  // namespace tintype::wsman
