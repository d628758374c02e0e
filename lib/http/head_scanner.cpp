#include "http/head_scanner.hpp"

namespace tintype::http {

HeadScanner::State HeadScanner::scan(std::string_view text) noexcept {
    for (; seen_ < text.size(); ++seen_) {
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
