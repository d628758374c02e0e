#include "cim/fragment.hpp"

#include <algorithm>
#include <charconv>
#include <span>
#include <utility>

#include "cim/instance_xml.hpp"
#include "cim/value_reader.hpp"
#include "soap/element_cursor.hpp"

namespace tintype::cim {
namespace {

using soap::Element;

class Parser {
  public:
    explicit Parser(std::string_view expression) : whole_(expression), rest_(soap::trim(expression)) {}

    tl::expected<Fragment, std::string> parse() {
        if (rest_.empty()) return refuse("is empty");
        if (take("/") && rest_.empty()) return std::move(fragment_);
        for (;;) {
            if (auto step = parse_step(); !step) return tl::unexpected(std::move(step.error()));
            if (rest_.empty()) return std::move(fragment_);
            if (fragment_.text) return refuse("goes on behind text()");
            if (!take("/")) return refuse("has something else than '/' behind a step");
        }
    }

  private:
    tl::unexpected<std::string> refuse(const char* what) const {
        const auto position = static_cast<std::size_t>(rest_.data() - whole_.data()) + 1;
        return tl::unexpected("The fragment expression " + quoted(soap::trim(whole_)) + " " + what + " (position " +
                              std::to_string(position) +
                              "). XPath level 1 has steps to elements, indexes and text() at the end.");
    }

    bool take(std::string_view text) noexcept {
        if (!rest_.starts_with(text)) return false;
        rest_.remove_prefix(text.size());
        return true;
    }

    tl::expected<void, std::string> parse_step() {
        if (rest_.empty()) return refuse("ends where a step should follow");
        if (rest_.starts_with("..")) return refuse("goes to a parent");
        if (take(".")) return {};
        if (take("text()")) {
            fragment_.text = true;
            return {};
        }
        switch (rest_.front()) {
            case '/':
                return refuse("skips levels");
            case '@':
                return refuse("names an attribute");
            case '*':
                return refuse("has a wildcard");
            default:
                break;
        }
        const std::string_view name = take_name();
        if (name.empty()) return refuse("has no name of an element here");
        if (rest_.starts_with("::")) return refuse("names an axis");
        if (rest_.starts_with('(')) return refuse("calls a function");
        if (fragment_.steps.size() == max_fragment_steps) return refuse("has too many steps");
        fragment_.steps.push_back({std::string(name)});
        return parse_index();
    }

    /// A name, its prefix taken off.
    std::string_view take_name() noexcept {
        std::string_view name = take_ncname();
        if (!name.empty() && rest_.starts_with(':') && !rest_.starts_with("::")) {
            rest_.remove_prefix(1);
            name = take_ncname();
        }
        return name;
    }

    std::string_view take_ncname() noexcept {
        const auto* const end = std::find_if_not(rest_.begin(), rest_.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                   c == '.' || static_cast<signed char>(c) < 0;
        });
        const auto name = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
        if (!name.empty() && ((name.front() >= '0' && name.front() <= '9') || name.front() == '-')) return {};
        rest_.remove_prefix(name.size());
        return name;
    }

    tl::expected<void, std::string> parse_index() {
        if (!take("[")) return {};
        skip_blanks();
        std::size_t index = 0;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), index);
        if (error != std::errc{} || index == 0) return refuse("has a predicate that is no index from 1 on");
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        skip_blanks();
        if (!take("]")) return refuse("has a predicate that is no index from 1 on");
        fragment_.steps.back().index = index;
        return {};
    }

    void skip_blanks() noexcept {
        while (rest_.starts_with(' ')) rest_.remove_prefix(1);
    }

    std::string_view whole_, rest_;
    Fragment fragment_;
};

/// The steps below the instance's own element, which may stand before them.
std::span<const FragmentStep> steps_below(const Fragment& fragment, const ClassDeclaration& declaration) {
    const std::span steps(fragment.steps);
    const bool names_class = !steps.empty() && !declaration.find(steps.front().name) &&
                             declaration.is_a(steps.front().name) && steps.front().index.value_or(1) == 1;
    return names_class ? steps.subspan(1) : steps;
}

/// The children of these elements that a step leads to.
std::vector<Element> follow(const std::vector<Element>& from, const FragmentStep& step) {
    std::vector<Element> found;
    for (const Element& parent : from) {
        std::size_t count = 0;
        for (auto child = parent.first_child(); child; child = child->next()) {
            if (!equal_names(child->name(), step.name)) continue;
            ++count;
            if (!step.index || *step.index == count) found.push_back(*child);
        }
    }
    return found;
}

}  // namespace

tl::expected<Fragment, std::string> parse_fragment(std::string_view expression) {
    return Parser(expression).parse();
}

tl::expected<std::optional<FragmentTarget>, std::string> fragment_target(const Fragment& fragment,
                                                                         const ClassDeclaration& declaration) {
    const auto steps = steps_below(fragment, declaration);
    if (steps.empty()) {
        if (fragment.text) return tl::unexpected(std::string("An instance has no text of its own."));
        return std::nullopt;
    }
    const FragmentStep& step = steps.front();
    const auto property = declaration.find(step.name);
    if (!property)
        return tl::unexpected("The fragment names " + quoted(step.name) + ", which is no property of " +
                              std::string(declaration.name) + ".");
    const std::string name(declaration.properties[*property].name);
    if (steps.size() > 1) return tl::unexpected("The fragment goes into the property " + name + ".");
    if (declaration.properties[*property].array) return FragmentTarget{*property, step.index, fragment.text};
    if (step.index.value_or(1) != 1) return tl::unexpected("The fragment has an index, but " + name + " is no array.");
    return FragmentTarget{*property, std::nullopt, fragment.text};
}

void append_xml_fragment(std::string& out, const Fragment& fragment, const Instance& instance, UriStyle style) {
    const ClassDeclaration& declaration = instance.declaration();
    std::string xml;
    append_instance(xml, instance, style);
    std::vector<Element> found;
    if (const auto root = Element::first_in(xml)) found.push_back(*root);
    const auto steps = steps_below(fragment, declaration);
    for (const FragmentStep& step : steps) found = follow(found, step);
    // An instance itself has no text, whatever stands below it.
    if (fragment.text && steps.empty()) found.clear();
    std::erase_if(found, [](const Element& element) { return element.is_nil(); });
    if (found.empty()) {
        out += "<w:XmlFragment xsi:nil=\"true\"/>";
        return;
    }
    out += "<w:XmlFragment xmlns:p=\"";
    append_resource_uri(out, style, declaration.cim_namespace, declaration.name);
    out += "\">";
    for (const Element& element : found) {
        if (!fragment.text) {
            out += element.outer();
        } else if (!element.has_children()) {
            out += element.inner();
        }
    }
    out += "</w:XmlFragment>";
}

}  // namespace tintype::cim
