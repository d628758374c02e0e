#include "http/log_on_turn.hpp"

#include <utility>

#include "ascii/ascii.hpp"

namespace tintype::http {
namespace {

/// `DOM\Alice`, `alice@DOM` and `alice` are one user to guess at.
std::string plain_name(std::string_view user) {
    if (const auto slash = user.find('\\'); slash != user.npos) user.remove_prefix(slash + 1);
    return ascii::lower(user.substr(0, user.find('@')));
}

}  // namespace

LogOnTurn::LogOnTurn(security::LogOnLimits& limits, std::string address)
    : limits_(limits), address_(std::move(address)) {}

LogOnTurn::~LogOnTurn() {
    if (begun_) limits_.abandoned(source());
}

void LogOnTurn::arrive(std::string_view user, std::chrono::milliseconds refusal_time) {
    user_ = plain_name(user);
    arrived_ = Clock::now();
    not_before_ = arrived_ + refusal_time;
}

std::optional<LogOnTurn::Clock::time_point> LogOnTurn::ask() {
    const auto until = limits_.begin(source(), arrived_, Clock::now());
    begun_ = !until;
    return until;
}

bool LogOnTurn::is_hopeless() const {
    return Clock::now() - arrived_ > limits_.longest_wait();
}

std::optional<LogOnTurn::Clock::time_point> LogOnTurn::settle(const LogOn& result) {
    const auto now = Clock::now();
    begun_ = false;
    if (const auto* principal = std::get_if<Principal>(&result)) {
        limits_.succeeded(source(), user_.empty() ? plain_name(principal->name) : user_, now);
    } else if (const auto* established = std::get_if<Established>(&result)) {
        limits_.succeeded(source(), user_.empty() ? plain_name(established->principal.name) : user_, now);
    } else if (const auto* refused = std::get_if<Challenge>(&result)) {
        limits_.failed(source(), user_.empty() ? plain_name(refused->user) : user_, now);
        if (not_before_ > now) return not_before_;
    } else {
        limits_.abandoned(source());
    }
    return std::nullopt;
}

}  // namespace tintype::http
