#include "cim/wql_lexer.hpp"

#include <algorithm>
#include <array>

namespace tintype::cim {

namespace {

bool is_space(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
// Class and property names, qualified ones (`TargetInstance.Name`) too; bytes above ASCII are letters here.
constexpr bool begins_name(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
// Names are most of a query: one look for each of their bytes.
constexpr std::array<bool, 256> bytes_in_names() noexcept {
    std::array<bool, 256> table{};
    for (std::size_t byte = 0; byte < table.size(); ++byte) {
        const auto c = static_cast<char>(byte);
        table[byte] = begins_name(c) || is_digit(c) || c == '.';
    }
    return table;
}
constexpr auto in_names = bytes_in_names();
bool goes_on_name(char c) noexcept {
    return in_names[static_cast<unsigned char>(c)];
}

}  // namespace

WqlError wql_error(std::size_t position, std::string message) {
    message += " at character " + std::to_string(position) + " of the query.";
    return {position, std::move(message)};
}

void WqlLexer::take(WqlToken& token, WqlTokenKind kind, std::size_t length) {
    token.kind = kind;
    token.text = text_.substr(at_, length);
    at_ += length;
}

tl::expected<void, WqlError> WqlLexer::next(WqlToken& token) {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    token.position = at_ + 1;
    token.value.clear();
    if (at_ == text_.size()) {
        take(token, WqlTokenKind::end, 0);
        return {};
    }
    const char c = text_[at_];
    if (c == '\'' || c == '"') return read_string(token);
    if (c == '{') return read_object(token);
    std::size_t length = 1;
    const auto peek = [&](std::size_t offset) { return at_ + offset < text_.size() ? text_[at_ + offset] : '\0'; };
    if (begins_name(c)) {
        while (at_ + length < text_.size() && goes_on_name(text_[at_ + length])) ++length;
        take(token, WqlTokenKind::name, length);
        return {};
    }
    if (is_digit(c) || ((c == '-' || c == '+' || c == '.') && (is_digit(peek(1)) || peek(1) == '.'))) {
        while (is_digit(peek(length)) || peek(length) == '.' || begins_name(peek(length)) ||
               ((peek(length) == '-' || peek(length) == '+') && (peek(length - 1) == 'e' || peek(length - 1) == 'E'))) {
            ++length;
        }
        take(token, WqlTokenKind::number, length);
        return {};
    }
    if ((c == '<' && (peek(1) == '>' || peek(1) == '=')) || (c == '>' && peek(1) == '=') ||
        (c == '!' && peek(1) == '=')) {
        take(token, WqlTokenKind::symbol, 2);
        return {};
    }
    if (std::string_view("=<>(),*").find(c) != std::string_view::npos) {
        take(token, WqlTokenKind::symbol, 1);
        return {};
    }
    return tl::unexpected(wql_error(token.position, "There is a character that WQL doesn't know"));
}

// A backslash escapes a quote or itself; before anything else it stands for itself.
tl::expected<void, WqlError> WqlLexer::read_string(WqlToken& token) {
    const char quote = text_[at_];
    std::size_t at = at_ + 1;
    auto next_quote = text_.find(quote, at);
    while (true) {
        // Searched for again only where an escaped one lies behind: a query of nothing but backslashes is read in one
        // go.
        if (next_quote < at) next_quote = text_.find(quote, at);
        if (next_quote == text_.npos)
            return tl::unexpected(wql_error(token.position, "A string is not closed; it begins"));
        const auto run = text_.substr(at, next_quote - at);
        const auto plain = std::min(run.find('\\'), run.size());
        token.value.append(run, 0, plain);
        at += plain;
        if (at == next_quote) break;
        const char escaped = at + 1 < text_.size() ? text_[at + 1] : '\0';
        const bool escapes = escaped == '\\' || escaped == '\'' || escaped == '"';
        token.value += escapes ? escaped : '\\';
        at += escapes ? 2 : 1;
    }
    take(token, WqlTokenKind::string, at + 1 - at_);
    return {};
}

// The braces around an object path; quotes inside may hold braces.
tl::expected<void, WqlError> WqlLexer::read_object(WqlToken& token) {
    std::size_t length = 1;
    char quote = '\0';
    for (; at_ + length < text_.size(); ++length) {
        const char c = text_[at_ + length];
        if (quote != '\0') {
            if (c == '\\') {
                ++length;
            } else if (c == quote) {
                quote = '\0';
            }
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '}') {
            break;
        }
    }
    if (at_ + length >= text_.size())
        return tl::unexpected(wql_error(token.position, "A brace is not closed; it begins"));
    take(token, WqlTokenKind::object, length + 1);
    token.text = token.text.substr(1, token.text.size() - 2);
    return {};
}

}  // namespace tintype::cim
