#pragma once
/// \file
/// One message from its bytes to the bytes of its answer, in two halves, of which only the second may wait.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tintype/endpoint.hpp"
#include "wsman/dispatch.hpp"
#include "wsman/enumeration.hpp"

namespace tintype::wsman {

/// A request between its two halves: what was read, and what is to be done with it. Stays where it is, for the plan has
/// views into it.
struct Exchange {
    Exchange() = default;
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    soap::Envelope envelope;
    Principal principal;
    std::chrono::steady_clock::time_point arrived;
    std::optional<Plan> plan;

    /// When OperationTimeout is over. There must be a plan.
    [[nodiscard]] std::chrono::steady_clock::time_point deadline() const {
        return arrived + plan->control.operation_timeout;
    }
};

/// Thread safety: every function from any thread, one thread an exchange; fault_response() even beside finish().
class Engine {
  public:
    Engine(std::vector<std::reference_wrapper<Service>> services, EndpointOptions options);

    /// First half, never waits: reads the message and finds out what is asked. The answer is ready if it is a fault or
    /// an Identify; otherwise the exchange has a plan.
    std::optional<Response> begin(Request& request, Exchange& exchange) const;
    /// Second half, may wait.
    Response finish(Exchange& exchange);

    [[nodiscard]] Response fault_response(const Fault& fault, const soap::Envelope& envelope, std::string summary,
                                          unsigned status = 500) const;

    /// As Endpoint::metadata().
    [[nodiscard]] std::optional<Response> metadata(std::string_view query, std::string_view url) const;

    [[nodiscard]] const EndpointOptions& options() const noexcept { return options_; }

  private:
    Result<void> carry_out(Plan& plan, std::string& out);

    EndpointOptions options_;
    std::vector<std::reference_wrapper<Service>> services_;
    Router router_;
    Enumerations enumerations_;
};

/// What is asked, in a few words for the log: `Get Msvm_ComputerSystem`.
[[nodiscard]] std::string summary_of(const Plan& plan);

}  // namespace tintype::wsman
