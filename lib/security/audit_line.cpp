#include "security/audit_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "tintype/audit.hpp"

namespace tintype {

namespace {

constexpr std::size_t longest_text = 1'024;

// What moves the cursor, hides, or turns the direction of writing: nothing that a name needs.
bool is_unfit(char32_t c) noexcept {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
           (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F);
}

/// The next character, and how many bytes it has; U+FFFD for a byte that begins none.
struct Character {
    char32_t code = 0xFFFD;
    std::size_t size = 1;
};
Character next_character(std::string_view text) noexcept {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned first = byte(0);
    if (first < 0x80) return {static_cast<char32_t>(first), 1};
    struct Form {
        unsigned mask, mark;
        std::size_t size;
        char32_t least;
    };
    constexpr std::array forms{Form{0xE0, 0xC0, 2, 0x80}, Form{0xF0, 0xE0, 3, 0x800}, Form{0xF8, 0xF0, 4, 0x10000}};
    for (const auto& form : forms) {
        if ((first & form.mask) != form.mark) continue;
        if (text.size() < form.size) return {};
        char32_t code = first & ~form.mask;
        for (std::size_t i = 1; i < form.size; ++i) {
            if ((byte(i) & 0xC0U) != 0x80U) return {};
            code = code << 6U | (byte(i) & 0x3FU);
        }
        const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
        if (code < form.least || code > 0x10FFFF || surrogate) return {};
        return {code, form.size};
    }
    return {};
}

void append_escaped(std::string& out, char32_t code) {
    const auto unit = [&](char32_t value) { out += fmt::format("\\u{:04x}", static_cast<unsigned>(value)); };
    if (code < 0x10000) return unit(code);
    unit(0xD800 + ((code - 0x10000) >> 10U));
    unit(0xDC00 + ((code - 0x10000) & 0x3FFU));
}

bool is_plain(char c) noexcept {
    return c >= ' ' && c < 0x7F && c != '"' && c != '\\';
}

/// `2026-11-22T10:00:00.123Z`
void append_time(std::string& out, std::chrono::system_clock::time_point time) {
    using namespace std::chrono;
    const auto at = floor<milliseconds>(time);
    const auto day = floor<days>(at);
    const year_month_day date(day);
    const hh_mm_ss<milliseconds> clock(at - day);
    std::array<char, 24> text{'0', '0', '0', '0', '-', '0', '0', '-', '0', '0', 'T', '0',
                              '0', ':', '0', '0', ':', '0', '0', '.', '0', '0', '0', 'Z'};
    const auto put = [&](std::size_t end, std::uint64_t number) {
        for (; number != 0; number /= 10) text[--end] = static_cast<char>('0' + number % 10);
    };
    put(4, static_cast<std::uint64_t>(std::clamp(static_cast<int>(date.year()), 0, 9999)));
    put(7, static_cast<unsigned>(date.month()));
    put(10, static_cast<unsigned>(date.day()));
    put(13, static_cast<std::uint64_t>(clock.hours().count()));
    put(16, static_cast<std::uint64_t>(clock.minutes().count()));
    put(19, static_cast<std::uint64_t>(clock.seconds().count()));
    put(23, static_cast<std::uint64_t>(clock.subseconds().count()));
    out.append(text.data(), text.size());
}

void append_text(std::string& out, std::string_view text) {
    std::size_t taken = 0;
    while (!text.empty() && taken < longest_text) {
        const auto end = std::find_if_not(text.begin(), text.end(), is_plain);
        const auto plain = std::min(static_cast<std::size_t>(end - text.begin()), longest_text - taken);
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        taken += plain;
        if (text.empty() || taken == longest_text) break;
        const auto [code, size] = next_character(text);
        if (is_unfit(code)) {
            append_escaped(out, code);
        } else if (code == '"' || code == '\\') {
            out += '\\';
            out += static_cast<char>(code);
        } else if (code == 0xFFFD) {
            out += "\\ufffd";
        } else {
            out += text.substr(0, size);
        }
        text.remove_prefix(size);
        taken += size;
    }
    if (!text.empty()) out += "…";
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out.append(",\"").append(name).append("\":\"");
    append_text(out, value);
    out += '"';
}

}  // namespace

std::string_view audit_name(AuditKind kind) noexcept {
    switch (kind) {
        case AuditKind::service_started:
            return "service-started";
        case AuditKind::service_stopped:
            return "service-stopped";
        case AuditKind::reloaded:
            return "reloaded";
        case AuditKind::reload_failed:
            return "reload-failed";
        case AuditKind::certificate_problem:
            return "certificate-problem";
        case AuditKind::log_on_accepted:
            return "log-on";
        case AuditKind::log_on_refused:
            return "log-on-refused";
        case AuditKind::log_on_throttled:
            return "log-on-throttled";
        case AuditKind::access_allowed:
            return "access";
        case AuditKind::access_denied:
            break;
    }
    return "access-denied";
}

void security::append_audit_line(std::string& out, const AuditEvent& event,
                                 std::chrono::system_clock::time_point time) {
    out += "{\"time\":\"";
    append_time(out, time);
    out += '"';
    append_field(out, "event", audit_name(event.kind));
    append_field(out, "user", event.user);
    append_field(out, "scheme", event.scheme);
    append_field(out, "peer", event.peer);
    append_field(out, "operation", event.operation);
    append_field(out, "class", event.class_name);
    append_field(out, "method", event.method);
    append_field(out, "selectors", event.selectors);
    append_field(out, "detail", event.detail);
    append_field(out, "message_id", event.message_id);
    append_field(out, "answer_id", event.answer_id);
    out += '}';
}

std::string audit_line(const AuditEvent& event, std::chrono::system_clock::time_point time) {
    std::string out;
    out.reserve(512);
    security::append_audit_line(out, event, time);
    return out;
}

}  // namespace tintype
