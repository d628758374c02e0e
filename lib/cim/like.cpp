#include "cim/like.hpp"

#include <cstddef>

#include "ascii/ascii.hpp"

namespace tintype::cim {

namespace {

// Bytes of the UTF-8 character at the front: `_` and a class stand for a character, not a byte.
std::size_t character_size(std::string_view text) noexcept {
    std::size_t size = 1;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) ++size;
    return size;
}

// Length of the class `[…]` at the front of the pattern; 0 if its bracket is not closed, and then it is a character.
std::size_t class_size(std::string_view pattern) noexcept {
    const auto close = pattern.find(']', pattern.size() > 1 && pattern[1] == '^' ? 3 : 2);
    return close == std::string_view::npos ? 0 : close + 1;
}

bool in_class(std::string_view character, std::string_view members) noexcept {
    const bool negated = !members.empty() && members.front() == '^';
    if (negated) members.remove_prefix(1);
    bool found = false;
    while (!members.empty() && !found) {
        const auto first = members.substr(0, character_size(members));
        members.remove_prefix(first.size());
        if (members.size() > 1 && members.front() == '-') {
            members.remove_prefix(1);
            const auto last = members.substr(0, character_size(members));
            members.remove_prefix(last.size());
            // UTF-8 sorts as its characters do.
            if (character.size() == 1 && first.size() == 1 && last.size() == 1) {
                found = ascii::lower(first[0]) <= ascii::lower(character[0]) &&
                        ascii::lower(character[0]) <= ascii::lower(last[0]);
            } else {
                found = first <= character && character <= last;
            }
        } else {
            found = first.size() == 1 && character.size() == 1 ? ascii::lower(first[0]) == ascii::lower(character[0])
                                                               : first == character;
        }
    }
    return found != negated;
}

// Whether one unit of the pattern, `%` apart, takes the front of the text; how much it takes of both.
bool take_one(std::string_view text, std::string_view pattern, std::size_t& text_size,
              std::size_t& pattern_size) noexcept {
    if (text.empty()) return false;
    text_size = character_size(text);
    pattern_size = 1;
    if (pattern.front() == '_') return true;
    if (pattern.front() == '[') {
        if (const auto size = class_size(pattern); size != 0) {
            pattern_size = size;
            return in_class(text.substr(0, text_size), pattern.substr(1, size - 2));
        }
    }
    text_size = 1;
    return ascii::lower(text.front()) == ascii::lower(pattern.front());
}

}  // namespace

// Only the last `%` need ever be tried again: an earlier one can't help where the later one failed.
bool is_like(std::string_view text, std::string_view pattern) noexcept {
    std::size_t at = 0;
    std::size_t in_pattern = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_text = 0;
    while (true) {
        if (in_pattern < pattern.size() && pattern[in_pattern] == '%') {
            star = in_pattern++;
            star_text = at;
            continue;
        }
        if (in_pattern == pattern.size() && at == text.size()) return true;
        std::size_t text_size = 0;
        std::size_t pattern_size = 0;
        if (in_pattern < pattern.size() &&
            take_one(text.substr(at), pattern.substr(in_pattern), text_size, pattern_size)) {
            at += text_size;
            in_pattern += pattern_size;
            continue;
        }
        if (star == std::string_view::npos || star_text >= text.size()) return false;
        star_text += character_size(text.substr(star_text));
        at = star_text;
        in_pattern = star + 1;
    }
}

}  // namespace tintype::cim
