#include "soap/reference_parameters.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "soap/element_cursor.hpp"
#include "soap/namespaces.hpp"
#include "soap/xml_writer.hpp"

namespace tintype::soap {
namespace {

// Prefixes of canonical XML that an answer's envelope leaves unbound, beside q0, q1, …
constexpr std::array<std::string_view, 3> unbound{"b", "wsmid", "m"};

struct Binding {
    std::string_view prefix;
    std::string_view uri;
};

// The namespaces of one message that a block may have to declare, in a fixed order: unbound, then q0 and on.
class Declarations {
  public:
    explicit Declarations(std::span<const std::string_view> others) : others_(others) {}

    // A prefix begins behind `<` or a blank; such a blank in text at most brings a declaration that nobody needs.
    [[nodiscard]] std::vector<Binding> needed_by(std::string_view canonical) const {
        constexpr std::size_t longest_prefix = 7;
        std::vector<bool> seen(unbound.size() + others_.size());
        std::vector<Binding> found;
        for (auto at = canonical.find_first_of("< "); at != std::string_view::npos;
             at = canonical.find_first_of("< ", at + 1)) {
            const auto name = canonical.substr(at + 1, longest_prefix);
            const auto colon = name.find(':');
            if (colon == std::string_view::npos) continue;
            const auto prefix = name.substr(0, colon);
            const auto number = number_of(prefix);
            if (!number || seen[*number]) continue;
            seen[*number] = true;
            found.push_back({prefix, uri_of(*number)});
        }
        return found;
    }

  private:
    [[nodiscard]] std::optional<std::size_t> number_of(std::string_view prefix) const {
        const auto named = std::find(unbound.begin(), unbound.end(), prefix);
        if (named != unbound.end()) return static_cast<std::size_t>(named - unbound.begin());
        if (!prefix.starts_with('q')) return std::nullopt;
        const auto digits = prefix.substr(1);
        std::size_t number = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (error != std::errc{} || end != digits.data() + digits.size() || number >= others_.size()) {
            return std::nullopt;
        }
        return unbound.size() + number;
    }

    [[nodiscard]] std::string_view uri_of(std::size_t number) const {
        if (number >= unbound.size()) return others_[number - unbound.size()];
        const auto known = std::find_if(canonical_namespaces.begin(), canonical_namespaces.end(),
                                        [&](const Namespace& ns) { return ns.prefix == unbound[number]; });
        return known->uri;
    }

    std::span<const std::string_view> others_;
};

}  // namespace

bool append_reference_parameters(std::string& out, std::string_view parameters,
                                 std::span<const std::string_view> other_namespaces, std::size_t room) {
    const auto before = out.size();
    const Declarations declarations(other_namespaces);
    for (auto block = Element::first_in(parameters); block; block = block->next()) {
        const auto bindings = declarations.needed_by(block->outer());
        if (std::any_of(bindings.begin(), bindings.end(), [](const auto& one) { return one.uri == ns_xml; })) continue;
        const auto name_end = 1 + (block->prefix().empty() ? 0 : block->prefix().size() + 1) + block->name().size();
        out.append(block->outer().substr(0, name_end));
        for (const auto& [prefix, uri] : bindings) {
            out.append(" xmlns:").append(prefix).append("=\"");
            append_attribute(out, uri);
            out.append("\"");
        }
        out.append(block->outer().substr(name_end));
        if (out.size() - before > room) {
            out.resize(before);
            return false;
        }
    }
    return true;
}

}  // namespace tintype::soap
