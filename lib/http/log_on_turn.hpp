#pragma once
/// \file
/// When a connection's log-on may be checked.

#include <optional>
#include <string>
#include <string_view>

#include "http/authentication.hpp"
#include "security/log_on_limits.hpp"

namespace tintype::http {

/// One connection's side of LogOnLimits. Used on the connection's thread only. Ownership: the limits must outlive it.
class LogOnTurn {
  public:
    using Clock = security::LogOnLimits::Clock;

    /// \param address the client's, without its port, or its network.
    LogOnTurn(security::LogOnLimits& limits, std::string address);
    LogOnTurn(const LogOnTurn&) = delete;
    LogOnTurn& operator=(const LogOnTurn&) = delete;
    ~LogOnTurn();

    /// A log-on has come. \param user who says so, empty if the check will tell. \param refusal_time from now on, the
    /// soonest that a refusal may be answered.
    void arrive(std::string_view user, std::chrono::milliseconds refusal_time);

    /// \returns nothing if it may be checked now: then settle() follows. Otherwise when to ask again.
    [[nodiscard]] std::optional<Clock::time_point> ask();

    /// Whether it has waited for longer than anybody has to: others are before it all the time.
    [[nodiscard]] bool is_hopeless() const;

    /// What came of the check. \returns when the client may be told, if that is later than now.
    std::optional<Clock::time_point> settle(const LogOn& result);

  private:
    [[nodiscard]] security::LogOnSource source() const { return {address_, user_}; }

    security::LogOnLimits& limits_;
    const std::string address_;
    std::string user_;  // Without what a client may write in several ways.
    Clock::time_point arrived_;
    Clock::time_point not_before_;
    bool begun_ = false;
};

}  // namespace tintype::http
