#include "http/head_scanner.hpp"

#include <array>

namespace tintype::http {
namespace {

/// What a line may hold anywhere but at its beginning: all but controls, of which a tab is none here.
constexpr std::array<bool, 256> find_text_bytes() {
    std::array<bool, 256> text{};
    for (std::size_t byte = 0x20; byte < text.size(); ++byte) text[byte] = byte != 0x7F;
    text['\t'] = true;
    return text;
}
constexpr auto text_bytes = find_text_bytes();

}  // namespace

HeadScanner::State HeadScanner::scan(std::string_view text) noexcept {
    for (; seen_ < text.size(); ++seen_) {
        if (last_ != '\r' && last_ != '\n') {
            // Most of it: what is left of a line.
            const auto from = seen_;
            while (seen_ < text.size() && text_bytes[static_cast<unsigned char>(text[seen_])]) ++seen_;
            if (seen_ != from) {
                line_empty_ = false;
                last_ = text[seen_ - 1];
            }
            if (seen_ == text.size()) break;
        }
        const char c = text[seen_];
        if (last_ == '\r') {
            if (c != '\n') return State::malformed;
            last_ = c;
            if (line_empty_) {
                ++seen_;
                return State::complete;
            }
            line_empty_ = true;
            continue;
        }
        const bool blank = c == ' ' || c == '\t';
        const auto byte = static_cast<unsigned char>(c);
        if (c != '\r' && c != '\t' && (byte < 0x20 || byte == 0x7F)) return State::malformed;
        if (blank && last_ == '\n') return State::malformed;
        if (c != '\r') line_empty_ = false;
        last_ = c;
    }
    return State::incomplete;
}

}  // namespace tintype::http
