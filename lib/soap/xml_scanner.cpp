#include "soap/xml_scanner.hpp"

#include <boost/locale/utf.hpp>
#include <cstring>
#include <iterator>

#include "soap/plain_run.hpp"
#include "soap/xml_bytes.hpp"

namespace tintype::soap {

using namespace xml;

XmlScanner::XmlScanner() {
    open_.reserve(64);
    attributes_.reserve(64);
}

void XmlScanner::begin(std::string_view document, Region* scratch, std::size_t most_attributes) {
    begin_ = at_ = token_ = document.data();
    document_end_ = document.data() + document.size();
    end_ = document.data() + (document.rfind('>') + 1);
    scratch_ = scratch;
    most_attributes_ = most_attributes;
    in_cdata_ = is_empty_ = root_seen_ = false;
    open_.clear();
    attributes_.clear();
    problem_ = Problem::not_well_formed;
    words_ = "";
}

XmlScanner::Token XmlScanner::next() {
    if (is_empty_) {
        is_empty_ = false;
        return Token::end;
    }
    if (open_.empty()) return next_outside();
    return in_cdata_ ? next_in_cdata() : next_inside();
}

XmlScanner::Token XmlScanner::next_outside() {
    if (at_ == begin_) {
        constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
        if (stands_at(at_, byte_order_mark)) at_ += byte_order_mark.size();
        if (stands_at(at_, "<?xml") && is(at_[5], blank) && !skip_xml_declaration()) return Token::refused;
    }
    for (;;) {
        while (at_ != end_ && is(*at_, blank)) ++at_;
        token_ = at_;
        if (at_ == end_) break;
        if (*at_ != '<') return refuse(at_, root_seen_ ? "text behind the root element" : "text before any element");
        if (stands_at(at_, "<!--")) {
            if (!skip_comment()) return Token::refused;
            continue;
        }
        if (at_[1] == '!') return refuse(at_, "a document type declaration, which SOAP forbids");
        if (at_[1] == '?') return refuse(at_, "a processing instruction, which SOAP forbids");
        if (root_seen_) return refuse(at_, "an element behind the root element");
        root_seen_ = true;
        return start_tag();
    }
    const char* rest = end_;
    while (rest != document_end_ && is(*rest, blank)) ++rest;
    if (rest != document_end_) return refuse(rest, "text outside of the root element, or a tag without its end");
    if (!root_seen_) return refuse(rest, "no element");
    return Token::finished;
}

XmlScanner::Token XmlScanner::next_inside() {
    for (;;) {
        token_ = at_;
        if (at_ == end_) return refuse(document_end_, "the message ends within an element");
        if (*at_ == '<') {
            if (at_[1] == '/') return end_tag();
            if (at_[1] != '!') return start_tag();
            if (stands_at(at_, "<!--")) {
                if (!skip_comment()) return Token::refused;
                continue;
            }
            if (!stands_at(at_, "<![CDATA[")) return refuse(at_, "markup that may not stand here");
            at_ += std::strlen("<![CDATA[");
            in_cdata_ = true;
            return next_in_cdata();
        }
        if (*at_ == '\r') {
            ++at_;
            if (*at_ == '\n') return run();
            text_ = "\n";
            plain_ = true;
            return Token::text;
        }
        if (*at_ == '&') return reference();
        return run();
    }
}

/// Text up to markup, a reference or a carriage return; or `>` alone.
XmlScanner::Token XmlScanner::run() {
    if (*at_ == '>') return give_text(at_, at_ + 1, false);
    const char* at = skip_printable(at_, end_);
    for (;;) {
        at = skip(at, plain_text);
        if (*at == '<' || *at == '&' || *at == '>' || *at == '\r') return give_text(at_, at, true);
        if (*at == ']') {
            if (at[1] == ']' && at[2] == '>') return refuse(at, "']]>' in text");
            ++at;
        } else {
            at = skip_character(at);
            if (at == nullptr) return Token::refused;
        }
    }
}

XmlScanner::Token XmlScanner::reference() {
    const char* at = at_ + 1;
    if (!scan_reference(at, text_)) return Token::refused;
    at_ = at;
    plain_ = false;
    return Token::text;
}

XmlScanner::Token XmlScanner::next_in_cdata() {
    token_ = at_;
    const char* at = at_;
    bool plain = true;
    for (;;) {
        if (at == end_) return refuse(document_end_, "a CDATA section without its end");
        at = skip(at, plain_text);
        if (*at == '<' || *at == '&' || *at == '>') {
            plain = false;
            ++at;
        } else if (*at == '\r') {
            // The piece before it, then nothing or a line feed in its place.
            if (at != at_) return give_text(at_, at, plain);
            at_ = ++at;
            if (*at == '\n') continue;
            text_ = "\n";
            plain_ = true;
            return Token::text;
        } else if (*at == ']') {
            if (at[1] == ']' && at[2] == '>') {
                text_ = between(at_, at);
                plain_ = plain;
                at_ = at + 3;
                in_cdata_ = false;
                return Token::text;
            }
            ++at;
        } else {
            at = skip_character(at);
            if (at == nullptr) return Token::refused;
        }
    }
}

XmlScanner::Token XmlScanner::end_tag() {
    const std::string_view name = open_.back();
    const char* at = at_ + 2;
    if (!stands_at(at, name)) return refuse(at_, "an end tag that is not that of the element that is open");
    at += name.size();
    if (*at != '>') {
        // Also where the name goes on.
        at = skip(at, blank);
        if (*at != '>') return refuse(at_, "an end tag that is not that of the element that is open");
    }
    at_ = at + 1;
    open_.pop_back();
    return Token::end;
}

/// Behind the comment at at_.
bool XmlScanner::skip_comment() {
    const char* at = at_ + std::strlen("<!--");
    for (;;) {
        if (at == end_) return fail(document_end_, "a comment without its end");
        at = skip(at, plain_comment);
        if (*at == '-') {
            if (at[1] == '-') {
                if (at[2] != '>') return fail(at, "'--' in a comment");
                at_ = at + 3;
                return true;
            }
            ++at;
        } else if (*at == '>') {
            ++at;
        } else {
            at = skip_character(at);
            if (at == nullptr) return false;
        }
    }
}

/// `<?xml version="…" encoding="…" standalone="…"?>` at at_, the last two may be missing. As in expat any version will
/// do; what the encoding says does not matter, since the document is UTF-8 by now.
bool XmlScanner::skip_xml_declaration() {
    constexpr const char* broken = "a broken XML declaration";
    const auto is_value = [](char c) { return is(c, name_part); };
    const char* at = at_ + std::strlen("<?xml");
    std::size_t last = 0;
    for (;;) {
        const char* const behind = at;
        at = skip(at, blank);
        if (stands_at(at, "?>")) break;
        if (at == behind) return fail(at, broken);

        static constexpr std::string_view names[] = {"version", "encoding", "standalone"};
        std::size_t which = last;
        while (which < std::size(names) && !stands_at(at, names[which])) ++which;
        if (which == std::size(names) || (last == 0 && which != 0)) return fail(at, broken);
        at = skip(at + names[which].size(), blank);
        if (*at != '=') return fail(at, broken);
        at = skip(at + 1, blank);
        const char quote = *at;
        if (quote != '"' && quote != '\'') return fail(at, broken);
        const char* const begin = ++at;
        while (is_value(*at)) ++at;
        if (*at != quote) return fail(at, broken);
        const std::string_view value = between(begin, at);
        ++at;
        const bool begins_with_letter = !value.empty() && is(value[0], name_start) && value[0] != '_';
        if (which == 1 && !begins_with_letter) return fail(begin, broken);
        if (which == 2 && value != "yes" && value != "no") return fail(begin, broken);
        last = which + 1;
    }
    if (last == 0) return fail(at, broken);
    at_ = at + 2;
    return true;
}

/// Behind the character at `at`, which is not plain; a null pointer where none is that XML allows.
const char* XmlScanner::skip_character(const char* at) {
    const char* next = at;
    const auto c = Utf8::decode(next, end_);
    if (boost::locale::utf::is_valid_codepoint(c) && is_character(c)) return next;
    fail(at, bad_character);
    return nullptr;
}

bool XmlScanner::stands_at(const char* at, std::string_view text) const noexcept {
    return static_cast<std::size_t>(end_ - at) >= text.size() && std::memcmp(at, text.data(), text.size()) == 0;
}

XmlScanner::Token XmlScanner::give_text(const char* begin, const char* end, bool plain) noexcept {
    text_ = between(begin, end);
    plain_ = plain;
    at_ = end;
    return Token::text;
}

XmlScanner::Token XmlScanner::refuse(const char* at, const char* words) noexcept {
    fail(at, words);
    return Token::refused;
}

bool XmlScanner::fail(const char* at, const char* words) noexcept {
    token_ = at;
    words_ = words;
    return false;
}

XmlPosition XmlScanner::position() const noexcept {
    XmlPosition position;
    for (const char* at = begin_; at != token_; ++at) {
        const bool is_cr_of_cr_lf = *at == '\r' && at + 1 != document_end_ && at[1] == '\n';
        if ((*at == '\n' || *at == '\r') && !is_cr_of_cr_lf) {
            ++position.line;
            position.column = 1;
        } else if ((*at & 0xC0) != 0x80) {
            ++position.column;
        }
    }
    return position;
}

}  // namespace tintype::soap
