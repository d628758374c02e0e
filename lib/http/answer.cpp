#include "http/answer.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/beast/http/status.hpp>
#include <ctime>
#include <string_view>

namespace tintype::http {
namespace {

constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// In pieces: fmt::format_to would put the whole of the formatter into the program, and be slower.
void append_number(std::string& out, std::size_t number) {
    const fmt::format_int digits(number);
    out.append(digits.data(), digits.size());
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

void append_status(std::string& out, unsigned status) {
    constexpr unsigned ok = 200;  // nearly always
    if (status == ok) {
        out.append("HTTP/1.1 200 OK\r\nServer: Tintype\r\n");
        return;
    }
    const auto reason = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
    out.append("HTTP/1.1 ");
    append_number(out, status);
    out.append(" ").append(reason.data(), reason.size()).append("\r\nServer: Tintype\r\n");
}

}  // namespace

const std::string& DateField::line() {
    const auto now = std::time(nullptr);
    if (now != second_) {
        second_ = now;
        // Whatever the locale (RFC 9110 5.6.7).
        std::tm utc{};
        ::gmtime_r(&now, &utc);
        line_ = fmt::format("Date: {}, {:02} {} {:04} {:02}:{:02}:{:02} GMT\r\n",
                            days[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                            months[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour, utc.tm_min,
                            utc.tm_sec);
    }
    return line_;
}

void write_answer(const Answer& answer, DateField& date, std::string& out) {
    constexpr std::size_t usual_head = 256;
    out.clear();
    out.reserve(answer.body.size() + usual_head);
    append_status(out, answer.status);
    out.append(date.line());
    if (!answer.content_type.empty()) append_field(out, "Content-Type", answer.content_type);
    out.append("Content-Length: ");
    append_number(out, answer.body.size());
    out.append("\r\n");
    for (const auto& challenge : answer.challenges) append_field(out, "WWW-Authenticate", challenge);
    constexpr unsigned method_not_allowed = 405;
    if (answer.status == method_not_allowed) append_field(out, "Allow", answer.allow);
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
