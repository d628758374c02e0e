#include "http/answer.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/beast/http/status.hpp>
#include <iterator>

namespace tintype::http {

const std::string& DateField::line() {
    const auto now = std::time(nullptr);
    if (now != second_) {
        second_ = now;
        line_ = fmt::format("Date: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", fmt::gmtime(now));
    }
    return line_;
}

void write_answer(const Answer& answer, DateField& date, std::string& out) {
    constexpr std::size_t usual_head = 256;
    out.clear();
    out.reserve(answer.body.size() + usual_head);
    const auto reason = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(answer.status));
    const auto end = std::back_inserter(out);
    fmt::format_to(end, "HTTP/1.1 {} {}\r\nServer: Tintype\r\n", answer.status,
                   std::string_view(reason.data(), reason.size()));
    out.append(date.line());
    if (!answer.content_type.empty()) fmt::format_to(end, "Content-Type: {}\r\n", answer.content_type);
    fmt::format_to(end, "Content-Length: {}\r\n", answer.body.size());
    for (const auto& challenge : answer.challenges) fmt::format_to(end, "WWW-Authenticate: {}\r\n", challenge);
    constexpr unsigned method_not_allowed = 405;
    if (answer.status == method_not_allowed) fmt::format_to(end, "Allow: {}\r\n", answer.allow);
    // All that a 503 is for here is over soon: too many at once, or a stop.
    constexpr unsigned service_unavailable = 503;
    if (answer.status == service_unavailable) out.append("Retry-After: 1\r\n");
    if (answer.close) {
        out.append("Connection: close\r\n");
    } else if (answer.http_1_0) {
        out.append("Connection: keep-alive\r\n");
    }
    out.append("\r\n");
    if (!answer.head_only) out.append(answer.body);
}

}  // namespace tintype::http
