#include "snapshot/return_values.hpp"

namespace tintype::snapshot {

namespace {

std::uint32_t cim_value(Outcome outcome) noexcept {
    switch (outcome) {
        case Outcome::completed:
            return 0;
        case Outcome::not_supported:
            return 1;
        case Outcome::failed:
        case Outcome::unavailable:
            return 2;
        case Outcome::timed_out:
            return 3;
        case Outcome::invalid_parameter:
            return 4;
        case Outcome::in_use:
        case Outcome::invalid_state:
            return 5;
        case Outcome::invalid_type:
            return 6;
        case Outcome::job_started:
            return 4096;
    }
    return 2;
}

std::uint32_t apply_value(Outcome outcome) noexcept {
    switch (outcome) {
        case Outcome::invalid_parameter:
            return 32773;
        case Outcome::in_use:
        case Outcome::invalid_state:
            return 32775;
        default:
            return cim_value(outcome);
    }
}

std::uint32_t vendor_value(Outcome outcome) noexcept {
    switch (outcome) {
        case Outcome::completed:
            return 0;
        case Outcome::job_started:
            return 4096;
        case Outcome::failed:
            return 32768;
        case Outcome::not_supported:
            return 32770;
        case Outcome::timed_out:
            return 32772;
        case Outcome::invalid_parameter:
            return 32773;
        case Outcome::in_use:
            return 32774;
        case Outcome::invalid_state:
            return 32775;
        case Outcome::invalid_type:
            return 32776;
        case Outcome::unavailable:
            return 32777;
    }
    return 32768;
}

}  // namespace

std::uint32_t return_value(Outcome outcome, ReturnTable table) noexcept {
    switch (table) {
        case ReturnTable::cim:
            return cim_value(outcome);
        case ReturnTable::apply:
            return apply_value(outcome);
        case ReturnTable::vendor:
            return vendor_value(outcome);
    }
    return cim_value(outcome);
}

Outcome outcome_of(BackendErrorCode code) noexcept {
    switch (code) {
        case BackendErrorCode::not_found:
            return Outcome::invalid_parameter;
        case BackendErrorCode::in_use:
            return Outcome::in_use;
        case BackendErrorCode::invalid:
            return Outcome::invalid_state;
        case BackendErrorCode::not_supported:
            return Outcome::not_supported;
        case BackendErrorCode::timed_out:
            return Outcome::timed_out;
        case BackendErrorCode::unavailable:
            return Outcome::unavailable;
        case BackendErrorCode::no_space:
        case BackendErrorCode::cancelled:
        case BackendErrorCode::failed:
            break;
    }
    return Outcome::failed;
}

std::uint16_t job_error_code(BackendErrorCode code, ReturnTable table) noexcept {
    return static_cast<std::uint16_t>(return_value(outcome_of(code), table));
}

}  // namespace tintype::snapshot
