#pragma once
/// \file
/// A small XML document as a tree: CIM-XML that a client sends as a string.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace tintype::cim {

/// How much of a document is taken.
struct XmlTreeLimits {
    std::size_t max_size = 256UL * 1024;  ///< Bytes.
    std::size_t max_elements = 8192;
    std::size_t max_depth = 32;
    std::size_t max_attributes = 32;  ///< Of one element.
};

/// Holds the whole document; elements are views into it. Namespace prefixes are dropped, since CIM-XML has none.
class XmlTree {
  public:
    class Element;

    /// Reads a document without recursion. \param document UTF-8, with or without byte order mark; what its XML
    /// declaration says about an encoding doesn't matter. Errors: a sentence that names line and column.
    static tl::expected<XmlTree, std::string> read(std::string document, const XmlTreeLimits& limits = {});

    [[nodiscard]] Element root() const noexcept;

  private:
    struct Attribute {
        std::string_view name, value;
    };
    struct Node {
        std::string_view name;
        std::size_t first_attribute = 0, attribute_count = 0;
        std::uint32_t first_child = 0, next = 0;  ///< 0: none, since the root is nobody's child.
        std::string text;                         ///< Its own character data.
    };
    class Builder;

    std::unique_ptr<std::string> document_;  ///< Does not move with the tree.
    std::unique_ptr<char[]> scratch_;
    std::vector<Node> nodes_;
    std::vector<Attribute> attributes_;
};

/// Cheap to copy; valid as long as its tree.
class XmlTree::Element {
  public:
    [[nodiscard]] std::string_view name() const noexcept { return node().name; }
    /// Names compared without regard to case, as all names of CIM are.
    [[nodiscard]] bool is(std::string_view name) const noexcept;
    [[nodiscard]] std::optional<std::string_view> attribute(std::string_view name) const noexcept;
    /// Decoded, not trimmed, without that of its children.
    [[nodiscard]] const std::string& text() const noexcept { return node().text; }
    [[nodiscard]] std::optional<Element> first_child() const noexcept { return at(node().first_child); }
    [[nodiscard]] std::optional<Element> next() const noexcept { return at(node().next); }

  private:
    friend class XmlTree;
    Element(const XmlTree& tree, std::size_t index) : tree_(&tree), index_(index) {}
    [[nodiscard]] const Node& node() const noexcept { return tree_->nodes_[index_]; }
    [[nodiscard]] std::optional<Element> at(std::size_t index) const noexcept {
        if (index == 0) return std::nullopt;
        return Element(*tree_, index);
    }

    const XmlTree* tree_;
    std::size_t index_;
};

}  // namespace tintype::cim
