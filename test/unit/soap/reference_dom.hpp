#pragma once
/// \file
/// XML as namespace-aware expat reads it, in a plain tree: the measure for our own reader.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tintype::test {

using ExpandedName = std::pair<std::string, std::string>;  ///< URI, local name.

struct Node {
    ExpandedName name;
    std::map<ExpandedName, std::string> attributes;
    std::vector<std::variant<std::string, std::unique_ptr<Node>>> content;

    [[nodiscard]] std::string text() const;  ///< Its own, not that of elements inside.
    [[nodiscard]] std::vector<const Node*> children() const;
    [[nodiscard]] std::optional<std::string> attribute(const std::string& uri, const std::string& local) const;
};

struct Document {
    std::unique_ptr<Node> root;
    std::size_t elements = 0;
    std::size_t depth = 0;
    std::size_t most_attributes = 0;
    std::size_t namespaces = 0;
};

/// \param utf8 the document. Nothing if expat refuses it, or it has a DTD or a processing instruction.
std::optional<Document> parse_document(const std::string& utf8);

/// One line that tells all of a node but prefixes, attributes in order.
/// \param canonical leave out the attributes that canonical XML drops.
void describe(const Node& node, bool canonical, std::string& out);
void describe_content(const Node& node, bool canonical, std::string& out);

}  // namespace tintype::test
