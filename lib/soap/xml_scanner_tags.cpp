// What stands in start tags, and references, which stand there and in text.
#include <algorithm>
#include <boost/locale/utf.hpp>

#include "soap/name_characters.hpp"
#include "soap/plain_run.hpp"
#include "soap/xml_bytes.hpp"
#include "soap/xml_scanner.hpp"

namespace tintype::soap {

using namespace xml;

namespace {

std::string_view written(const XmlName& name) {
    if (name.prefix.empty()) return name.local;
    return between(name.prefix.data(), name.local.data() + name.local.size());
}

}  // namespace

/// Behind the NCName that begins at `at`; a null pointer where none does.
inline const char* XmlScanner::skip_ncname(const char* at) {
    if (!is(*at, name_start)) return skip_other_ncname(at, at);
    const char* const end = skip(at + 1, name_part);
    return is_ascii(*end) ? end : skip_other_ncname(at, end);
}

/// A second colon is left to the caller, as any other character that no name goes on with.
bool XmlScanner::scan_name(const char*& at, XmlName& name) {
    const char* const begin = at;
    const char* end = skip_ncname(at);
    if (end == nullptr) return false;
    if (*end != ':') {
        name.prefix = {};
        name.local = between(begin, end);
        at = end;
        return true;
    }
    name.prefix = between(begin, end);
    const char* const local = end + 1;
    end = skip_ncname(local);
    if (end == nullptr) return false;
    name.local = between(local, end);
    at = end;
    return true;
}

/// The same for one that is not all ASCII. \param at how much of it has been read.
const char* XmlScanner::skip_other_ncname(const char* begin, const char* at) {
    while (!is_ascii(*at)) {
        const char* next = at;
        const auto c = Utf8::decode(next, end_);
        if (!boost::locale::utf::is_valid_codepoint(c) || !(at == begin ? starts_name(c) : continues_name(c))) break;
        at = skip(next, name_part);
    }
    if (at != begin && is_ascii(*at)) return at;
    fail(at, "a character that may not stand in a name");
    return nullptr;
}

XmlScanner::Token XmlScanner::start_tag() {
    const char* at = at_ + 1;
    if (*at == '?') return refuse(at_, "a processing instruction, which SOAP forbids");
    if (!scan_name(at, name_)) return Token::refused;
    attributes_.clear();
    if (*at == '>') {
        ++at;
    } else if (!scan_attributes(at)) {
        return Token::refused;
    }
    if (!is_empty_) open_.push_back(written(name_));
    at_ = at;
    return Token::start;
}

/// Reads ` name="value"` up to the end of the tag, and that.
bool XmlScanner::scan_attributes(const char*& at) {
    for (;;) {
        const char* const behind = at;
        at = skip(at, blank);
        if (*at == '>') {
            ++at;
            break;
        }
        if (*at == '/') {
            if (at[1] != '>') return fail(at, "'/' in a tag");
            at += 2;
            is_empty_ = true;
            break;
        }
        if (at == behind) return fail(at, "a character that may not stand in a tag");
        if (attributes_.size() == most_attributes_) {
            problem_ = Problem::too_many_attributes;
            return fail(token_, "an element with more attributes than this endpoint takes");
        }
        XmlAttribute& attribute = attributes_.emplace_back();
        if (!scan_name(at, attribute.name)) return false;
        at = skip(at, blank);
        if (*at != '=') return fail(at, "an attribute without '='");
        at = skip(at + 1, blank);
        if (*at != '"' && *at != '\'') return fail(at, "an attribute's value without quotation marks");
        if (!scan_value(at, attribute.value)) return false;
    }
    return attributes_.size() < 2 || check_duplicates();
}

/// \param at at the quotation mark; behind the closing one afterwards.
bool XmlScanner::scan_value(const char*& at, std::string_view& value) {
    const char quote = *at++;
    const char* const begin = at;
    at = skip_printable(at, end_);
    for (;;) {
        at = skip(at, plain_value);
        const char c = *at;
        if (c == quote) break;
        if (c == '&' || c == '\t' || c == '\n' || c == '\r') return normalise_value(begin, at, value);
        if (c == '<') return fail(at, "'<' in an attribute's value");
        if (c == '"' || c == '\'') {
            ++at;
        } else if (c == '>') {
            if (++at == end_) return fail(document_end_, "a tag without its end");
        } else {
            at = skip_character(at);
            if (at == nullptr) return false;
        }
    }
    value = between(begin, at);
    ++at;
    return true;
}

/// The rest of a value that is not what stands there. \param at the first character that is something else.
bool XmlScanner::normalise_value(const char* begin, const char*& at, std::string_view& value) {
    const char quote = begin[-1];
    const char* const kept = scratch_->position();
    for (const char* piece = begin;; piece = at) {
        while (*at != quote && (is(*at, plain_value) || *at == '"' || *at == '\'')) ++at;
        const char c = *at;
        if (c == '<') return fail(at, "'<' in an attribute's value");
        if (c == '>') {
            if (++at == end_) return fail(document_end_, "a tag without its end");
        } else if (!is_ascii(c)) {
            at = skip_character(at);
            if (at == nullptr) return false;
        }
        scratch_->append(between(piece, at));
        if (c == quote) break;
        if (c == '&') {
            ++at;
            std::string_view character;
            if (!scan_reference(at, character)) return false;
            scratch_->append(character);
        } else if (c == '\t' || c == '\n' || c == '\r') {
            scratch_->append(" ");
            at += c == '\r' && at[1] == '\n' ? 2 : 1;
        } else if (is_ascii(c) && c != '>') {
            return fail(at, bad_character);
        }
    }
    value = scratch_->since(kept);
    ++at;
    return true;
}

bool XmlScanner::check_duplicates() {
    constexpr std::size_t few = 16;
    const std::size_t count = attributes_.size();
    if (count <= few) {
        for (std::size_t i = 1; i < count; ++i) {
            const XmlName& name = attributes_[i].name;
            for (std::size_t j = 0; j < i; ++j) {
                const XmlName& other = attributes_[j].name;
                if (name.local.back() == other.local.back() && name.local == other.local &&
                    name.prefix == other.prefix) {
                    return fail(token_, "an attribute that stands twice");
                }
            }
        }
        return true;
    }
    names_.clear();
    for (const XmlAttribute& attribute : attributes_) names_.push_back(written(attribute.name));
    std::sort(names_.begin(), names_.end());
    if (std::adjacent_find(names_.begin(), names_.end()) == names_.end()) return true;
    return fail(token_, "an attribute that stands twice");
}

/// \param at behind `&`; behind `;` afterwards.
bool XmlScanner::scan_reference(const char*& at, std::string_view& character) {
    if (*at == '#') return scan_character_number(++at, character);
    struct Entity {
        std::string_view name;
        std::string_view character;
    };
    static constexpr Entity entities[] = {{"lt;", "<"}, {"gt;", ">"}, {"amp;", "&"}, {"quot;", "\""}, {"apos;", "'"}};
    for (const Entity& entity : entities) {
        if (!stands_at(at, entity.name)) continue;
        character = entity.character;
        at += entity.name.size();
        return true;
    }
    return fail(at - 1, "'&' that begins no entity known here");
}

/// \param at behind `&#`.
bool XmlScanner::scan_character_number(const char*& at, std::string_view& character) {
    const char* const begin = at - 2;
    const bool hexadecimal = *at == 'x';
    if (hexadecimal) ++at;
    boost::locale::utf::code_point number = 0;
    const char* const digits = at;
    for (;; ++at) {
        unsigned digit = 0;
        if (*at >= '0' && *at <= '9') {
            digit = static_cast<unsigned>(*at - '0');
        } else if (hexadecimal && *at >= 'a' && *at <= 'f') {
            digit = static_cast<unsigned>(*at - 'a') + 10;
        } else if (hexadecimal && *at >= 'A' && *at <= 'F') {
            digit = static_cast<unsigned>(*at - 'A') + 10;
        } else {
            break;
        }
        number = number * (hexadecimal ? 16 : 10) + digit;
        if (number > 0x10FFFF) return fail(begin, "a reference to a character that there is not");
    }
    if (at == digits || *at != ';') return fail(begin, "a broken reference to a character");
    if (!boost::locale::utf::is_valid_codepoint(number) || !is_character(number)) {
        return fail(begin, "a reference to a character that XML does not allow");
    }
    ++at;
    character = between(character_, Utf8::encode(number, character_));
    return true;
}

}  // namespace tintype::soap
