#include "snapshot/inherited_methods.hpp"

#include <cstdint>
#include <string>

#include "snapshot/method_messages.hpp"
#include "snapshot/snapshot_methods.hpp"
#include "soap/snapshot_messages.hpp"
#include "wsman/typed_method.hpp"

namespace tintype::snapshot {

namespace {

using ReadNothing = tl::expected<void, soap::BindingError> (*)(std::string_view body);
using WriteValue = void (*)(std::uint32_t return_value, std::string& out);

wsman::Result<void> change_state(const wsman::Call& call, std::string_view body, std::string& out) {
    const auto requested = read_requested_state(body);
    if (!requested) return tl::unexpected(requested.error());
    return answer(call, MethodAnswer{request_state_change(*requested), {}, {}}, ReturnTable::cim, nullptr,
                  soap::write_request_state_change, out);
}

/// A method that the classes' pages call not supported.
wsman::Method not_supported(ReadNothing read, WriteValue write) {
    return [=](const wsman::Call& call, std::string_view body, std::string& out) -> wsman::Result<void> {
        if (const auto input = read(body); !input) return tl::unexpected(wsman::to_fault(input.error()));
        const auto value = return_value(Outcome::not_supported, ReturnTable::cim);
        write(value, out);
        *call.summary += " -> " + std::to_string(value);
        return {};
    };
}

}  // namespace

wsman::NamedMethods inherited_methods() {
    return {{"RequestStateChange", change_state},
            {"StartService", not_supported(soap::read_start_service, soap::write_start_service)},
            {"StopService", not_supported(soap::read_stop_service, soap::write_stop_service)}};
}

}  // namespace tintype::snapshot
