#pragma once
/// \file
/// Writes canonical XML (envelope.hpp) while a message is read.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "soap/namespace_stack.hpp"
#include "soap/region.hpp"

namespace tintype::soap {

/// An attribute with its prefix resolved, namespace declarations left out.
struct Attribute {
    NamespaceId ns = known::none;
    std::string_view local;
    std::string_view value;
};

/// Which attributes canonical XML keeps.
enum class Keep {
    known,  ///< Those that anything here reads.
    all,    ///< Every one: the XML goes back to the client.
};

class CanonicalWriter {
  public:
    CanonicalWriter();

    /// Begins a message. \param out and \param namespaces must outlive its reading.
    void reset(Region* out, const NamespaceStack* namespaces);

    /// From here on `ns` is `p`, if it is none that has a prefix.
    void name_body_namespace(NamespaceId ns);

    void start(NamespaceId ns, std::string_view local, std::span<const Attribute> attributes, Keep keep = Keep::known);
    /// \param plain says that nothing in it has to be escaped.
    void text(std::string_view text, bool plain);
    void end();

    /// URIs of q0, q1, …
    [[nodiscard]] std::vector<std::string_view> other_namespaces() const { return others_; }

  private:
    /// `w:`, ready to be copied.
    struct Prefix {
        std::array<char, 7> text{};
        std::uint8_t size = 0;
        bool assigned = false;
        [[nodiscard]] std::string_view view() const noexcept { return {text.data(), size}; }
    };
    static Prefix prefix_of(std::string_view name);
    std::string_view prefix(NamespaceId ns);
    void write_attribute(const Attribute& attribute);

    Region* out_ = nullptr;
    const NamespaceStack* namespaces_ = nullptr;
    std::vector<Prefix> prefixes_;          ///< By namespace number.
    std::vector<std::string_view> open_;    ///< Names of the open elements, views into what was written.
    std::vector<std::string_view> others_;  ///< By the number behind q.
};

}  // namespace tintype::soap
