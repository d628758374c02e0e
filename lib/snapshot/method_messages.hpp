#pragma once
/// \file
/// What the typed methods of several classes read and write alike.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "snapshot/method_answer.hpp"
#include "soap/snapshot_messages.hpp"
#include "tintype/wsman/resource.hpp"

namespace tintype::snapshot {

using WriteJob = void (*)(const soap::JobOutput& output, std::string& out);

/// Writes what came of a method, and says it in the log. \param subject what the method was about; may be null.
[[nodiscard]] wsman::Result<void> answer(const wsman::Call& call, const wsman::Result<MethodAnswer>& answered,
                                         ReturnTable table, const std::string* subject, WriteJob write,
                                         std::string& out);

/// RequestedState of a RequestStateChange. TimeoutPeriod has to be a time and means nothing: a change of the service
/// takes none, and of Msvm_ComputerSystem's the page says that it is not used.
[[nodiscard]] wsman::Result<std::optional<std::uint16_t>> read_requested_state(std::string_view body);

}  // namespace tintype::snapshot
