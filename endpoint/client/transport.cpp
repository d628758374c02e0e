#include "transport.hpp"

#include <fmt/format.h>

#include "curl_connection.hpp"
#ifdef TINTYPE_WITH_GSSAPI
#include "negotiate_log_on.hpp"
#endif

namespace tintype::client {
namespace {

constexpr auto* soap = "application/soap+xml;charset=UTF-8";

}  // namespace

#ifndef TINTYPE_WITH_GSSAPI
/// find_access lets nobody ask for it in a build without GSSAPI.
class NegotiateLogOn {};
#endif

Transport::Transport(const Access& access, const std::string& password, std::chrono::seconds timeout)
    : connection_(std::make_unique<CurlConnection>(access, password, timeout)), url_(access.url) {
#ifdef TINTYPE_WITH_GSSAPI
    if (access.auth == Auth::negotiate || access.auth == Auth::kerberos)
        negotiate_ = std::make_unique<NegotiateLogOn>(*connection_, access, password);
#endif
}

Transport::~Transport() = default;

Result<HttpAnswer> Transport::ask(const std::string& message) {
#ifdef TINTYPE_WITH_GSSAPI
    if (negotiate_) return negotiate_->post(soap, message);
#endif
    return connection_->send({soap, {}, message});
}

Result<HttpAnswer> Transport::post(const std::string& message) {
    auto answer = ask(message);
    if (!answer) return answer;
    const auto detail = fmt::format("HTTP {}", answer->status);
    if (answer->status == 401)
        return fail(ExitCode::access_denied, fmt::format("{} doesn't take this log-on.", url_), detail);
    if (answer->status == 403)
        return fail(ExitCode::access_denied, fmt::format("{} doesn't allow this.", url_), detail);
    return answer;
}

}  // namespace tintype::client
