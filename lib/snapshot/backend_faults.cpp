#include "snapshot/backend_faults.hpp"

namespace tintype::snapshot {

ReturnValue return_value(BackendErrorCode code) noexcept {
    switch (code) {
        case BackendErrorCode::not_found:
            return ReturnValue::invalid_parameter;
        case BackendErrorCode::in_use:
        case BackendErrorCode::invalid:
            return ReturnValue::invalid_state;
        case BackendErrorCode::not_supported:
            return ReturnValue::not_supported;
        case BackendErrorCode::timed_out:
            return ReturnValue::timeout;
        case BackendErrorCode::unavailable:
        case BackendErrorCode::no_space:
        case BackendErrorCode::cancelled:
        case BackendErrorCode::failed:
            break;
    }
    return ReturnValue::failed;
}

wsman::Fault backend_fault(const BackendError& error) {
    wsman::Fault fault(error.code == BackendErrorCode::unavailable ? wsman::faults::endpoint_unavailable
                                                                   : wsman::faults::internal_error);
    fault.provider_words = error.message;
    return fault;
}

}  // namespace tintype::snapshot
