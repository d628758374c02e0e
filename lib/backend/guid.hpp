#pragma once
/// \file
/// GUIDs as numbers: a quarter of the memory of their text, and ordered as their upper-case text is.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

namespace tintype::backend {

struct Guid {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    friend bool operator==(const Guid&, const Guid&) = default;
    friend bool operator<(const Guid& a, const Guid& b) { return std::tie(a.high, a.low) < std::tie(b.high, b.low); }

    /// Only the form that tintype::Machine::id has: 8-4-4-4-12 digits, upper case, no braces.
    [[nodiscard]] static std::optional<Guid> parse(std::string_view text);
    [[nodiscard]] std::string text() const;
    /// The same in `text`; what that has allocated is used again.
    void write_to(std::string& text) const;
};

/// Order for containers by Guid, which may also be asked for any text's place.
struct GuidOrder {
    using is_transparent = void;
    bool operator()(const Guid& left, const Guid& right) const { return left < right; }
    bool operator()(const Guid& left, std::string_view right) const { return left.text() < right; }
    bool operator()(std::string_view left, const Guid& right) const { return left < right.text(); }
};

/// What comes behind a text in a container by Guid. A text that is a GUID, as nearly every one that is asked for, is
/// compared as a number.
template <class Container>
[[nodiscard]] auto first_behind(Container& container, std::string_view text) {
    const auto guid = Guid::parse(text);
    return guid ? container.upper_bound(*guid) : container.upper_bound(text);
}

}  // namespace tintype::backend
