#pragma once
/// \file
/// Get, Put, Create, Delete (DSP0226 clause 7): what comes after the plan.

#include <string>

#include "wsman/dispatch.hpp"

namespace tintype::wsman {

/// What an operation of Transfer came to, before it is written down.
struct Transferred {
    const cim::Instance* instance = nullptr;  ///< Get, Put: as it is now, until this thread's next transfer().
    cim::ObjectPath path;                     ///< Its name; empty after a Get, whose instance has it, and a Delete.
    bool renamed = false;                     ///< Put: it has another name than before.
};

/// Carries out the plan, which must be for one of these operations.
[[nodiscard]] Result<Transferred> transfer(const Plan& plan);

/// Appends the headers that the answer has on account of it: w:RequestedEPR, which a rename brings unasked
/// (R6.5-1, 7.4), and w:FragmentTransfer (7.7).
void append_headers(std::string& out, const Plan& plan, const Transferred& transferred);
/// Appends what the answer's body holds.
void append_body(std::string& out, const Plan& plan, const Transferred& transferred);

}  // namespace tintype::wsman
