#pragma once
/// \file
/// Fragments of an instance named by XPath level 1 (DSP0226 7.7 and annex D.1).

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "tintype/cim/instance.hpp"
#include "tintype/cim/resource_uri.hpp"

namespace tintype::cim {

/// One element's name on the way, without its prefix, which nothing here could resolve.
struct FragmentStep {
    std::string name;
    std::optional<std::size_t> index = {};  ///< From 1: which of the elements of that name.
};

/// A fragment expression that was understood. No steps: the instance itself.
struct Fragment {
    std::vector<FragmentStep> steps;
    bool text = false;  ///< Ends in text(): what stands in the element, without its tags.
};

/// More steps than this are an error: what is deepest, a selector of a reference's reference, has half of them.
inline constexpr std::size_t max_fragment_steps = 16;

/// Reads `Property`, `p:Property[2]`, `Property/text()`, `/p:Class/p:Property`, `.`, `/`, and paths further down, such
/// as `When/cim:Datetime/text()`. White space around it is not significant. Errors: a sentence that names the position,
/// from 1, of what level 1 doesn't have; CannotProcessFilter is their fault.
[[nodiscard]] tl::expected<Fragment, std::string> parse_fragment(std::string_view expression);

/// Which property a fragment is about, for a Put.
struct FragmentTarget {
    std::size_t property = 0;               ///< Place in the class's declaration.
    std::optional<std::size_t> index = {};  ///< From 1: only this value of an array.
    bool text = false;                      ///< The fragment's content is the value's text, not an element.
};

/// The property that `fragment` names; nothing for the whole instance. Names are compared without regard to case, the
/// element of the class or of a superclass may stand before the property.
/// Errors: a sentence, for a property that the class doesn't have, for an index of what is no array and over 1, and for
/// a path into a property.
[[nodiscard]] tl::expected<std::optional<FragmentTarget>, std::string> fragment_target(
    const Fragment& fragment, const ClassDeclaration& declaration);

/// Appends `<w:XmlFragment>` with what the fragment names: elements with their tags, text without. What is not there
/// or null is `<w:XmlFragment xsi:nil="true"/>`. Prefixes w, xsi, cim and a are bound further out.
void append_xml_fragment(std::string& out, const Fragment& fragment, const Instance& instance, UriStyle style);

}  // namespace tintype::cim
