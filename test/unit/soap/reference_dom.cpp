#include "reference_dom.hpp"

#include <expat.h>

#include <algorithm>

#include "soap/namespaces.hpp"

namespace tintype::test {
namespace {

// No XML character, so that no URI can hold it.
constexpr char separator = '\x01';

struct Builder {
    Document document;
    std::vector<Node*> open;
    bool refused = false;

    static ExpandedName split(const char* name) {
        const std::string whole = name;
        const auto at = whole.find(separator);
        if (at == std::string::npos) return {"", whole};
        return {whole.substr(0, at), whole.substr(at + 1)};
    }
    void start(const char* name, const char** atts) {
        auto node = std::make_unique<Node>();
        node->name = split(name);
        for (; *atts != nullptr; atts += 2) node->attributes[split(atts[0])] = atts[1];
        ++document.elements;
        document.most_attributes = std::max(document.most_attributes, node->attributes.size());
        Node* const raw = node.get();
        if (open.empty()) {
            document.root = std::move(node);
        } else {
            open.back()->content.emplace_back(std::move(node));
        }
        open.push_back(raw);
        document.depth = std::max(document.depth, open.size());
    }
    void text(const char* text, int length) {
        const std::string more(text, static_cast<std::size_t>(length));
        auto& content = open.back()->content;
        if (!content.empty() && std::holds_alternative<std::string>(content.back())) {
            std::get<std::string>(content.back()) += more;
        } else {
            content.emplace_back(more);
        }
    }
};

Builder& builder(void* data) {
    return *static_cast<Builder*>(data);
}

bool is_dropped(const ExpandedName& name) {
    static const std::vector<ExpandedName> kept = {{"", "Name"},
                                                   {"", "Type"},
                                                   {"", "MustComply"},
                                                   {"", "Dialect"},
                                                   {"", "Mode"},
                                                   {"", "Policy"},
                                                   {std::string(soap::ns_xsi), "nil"},
                                                   {std::string(soap::ns_xml), "lang"}};
    return std::find(kept.begin(), kept.end(), name) == kept.end();
}

}  // namespace

std::string Node::text() const {
    std::string result;
    for (const auto& part : content) {
        if (const auto* const text = std::get_if<std::string>(&part)) result += *text;
    }
    return result;
}

std::vector<const Node*> Node::children() const {
    std::vector<const Node*> result;
    for (const auto& part : content) {
        if (const auto* const child = std::get_if<std::unique_ptr<Node>>(&part)) result.push_back(child->get());
    }
    return result;
}

std::optional<std::string> Node::attribute(const std::string& uri, const std::string& local) const {
    const auto found = attributes.find({uri, local});
    if (found == attributes.end()) return std::nullopt;
    return found->second;
}

std::optional<Document> parse_document(const std::string& utf8) {
    Builder built;
    const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreateNS("UTF-8", separator),
                                                                              &XML_ParserFree);
    XML_SetUserData(parser.get(), &built);
    XML_SetElementHandler(
        parser.get(), [](void* data, const char* name, const char** atts) { builder(data).start(name, atts); },
        [](void* data, const char*) { builder(data).open.pop_back(); });
    XML_SetCharacterDataHandler(parser.get(),
                                [](void* data, const char* text, int length) { builder(data).text(text, length); });
    XML_SetStartNamespaceDeclHandler(parser.get(),
                                     [](void* data, const char*, const char*) { ++builder(data).document.namespaces; });
    XML_SetStartDoctypeDeclHandler(
        parser.get(), [](void* data, const char*, const char*, const char*, int) { builder(data).refused = true; });
    XML_SetProcessingInstructionHandler(parser.get(),
                                        [](void* data, const char*, const char*) { builder(data).refused = true; });
    const auto status = XML_Parse(parser.get(), utf8.data(), static_cast<int>(utf8.size()), XML_TRUE);
    if (status != XML_STATUS_OK || built.refused) return std::nullopt;
    return std::move(built.document);
}

void describe_content(const Node& node, bool canonical, std::string& out) {
    for (const auto& part : node.content) {
        if (const auto* const text = std::get_if<std::string>(&part)) {
            out += "'" + *text + "'";
        } else {
            describe(*std::get<std::unique_ptr<Node>>(part), canonical, out);
        }
    }
}

void describe(const Node& node, bool canonical, std::string& out) {
    out += "({" + node.name.first + "}" + node.name.second;
    for (const auto& [name, value] : node.attributes) {
        if (canonical && is_dropped(name)) continue;
        out += " {" + name.first + "}" + name.second + "='" + value + "'";
    }
    out += " ";
    describe_content(node, canonical, out);
    out += ")";
}

}  // namespace tintype::test
