#pragma once
/// \file
/// Walking canonical XML (envelope.hpp): child elements, attributes, text. For bodies that have no generated type.

#include <optional>
#include <string>
#include <string_view>

namespace tintype::soap {

/// One element of canonical XML: a view, cheap to copy, valid as long as the text it walks.
class Element {
  public:
    /// The element that `canonical` begins with; nothing for an empty text. `canonical` must come from EnvelopeReader.
    static std::optional<Element> first_in(std::string_view canonical);
    /// The same where `canonical` is one element and no more, as Envelope::body is: its end needs no search.
    static std::optional<Element> only_in(std::string_view canonical);

    [[nodiscard]] std::string_view prefix() const noexcept { return prefix_; }  ///< Canonical prefix; may be empty.
    [[nodiscard]] std::string_view name() const noexcept { return name_; }      ///< Local name.
    [[nodiscard]] bool is(std::string_view prefix, std::string_view name) const noexcept {
        return prefix_ == prefix && name_ == name;
    }

    /// Value of an attribute, as in `Name` or `xsi:nil`, decoded; nothing if it is not there.
    [[nodiscard]] std::optional<std::string> attribute(std::string_view qualified_name) const;
    [[nodiscard]] bool is_nil() const;  ///< xsi:nil is true or 1.

    [[nodiscard]] std::string_view inner() const noexcept { return inner_; }  ///< Canonical XML between its tags.
    [[nodiscard]] std::string_view outer() const noexcept { return outer_; }  ///< Canonical XML with its tags.
    [[nodiscard]] std::string text() const;  ///< Its own character data, decoded, not trimmed; children's left out.
    /// The same where it stands there as it is, without children and anything to decode; otherwise nothing.
    [[nodiscard]] std::optional<std::string_view> plain_text() const noexcept;
    [[nodiscard]] bool has_children() const noexcept;

    [[nodiscard]] std::optional<Element> first_child() const;
    [[nodiscard]] std::optional<Element> child(std::string_view prefix, std::string_view name) const;
    [[nodiscard]] std::optional<Element> next() const;  ///< The next sibling element.

  private:
    static std::optional<Element> read(std::string_view canonical, bool only);

    std::string_view prefix_, name_, attributes_, inner_, outer_, after_;
};

/// Decodes `&lt;`, `&amp;` and the like in canonical text.
[[nodiscard]] std::string decode_text(std::string_view canonical);
/// Without XML white space at both ends.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

}  // namespace tintype::soap
