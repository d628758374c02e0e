#pragma once
/// \file
/// What a method in typed values answers.

#include <string>
#include <utility>

#include "snapshot/return_values.hpp"
#include "tintype/wsman/fault.hpp"

namespace tintype::snapshot {

struct MethodAnswer {
    Outcome outcome = Outcome::failed;
    std::string job{};  ///< Id of the job when outcome is job_started.
    std::string why{};  ///< Of a refusal whose number alone doesn't say it, a sentence for the log; may be empty.
};

/// Why a method does nothing: an answer of its table, or a fault.
struct Refused {
    Refused(Outcome outcome, std::string why = {}) : answer(MethodAnswer{outcome, {}, std::move(why)}) {}
    Refused(wsman::Fault fault) : answer(tl::unexpected(std::move(fault))) {}

    wsman::Result<MethodAnswer> answer;
};

}  // namespace tintype::snapshot
