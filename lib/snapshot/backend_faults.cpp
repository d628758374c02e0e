#include "snapshot/backend_faults.hpp"

namespace tintype::snapshot {

wsman::Fault backend_fault(const BackendError& error) {
    wsman::Fault fault(error.code == BackendErrorCode::unavailable ? wsman::faults::endpoint_unavailable
                                                                   : wsman::faults::internal_error);
    fault.provider_words = error.message;
    return fault;
}

wsman::Fault transfer_fault(const BackendError& error) {
    const auto fault = [&](const wsman::FaultEntry& entry) {
        wsman::Fault made(entry);
        made.provider_words = error.message;
        return made;
    };
    switch (error.code) {
        case BackendErrorCode::not_found:
            return fault(wsman::faults::destination_unreachable);
        case BackendErrorCode::in_use:
            return fault(wsman::faults::concurrency);
        case BackendErrorCode::not_supported:
            return fault(wsman::faults::action_not_supported);
        case BackendErrorCode::timed_out:
            return fault(wsman::faults::timed_out);
        case BackendErrorCode::invalid:
        case BackendErrorCode::unavailable:
        case BackendErrorCode::no_space:
        case BackendErrorCode::cancelled:
        case BackendErrorCode::failed:
            break;
    }
    return backend_fault(error);
}

}  // namespace tintype::snapshot
