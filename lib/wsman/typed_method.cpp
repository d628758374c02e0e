#include "wsman/typed_method.hpp"

namespace tintype::wsman {

Fault to_fault(const soap::BindingError& error) {
    switch (error.kind) {
        case soap::BindingError::Kind::wrong_element:
            return {faults::action_not_supported_action_mismatch, error.message};
        case soap::BindingError::Kind::unexpected:
            return {faults::invalid_parameter_invalid_name, error.message};
        case soap::BindingError::Kind::wrong_type:
            return {faults::invalid_parameter_type_mismatch, error.message};
        case soap::BindingError::Kind::missing:
        case soap::BindingError::Kind::duplicate:
            break;
    }
    return {faults::invalid_parameter, error.message};
}

}  // namespace tintype::wsman
