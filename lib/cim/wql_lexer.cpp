#include "cim/wql_lexer.hpp"

namespace tintype::cim {

namespace {

bool is_space(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
// Class and property names, qualified ones (`TargetInstance.Name`) too; bytes above ASCII are letters here.
bool begins_name(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool goes_on_name(char c) noexcept {
    return begins_name(c) || is_digit(c) || c == '.';
}

}  // namespace

WqlError wql_error(std::size_t position, std::string message) {
    message += " at character " + std::to_string(position) + " of the query.";
    return {position, std::move(message)};
}

WqlToken WqlLexer::take(WqlToken token, WqlTokenKind kind, std::size_t length) {
    token.kind = kind;
    token.text = text_.substr(at_, length);
    at_ += length;
    return token;
}

tl::expected<WqlToken, WqlError> WqlLexer::next() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    WqlToken token;
    token.position = at_ + 1;
    if (at_ == text_.size()) return token;
    const char c = text_[at_];
    if (c == '\'' || c == '"') return read_string(std::move(token));
    if (c == '{') return read_object(std::move(token));
    std::size_t length = 1;
    const auto peek = [&](std::size_t offset) { return at_ + offset < text_.size() ? text_[at_ + offset] : '\0'; };
    if (begins_name(c)) {
        while (goes_on_name(peek(length))) ++length;
        return take(std::move(token), WqlTokenKind::name, length);
    }
    if (is_digit(c) || ((c == '-' || c == '+' || c == '.') && (is_digit(peek(1)) || peek(1) == '.'))) {
        while (is_digit(peek(length)) || peek(length) == '.' || begins_name(peek(length)) ||
               ((peek(length) == '-' || peek(length) == '+') && (peek(length - 1) == 'e' || peek(length - 1) == 'E'))) {
            ++length;
        }
        return take(std::move(token), WqlTokenKind::number, length);
    }
    if ((c == '<' && (peek(1) == '>' || peek(1) == '=')) || (c == '>' && peek(1) == '=') ||
        (c == '!' && peek(1) == '=')) {
        return take(std::move(token), WqlTokenKind::symbol, 2);
    }
    if (std::string_view("=<>(),*").find(c) != std::string_view::npos) {
        return take(std::move(token), WqlTokenKind::symbol, 1);
    }
    return tl::unexpected(wql_error(token.position, "There is a character that WQL doesn't know"));
}

// A backslash escapes a quote or itself; before anything else it stands for itself.
tl::expected<WqlToken, WqlError> WqlLexer::read_string(WqlToken token) {
    const char quote = text_[at_];
    std::size_t length = 1;
    while (at_ + length < text_.size() && text_[at_ + length] != quote) {
        char c = text_[at_ + length];
        if (c == '\\' && at_ + length + 1 < text_.size()) {
            const char escaped = text_[at_ + length + 1];
            if (escaped == '\\' || escaped == '\'' || escaped == '"') {
                c = escaped;
                ++length;
            }
        }
        token.value += c;
        ++length;
    }
    if (at_ + length >= text_.size())
        return tl::unexpected(wql_error(token.position, "A string is not closed; it begins"));
    return take(std::move(token), WqlTokenKind::string, length + 1);
}

// The braces around an object path; quotes inside may hold braces.
tl::expected<WqlToken, WqlError> WqlLexer::read_object(WqlToken token) {
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
    token = take(std::move(token), WqlTokenKind::object, length + 1);
    token.text = token.text.substr(1, token.text.size() - 2);
    return token;
}

}  // namespace tintype::cim
