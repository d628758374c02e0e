#include "cim/xml_tree.hpp"

#include <utility>

#include "soap/region.hpp"
#include "soap/xml_scanner.hpp"
#include "tintype/cim/object_path.hpp"

namespace tintype::cim {

using soap::XmlScanner;

class XmlTree::Builder {
  public:
    Builder(XmlTree& tree, const XmlTreeLimits& limits) : tree_(&tree), limits_(&limits) {
        const std::string& document = *tree.document_;
        tree.scratch_ = std::make_unique_for_overwrite<char[]>(document.size());
        scratch_ = soap::Region(tree.scratch_.get(), document.size());
        scanner_.begin(document, &scratch_, limits.max_attributes);
    }

    /// Gives nothing, or what is wrong.
    std::optional<std::string> build() {
        for (;;) {
            switch (scanner_.next()) {
                case XmlScanner::Token::start:
                    if (const char* const problem = start()) return at_place(problem);
                    break;
                case XmlScanner::Token::text:
                    if (!open_.empty()) tree_->nodes_[open_.back().node].text += scanner_.text();
                    break;
                case XmlScanner::Token::end:
                    open_.pop_back();
                    break;
                case XmlScanner::Token::finished:
                    return std::nullopt;
                case XmlScanner::Token::refused:
                    return at_place(scanner_.problem_words());
            }
        }
    }

  private:
    struct Open {
        std::uint32_t node = 0;
        std::uint32_t last_child = 0;
    };

    const char* start() {
        if (tree_->nodes_.size() == limits_->max_elements) return "more elements than are taken";
        if (open_.size() == limits_->max_depth) return "elements nested deeper than are taken";
        const auto index = static_cast<std::uint32_t>(tree_->nodes_.size());
        Node& node = tree_->nodes_.emplace_back();
        node.name = scanner_.name().local;
        node.first_attribute = tree_->attributes_.size();
        for (const soap::XmlAttribute& attribute : scanner_.attributes())
            tree_->attributes_.push_back({attribute.name.local, attribute.value});
        node.attribute_count = tree_->attributes_.size() - node.first_attribute;
        if (!open_.empty()) {
            Open& parent = open_.back();
            (parent.last_child == 0 ? tree_->nodes_[parent.node].first_child : tree_->nodes_[parent.last_child].next) =
                index;
            parent.last_child = index;
        }
        open_.push_back({index, 0});
        return nullptr;
    }

    [[nodiscard]] std::string at_place(const char* problem) const {
        const soap::XmlPosition place = scanner_.position();
        return std::string(problem) + " (line " + std::to_string(place.line) + ", column " +
               std::to_string(place.column) + ")";
    }

    XmlTree* tree_;
    const XmlTreeLimits* limits_;
    XmlScanner scanner_;
    soap::Region scratch_;
    std::vector<Open> open_;
};

tl::expected<XmlTree, std::string> XmlTree::read(std::string document, const XmlTreeLimits& limits) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (document.size() > limits.max_size) return tl::unexpected(std::string("more text than is taken"));
    if (document.starts_with(byte_order_mark)) document.erase(0, byte_order_mark.size());
    XmlTree tree;
    tree.document_ = std::make_unique<std::string>(std::move(document));
    if (auto problem = Builder(tree, limits).build()) return tl::unexpected(std::move(*problem));
    return tree;
}

XmlTree::Element XmlTree::root() const noexcept {
    return {*this, 0};
}

bool XmlTree::Element::is(std::string_view name) const noexcept {
    return equal_names(node().name, name);
}

std::optional<std::string_view> XmlTree::Element::attribute(std::string_view name) const noexcept {
    for (std::size_t i = 0; i < node().attribute_count; ++i) {
        const Attribute& one = tree_->attributes_[node().first_attribute + i];
        if (equal_names(one.name, name)) return one.value;
    }
    return std::nullopt;
}

}  // namespace tintype::cim
