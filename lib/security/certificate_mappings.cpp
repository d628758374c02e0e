#include "security/certificate_mappings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>

#include "ascii/ascii.hpp"
#include "security/user_name.hpp"

namespace tintype::security {
namespace {

using Kind = CertificateMapping::Kind;
template <class T>
using Parsed = tl::expected<T, std::string>;

constexpr std::size_t sha1_digits = 40;
constexpr std::size_t sha256_digits = 64;

std::string_view take_word(std::string_view& text) {
    text = ascii::trim(text);
    const auto word = text.substr(0, text.find_first_of(ascii::blanks));
    text = ascii::trim(text.substr(word.size()));
    return word;
}

Parsed<std::string> read_thumbprint(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c == ':' || ascii::blanks.find(c) != std::string_view::npos) continue;
        if (std::string_view("0123456789abcdefABCDEF").find(c) == std::string_view::npos)
            return tl::unexpected(std::string("the thumbprint has a character that is no hexadecimal digit"));
        digits += c;
    }
    if (digits.size() != sha1_digits && digits.size() != sha256_digits) {
        return tl::unexpected(fmt::format("the thumbprint has {} digits; SHA-1 has {}, SHA-256 has {}", digits.size(),
                                          sha1_digits, sha256_digits));
    }
    return ascii::lower(digits);
}

/// `issuer HEX KIND VALUE`: the digits go on until a word that is a kind.
Parsed<std::string> take_issuer(std::string_view& text) {
    std::string digits;
    while (!text.empty()) {
        auto rest = text;
        const auto word = take_word(rest);
        if (word == "thumbprint" || word == "subject" || word == "upn") break;
        digits += word;
        text = rest;
    }
    return read_thumbprint(digits).map_error([](const std::string& why) { return "issuer: " + why; });
}

Parsed<void> read_subject(std::string_view text, CertificateMapping& mapping) {
    mapping.open = text.starts_with('*');
    if (text == "*") return {};
    if (mapping.open) {
        const auto rest = ascii::trim(text.substr(1));
        if (!rest.starts_with(','))
            return tl::unexpected(std::string("a * in front of a subject stands alone or before a comma"));
        text = rest.substr(1);
    }
    auto subject = read_distinguished_name(text);
    if (!subject) {
        return tl::unexpected(
            std::string("the subject is no name as RFC 4514 writes it, such as CN=alice,OU=Operations,O=Example"));
    }
    mapping.subject = *std::move(subject);
    return {};
}

Parsed<void> read_upn(std::string_view text, CertificateMapping& mapping) {
    mapping.open = text.starts_with('*');
    if (mapping.open) text.remove_prefix(1);
    if (text.find('*') != std::string_view::npos)
        return tl::unexpected(std::string("a * stands in front of a user principal name only"));
    if (!text.empty() && !is_user_name(text))
        return tl::unexpected(std::string("the user principal name is no UTF-8 or has a control character or a colon"));
    mapping.value = ascii::lower(text);
    return {};
}

Parsed<CertificateMapping> parse_line(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return tl::unexpected(std::string("has no colon; expected user: kind value"));
    CertificateMapping mapping;
    mapping.user = ascii::trim(line.substr(0, colon));
    if (!is_user_name(mapping.user)) {
        return tl::unexpected(
            fmt::format("the user is empty, longer than {} bytes, no UTF-8 or has a control character", max_user_name));
    }
    auto rest = line.substr(colon + 1);
    auto word = take_word(rest);
    if (word == "issuer") {
        auto issuer = take_issuer(rest);
        if (!issuer) return tl::unexpected(issuer.error());
        mapping.issuer = *std::move(issuer);
        word = take_word(rest);
    }
    mapping.length = rest.size();
    if (word != "thumbprint" && word != "subject" && word != "upn") {
        return tl::unexpected(
            std::string("expected thumbprint, subject or upn after the user, or issuer and one of them"));
    }
    if (rest.empty()) return tl::unexpected(fmt::format("there is nothing after {}", word));
    Parsed<void> read;
    if (word == "thumbprint") {
        read = read_thumbprint(rest).map([&mapping](std::string digits) { mapping.value = std::move(digits); });
    } else if (word == "subject") {
        mapping.kind = Kind::subject;
        read = read_subject(rest, mapping);
    } else {
        mapping.kind = Kind::upn;
        read = read_upn(rest, mapping);
    }
    if (!read) return tl::unexpected(read.error());
    return mapping;
}

bool is_same_rule(const CertificateMapping& left, const CertificateMapping& right) {
    return std::tie(left.kind, left.issuer, left.open, left.value, left.subject) ==
           std::tie(right.kind, right.issuer, right.open, right.value, right.subject);
}

/// What decides among mappings that fit: the greater goes first.
auto rank(const CertificateMapping& mapping) {
    return std::tuple(mapping.kind == Kind::thumbprint, !mapping.open, mapping.length);
}

bool fits_subject(const CertificateMapping& mapping, const std::string& text) {
    const auto name = read_distinguished_name(text);
    if (!name) return false;
    const auto& wanted = mapping.subject;
    if (!mapping.open) return *name == wanted;
    return name->size() >= wanted.size() && std::equal(wanted.rbegin(), wanted.rend(), name->rbegin());
}

}  // namespace

bool CertificateMapping::fits(const ClientCertificate& certificate) const {
    if (!issuer.empty() && issuer != certificate.issuer_sha1 && issuer != certificate.issuer_sha256) return false;
    switch (kind) {
        case Kind::thumbprint:
            return value == certificate.sha1 || value == certificate.sha256;
        case Kind::subject:
            return fits_subject(*this, certificate.subject);
        case Kind::upn:
            break;
    }
    return std::any_of(certificate.upns.begin(), certificate.upns.end(), [this](const std::string& upn) {
        const auto name = ascii::lower(upn);
        return open ? name.ends_with(value) : name == value;
    });
}

tl::expected<std::vector<CertificateMapping>, std::string> parse_mappings(std::string_view text) {
    std::vector<CertificateMapping> mappings;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = text.find('\n');
        auto line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        line = ascii::trim(line);
        if (line.empty() || line.starts_with('#')) continue;
        auto mapping = parse_line(line);
        if (!mapping) return tl::unexpected(fmt::format("line {}: {}", number, mapping.error()));
        mapping->line = number;
        const auto same = std::find_if(mappings.begin(), mappings.end(),
                                       [&mapping](const auto& other) { return is_same_rule(other, *mapping); });
        if (same != mappings.end())
            return tl::unexpected(fmt::format("line {}: is for the same certificates as line {}", number, same->line));
        mappings.push_back(*std::move(mapping));
    }
    return mappings;
}

tl::expected<std::string, std::string> user_of(const ClientCertificate& certificate,
                                               const std::vector<CertificateMapping>& mappings) {
    const CertificateMapping* best = nullptr;
    const CertificateMapping* rival = nullptr;
    for (const auto& mapping : mappings) {
        if (!mapping.fits(certificate)) continue;
        if (best == nullptr || rank(mapping) > rank(*best)) {
            best = &mapping;
            rival = nullptr;
        } else if (rank(mapping) == rank(*best) && mapping.user != best->user) {
            rival = &mapping;
        }
    }
    if (best == nullptr) return tl::unexpected(std::string("no mapping is for this certificate"));
    if (rival != nullptr) {
        return tl::unexpected(fmt::format("the mappings of line {} (\"{}\") and line {} (\"{}\") fit equally well",
                                          best->line, best->user, rival->line, rival->user));
    }
    return best->user;
}

}  // namespace tintype::security
