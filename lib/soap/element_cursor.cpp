#include "soap/element_cursor.hpp"

#include <algorithm>
#include <boost/locale/utf.hpp>
#include <charconv>
#include <iterator>

namespace tintype::soap {
namespace {

bool is_white_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// A tag of canonical XML. There `<` only opens a tag and `>` only closes one.
struct Tag {
    std::size_t begin = 0;  ///< At its `<`.
    std::size_t end = 0;    ///< Behind its `>`.
    bool closing = false;   ///< `</t>`
    bool empty = false;     ///< `<t/>`
};

std::optional<Tag> next_tag(std::string_view text, std::size_t from) {
    const auto begin = text.find('<', from);
    if (begin == std::string_view::npos) return std::nullopt;
    const auto close = text.find('>', begin);
    if (close == std::string_view::npos || close == begin + 1) return std::nullopt;
    return Tag{.begin = begin, .end = close + 1, .closing = text[begin + 1] == '/', .empty = text[close - 1] == '/'};
}

/// The end tag that belongs to the element whose start tag ends at `from`.
std::optional<Tag> matching_end(std::string_view text, std::size_t from) {
    int open = 1;
    for (;;) {
        const auto begin = text.find('<', from);
        if (begin == std::string_view::npos) return std::nullopt;
        if (begin + 1 < text.size() && text[begin + 1] == '/') {
            if (--open == 0) return next_tag(text, begin);
            from = begin + 2;  // Where it ends doesn't matter.
            continue;
        }
        const auto tag = next_tag(text, begin);
        if (!tag) return std::nullopt;
        if (!tag->empty) ++open;
        from = tag->end;
    }
}

std::optional<Tag> last_tag(std::string_view text) {
    const auto begin = text.rfind('<');
    return begin == std::string_view::npos ? std::nullopt : next_tag(text, begin);
}

/// The character of an entity or character reference, given without `&` and `;`.
std::optional<boost::locale::utf::code_point> referenced(std::string_view name) {
    if (name == "lt") return '<';
    if (name == "gt") return '>';
    if (name == "amp") return '&';
    if (name == "quot") return '"';
    if (name == "apos") return '\'';
    if (!name.starts_with('#')) return std::nullopt;
    name.remove_prefix(1);
    const bool hexadecimal = name.starts_with('x');
    if (hexadecimal) name.remove_prefix(1);
    std::uint32_t value = 0;
    const char* const end = name.data() + name.size();
    const auto [at, error] = std::from_chars(name.data(), end, value, hexadecimal ? 16 : 10);
    if (error != std::errc{} || at != end || !boost::locale::utf::is_valid_codepoint(value)) return std::nullopt;
    return value;
}

void append_decoded(std::string& out, std::string_view canonical) {
    while (!canonical.empty()) {
        const auto amp = canonical.find('&');
        out.append(canonical.substr(0, amp));
        if (amp == std::string_view::npos) return;
        canonical.remove_prefix(amp);
        const auto semicolon = canonical.find(';');
        if (semicolon != std::string_view::npos) {
            if (const auto character = referenced(canonical.substr(1, semicolon - 1))) {
                boost::locale::utf::utf_traits<char>::encode(*character, std::back_inserter(out));
                canonical.remove_prefix(semicolon + 1);
                continue;
            }
        }
        out.push_back('&');
        canonical.remove_prefix(1);
    }
}

}  // namespace

std::optional<Element> Element::first_in(std::string_view canonical) {
    return read(canonical, false);
}

std::optional<Element> Element::only_in(std::string_view canonical) {
    return read(canonical, true);
}

std::optional<Element> Element::read(std::string_view canonical, bool only) {
    constexpr auto npos = std::string_view::npos;
    const auto tag = next_tag(canonical, 0);
    if (!tag || tag->closing) return std::nullopt;

    Element element;
    if (tag->empty) {
        element.inner_ = canonical.substr(tag->end, 0);
        element.outer_ = canonical.substr(tag->begin, tag->end - tag->begin);
        element.after_ = canonical.substr(tag->end);
    } else {
        const auto end = only ? last_tag(canonical) : matching_end(canonical, tag->end);
        if (!end || !end->closing) return std::nullopt;
        element.inner_ = canonical.substr(tag->end, end->begin - tag->end);
        element.outer_ = canonical.substr(tag->begin, end->end - tag->begin);
        element.after_ = canonical.substr(end->end);
    }
    auto name = canonical.substr(tag->begin + 1, tag->end - tag->begin - (tag->empty ? 3 : 2));
    if (const auto blank = name.find(' '); blank != npos) {
        element.attributes_ = name.substr(blank);
        name = name.substr(0, blank);
    }
    if (const auto colon = name.find(':'); colon != npos) {
        element.prefix_ = name.substr(0, colon);
        name.remove_prefix(colon + 1);
    }
    element.name_ = name;
    return element;
}

std::optional<std::string> Element::attribute(std::string_view qualified_name) const {
    std::string_view rest = attributes_;
    while (!rest.empty()) {
        // ` name="value"`, as the reader writes it.
        const auto equals = rest.find("=\"");
        if (equals == std::string_view::npos) return std::nullopt;
        const auto end = rest.find('"', equals + 2);
        if (end == std::string_view::npos) return std::nullopt;
        if (rest.substr(1, equals - 1) == qualified_name) return decode_text(rest.substr(equals + 2, end - equals - 2));
        rest.remove_prefix(end + 1);
    }
    return std::nullopt;
}

bool Element::is_nil() const {
    const auto nil = attribute("xsi:nil");
    if (!nil) return false;
    const std::string_view value = trim(*nil);
    return value == "true" || value == "1";
}

std::string Element::text() const {
    std::string result;
    std::size_t at = 0;
    while (const auto tag = next_tag(inner_, at)) {
        append_decoded(result, inner_.substr(at, tag->begin - at));
        if (tag->empty) {
            at = tag->end;
            continue;
        }
        const auto end = matching_end(inner_, tag->end);
        if (!end) return result;
        at = end->end;
    }
    append_decoded(result, inner_.substr(at));
    return result;
}

std::optional<std::string_view> Element::plain_text() const noexcept {
    // One by one: each is a search many bytes at a time, find_first_of() one for each byte.
    if (inner_.find('<') != inner_.npos || inner_.find('&') != inner_.npos) return std::nullopt;
    return inner_;
}

bool Element::has_children() const noexcept {
    return inner_.find('<') != std::string_view::npos;
}

std::optional<Element> Element::first_child() const {
    return first_in(inner_);
}

std::optional<Element> Element::child(std::string_view prefix, std::string_view name) const {
    auto found = first_child();
    while (found && !found->is(prefix, name)) found = found->next();
    return found;
}

std::optional<Element> Element::next() const {
    return first_in(after_);
}

std::string decode_text(std::string_view canonical) {
    std::string result;
    result.reserve(canonical.size());
    append_decoded(result, canonical);
    return result;
}

std::string_view trim(std::string_view text) noexcept {
    while (!text.empty() && is_white_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_white_space(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace tintype::soap
