#include "security/distinguished_name.hpp"

#include <openssl/asn1.h>
#include <openssl/objects.h>

#include <algorithm>
#include <array>
#include <memory>
#include <tuple>
#include <utility>

namespace tintype::security {
namespace {

constexpr std::string_view blanks = " \t";
constexpr std::string_view escapable = "\"+,;<>=# \\";

// ASCII's letters only, whatever locale the program around this has set.
char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

std::string upper(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](char c) { return upper(c); });
    return result;
}

std::optional<unsigned> digit(char c) {
    const auto number = std::string_view("0123456789ABCDEF").find(upper(c));
    if (number == std::string_view::npos) return std::nullopt;
    return static_cast<unsigned>(number);
}

/// Where the first of these characters stands that no backslash escapes.
std::size_t find_unescaped(std::string_view text, std::string_view wanted) {
    for (std::size_t place = 0; place < text.size(); ++place) {
        if (text[place] == '\\') {
            ++place;
        } else if (wanted.find(text[place]) != std::string_view::npos) {
            return place;
        }
    }
    return std::string_view::npos;
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = find_unescaped(text, separators);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::string_view without_blanks_in_front(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text;
}

std::string_view without_blanks_behind(std::string_view text) {
    // A blank that is escaped belongs to the value.
    while (!text.empty() && blanks.find(text.back()) != std::string_view::npos) {
        const auto before = text.substr(0, text.size() - 1);
        const auto other = before.find_last_not_of('\\');
        const auto backslashes = before.size() - (other == std::string_view::npos ? 0 : other + 1);
        if (backslashes % 2 == 1) break;
        text = before;
    }
    return text;
}

/// The object identifier of a type's name, or of itself.
std::optional<std::string> identifier_of(std::string_view type) {
    // What Windows calls them, beside OpenSSL's names.
    constexpr std::array<std::pair<std::string_view, const char*>, 3> others{
        {{"E", "emailAddress"}, {"EMAILADDRESS", "emailAddress"}, {"S", "ST"}}};
    struct Free {
        void operator()(ASN1_OBJECT* object) const noexcept { ASN1_OBJECT_free(object); }
    };
    if (type.empty()) return std::nullopt;
    const auto name = upper(type);
    const auto* const known =
        std::find_if(others.begin(), others.end(), [&name](const auto& other) { return other.first == name; });
    std::unique_ptr<ASN1_OBJECT, Free> object(
        OBJ_txt2obj(known != others.end() ? known->second : std::string(type).c_str(), 0));
    if (!object) object.reset(OBJ_txt2obj(name.c_str(), 0));
    if (!object) return std::nullopt;
    std::array<char, 128> text{};
    const int size = OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object.get(), 1);
    if (size <= 0 || size >= static_cast<int>(text.size())) return std::nullopt;
    return std::string(text.data());
}

std::optional<std::string> without_escapes(std::string_view text) {
    std::string value;
    for (std::size_t place = 0; place < text.size(); ++place) {
        if (text[place] != '\\') {
            if (text[place] == '"' || text[place] == '<' || text[place] == '>') return std::nullopt;
            value += text[place];
            continue;
        }
        if (++place == text.size()) return std::nullopt;
        if (escapable.find(text[place]) != std::string_view::npos) {
            value += text[place];
            continue;
        }
        const auto high = digit(text[place]);
        const auto low = ++place < text.size() ? digit(text[place]) : std::nullopt;
        if (!high || !low) return std::nullopt;
        value += static_cast<char>(*high * 16 + *low);
    }
    return value;
}

std::optional<NameAttribute> read_attribute(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    auto type = identifier_of(without_blanks_behind(without_blanks_in_front(text.substr(0, equals))));
    if (!type) return std::nullopt;
    const auto written = without_blanks_behind(without_blanks_in_front(text.substr(equals + 1)));
    if (written.starts_with('#')) {
        const auto digits = written.substr(1);
        const bool hexadecimal = std::all_of(digits.begin(), digits.end(), [](char c) { return digit(c).has_value(); });
        if (digits.empty() || digits.size() % 2 != 0 || !hexadecimal) return std::nullopt;
        return NameAttribute{*std::move(type), upper(digits), true};
    }
    auto value = without_escapes(written);
    if (!value) return std::nullopt;
    return NameAttribute{*std::move(type), *std::move(value), false};
}

}  // namespace

std::optional<DistinguishedName> read_distinguished_name(std::string_view text) {
    DistinguishedName name;
    for (const auto part : split(text, ",;")) {
        RelativeName relative;
        for (const auto piece : split(part, "+")) {
            auto attribute = read_attribute(piece);
            if (!attribute) return std::nullopt;
            relative.push_back(*std::move(attribute));
        }
        std::sort(relative.begin(), relative.end(), [](const auto& left, const auto& right) {
            return std::tie(left.type, left.value) < std::tie(right.type, right.value);
        });
        name.push_back(std::move(relative));
    }
    return name;
}

}  // namespace tintype::security
