#pragma once
/// \file
/// One message from its bytes to the bytes of its answer, in two halves, of which only the second may wait.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tintype/authorization.hpp"
#include "tintype/endpoint.hpp"
#include "wsman/access.hpp"
#include "wsman/dispatch.hpp"
#include "wsman/enumeration.hpp"
#include "wsman/instance_writers.hpp"

namespace tintype::wsman {

/// What of a request is as in a new one before the thread's next.
struct ExchangeFacts {
    std::chrono::steady_clock::time_point arrived;
    std::chrono::milliseconds timeout{};  ///< OperationTimeout.
    Plan* plan = nullptr;                 ///< ExchangeStorage::made_plan, if there is one.
    std::optional<Fault> flaw;            ///< Why there is no plan.
    std::shared_ptr<const Permissions> permissions;
    bool may_wait = false;  ///< What is left to do.

    /// When OperationTimeout is over.
    [[nodiscard]] std::chrono::steady_clock::time_point deadline() const { return arrived + timeout; }
};

/// What of a request has memory that the next one uses again (renewal.hpp).
struct ExchangeStorage {
    soap::Envelope envelope;
    Principal principal;
    std::string peer;
    std::string answer_id;     ///< MessageID of the answer.
    std::string content_type;  ///< The request's.
    std::string unread_id;     ///< MessageID of a message that could not be read, which no envelope holds.
    Plan made_plan;
};

/// A request between its two halves: what was read, and what is to be done with it. Stays where it is, for the plan has
/// views into it. Has no members of its own, for clear() to know them all.
struct Exchange : ExchangeFacts, ExchangeStorage {
    Exchange() = default;
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    /// Makes it as a new one is, for the next request; what its texts take stays allocated. On the thread that read the
    /// message.
    void clear();
};

/// Thread safety: every function from any thread, one thread an exchange; fault_response() even beside finish().
class Engine {
  public:
    Engine(std::vector<std::reference_wrapper<Service>> services, EndpointOptions options);

    /// First half, never waits: reads the message, finds out what is asked, and whether that may be. The answer is
    /// ready if it is a fault or an Identify.
    std::optional<Response> begin(Request& request, Exchange& exchange) const;
    /// Second half; waits only if Exchange::may_wait says so. Never throws.
    Response finish(Exchange& exchange) noexcept;

    [[nodiscard]] Response fault_response(const Fault& fault, const Exchange& exchange, std::string summary,
                                          unsigned status = 500) const;
    /// The same where nobody is left to catch what is thrown: a bare 500 if there is no memory for the fault.
    [[nodiscard]] Response last_word(const Fault& fault, const Exchange& exchange,
                                     std::string_view summary) const noexcept;
    /// InternalError, as last_word(), for whatever was thrown; only the summary, for the log, has its words. Called
    /// where it is caught.
    [[nodiscard]] Response exception_response(const Exchange& exchange) const noexcept;

    /// As Endpoint::metadata().
    [[nodiscard]] std::optional<Response> metadata(std::string_view query, std::string_view url,
                                                   const Principal& principal) const;

    [[nodiscard]] const EndpointOptions& options() const noexcept { return options_; }

  private:
    /// What there is to say before anything is done: what is wrong with the message, or that it may not be.
    std::optional<Response> judge(Exchange& exchange) const;
    [[nodiscard]] Response deny(const Exchange& exchange, const Denial& denial) const;
    /// \param denial what roles stand against, if they do. An event that can't be told is an error in the log.
    void audit(AuditKind kind, const Exchange& exchange, std::string_view detail,
               const Denial* denial = nullptr) const noexcept;
    void log_lost(AuditKind kind, const Exchange& exchange) const noexcept;
    Response respond(Exchange& exchange);
    Result<void> carry_out(Plan& plan, std::string& out);

    EndpointOptions options_;
    std::vector<std::reference_wrapper<Service>> services_;
    Router router_;
    std::optional<InstanceWriters> writers_;  ///< Of the router as the services have filled it.
    Enumerations enumerations_;
};

/// What is asked, in a few words for the log: `Get Msvm_ComputerSystem`.
[[nodiscard]] std::string summary_of(const Exchange& exchange);

}  // namespace tintype::wsman
