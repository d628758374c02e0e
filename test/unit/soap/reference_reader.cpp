#include "reference_reader.hpp"

#include <set>
#include <stdexcept>

#include "reference_dom.hpp"
#include "soap/namespaces.hpp"

namespace tintype::test {
namespace {

const std::string soap_uri(soap::ns_soap);
const std::string addressing_uri(soap::ns_addressing);
const std::string wsman_uri(soap::ns_wsman);
const std::string ms_uri(soap::ns_ms_wsman);
const std::string xsi_uri(soap::ns_xsi);
const std::string xml_uri(soap::ns_xml);

struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

void require(bool condition, const std::string& why) {
    if (!condition) throw Refused(why);
}

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool boolean(const std::string& text) {
    const std::string value = trimmed(text);
    require(value == "true" || value == "false" || value == "1" || value == "0", "not a boolean");
    return value == "true" || value == "1";
}

bool boolean_attribute(const Node& node, const std::string& uri, const std::string& name) {
    const auto value = node.attribute(uri, name);
    return value && boolean(*value);
}

std::string described(const Node& node) {
    std::string result;
    describe(node, true, result);
    return result;
}

class HeaderReader {
  public:
    explicit HeaderReader(const Limits& limits) : limits_(limits) {}

    void read(const Node& block) {
        const auto role = block.attribute(soap_uri, "role");
        if (role) {
            const std::string base = soap_uri + "/role/";
            const std::string value = trimmed(*role);
            if (!value.empty() && value != base + "next" && value != base + "ultimateReceiver") return;
        }
        const bool must_understand = boolean_attribute(block, soap_uri, "mustUnderstand");
        if (!is_known(block.name)) {
            if (must_understand) not_understood_ += "{" + block.name.first + "}" + block.name.second + ";";
            return;
        }
        if (!seen_.insert(block.name).second) {
            if (duplicate_.empty()) duplicate_ = "{" + block.name.first + "}" + block.name.second;
            return;
        }
        lines_.insert(content(block, must_understand));
    }

    [[nodiscard]] std::string result() const {
        std::string all;
        for (const std::string& line : lines_) all += line + "\n";
        return all + selectors_ + options_ + "not understood " + not_understood_ + "\nduplicate " + duplicate_ + "\n";
    }

  private:
    static bool is_known(const ExpandedName& name) {
        static const std::set<ExpandedName> known = {
            {addressing_uri, "To"},          {addressing_uri, "Action"},
            {addressing_uri, "MessageID"},   {addressing_uri, "RelatesTo"},
            {addressing_uri, "ReplyTo"},     {addressing_uri, "FaultTo"},
            {addressing_uri, "From"},        {wsman_uri, "ResourceURI"},
            {wsman_uri, "OperationTimeout"}, {wsman_uri, "MaxEnvelopeSize"},
            {wsman_uri, "Locale"},           {wsman_uri, "SelectorSet"},
            {wsman_uri, "OptionSet"},        {wsman_uri, "RequestEPR"},
            {wsman_uri, "FragmentTransfer"}, {wsman_uri, "RequestTotalItemsCountEstimate"},
            {ms_uri, "DataLocale"},          {ms_uri, "SessionId"},
            {ms_uri, "OperationID"},         {ms_uri, "SequenceId"},
            {ms_uri, "ActivityId"},          {ms_uri, "FunctionID"}};
        return known.count(name) != 0;
    }

    std::string content(const Node& block, bool must_understand) {
        const std::string& name = block.name.second;
        if (name == "ReplyTo" || name == "FaultTo" || name == "From") return endpoint(block, must_understand);
        if (name == "SelectorSet") return selectors(block, must_understand);
        if (name == "OptionSet") return options(block, must_understand);
        if (name == "RequestEPR") return describe_field(name, must_understand, "");
        if (name == "FragmentTransfer") {
            const auto dialect = trimmed(block.attribute("", "Dialect").value_or(""));
            return describe_field(name, must_understand, trimmed(block.text()) + "|" + dialect);
        }
        require(block.children().empty(), "an element in a simple header");
        if (name == "Locale" || name == "DataLocale") {
            require(trimmed(block.text()).empty(), "text in an empty header");
            return describe_field(name, must_understand, trimmed(block.attribute(xml_uri, "lang").value_or("")));
        }
        if (name == "MaxEnvelopeSize") {
            const auto policy = trimmed(block.attribute("", "Policy").value_or(""));
            return describe_field(name, must_understand, trimmed(block.text()) + "|" + policy);
        }
        return describe_field(name, must_understand, trimmed(block.text()));
    }

    static std::string endpoint(const Node& block, bool must_understand) {
        require(trimmed(block.text()).empty(), "text in an endpoint reference");
        std::string address;
        std::string parameters;
        int addresses = 0;
        for (const Node* child : block.children()) {
            if (child->name == ExpandedName{addressing_uri, "Address"}) {
                require(child->children().empty(), "an element in an address");
                address = trimmed(child->text());
                ++addresses;
            } else if (child->name == ExpandedName{addressing_uri, "ReferenceParameters"} ||
                       child->name == ExpandedName{addressing_uri, "ReferenceProperties"}) {
                describe_content(*child, false, parameters);
            }
        }
        require(addresses == 1, "not one address");
        return describe_endpoint(block.name.second, must_understand, address, parameters);
    }

    std::string selectors(const Node& block, bool must_understand) {
        require(trimmed(block.text()).empty(), "text in a selector set");
        require(block.children().size() <= limits_.max_selectors, "too many selectors");
        for (const Node* child : block.children()) {
            require(child->name == ExpandedName{wsman_uri, "Selector"}, "not a selector");
            const auto name = child->attribute("", "Name");
            require(name.has_value(), "a selector without name");
            const auto inside = child->children();
            std::string reference;
            if (!inside.empty()) {
                require(inside.size() == 1 && inside[0]->name == ExpandedName{addressing_uri, "EndpointReference"},
                        "not a reference");
                require(trimmed(child->text()).empty(), "text beside a reference");
                reference = described(*inside[0]);
            }
            selectors_ += describe_selector(*name, inside.empty() ? child->text() : "", reference);
        }
        return describe_field(block.name.second, must_understand, "");
    }

    std::string options(const Node& block, bool must_understand) {
        require(trimmed(block.text()).empty(), "text in an option set");
        require(block.children().size() <= limits_.max_options, "too many options");
        for (const Node* child : block.children()) {
            require(child->name == ExpandedName{wsman_uri, "Option"}, "not an option");
            const auto name = child->attribute("", "Name");
            require(name.has_value(), "an option without name");
            require(child->children().empty(), "an element in an option");
            const std::string type = trimmed(child->attribute("", "Type").value_or(""));
            const auto colon = type.rfind(':');
            options_ +=
                describe_option(*name, colon == std::string::npos ? type : type.substr(colon + 1), child->text(),
                                boolean_attribute(*child, "", "MustComply"), boolean_attribute(*child, xsi_uri, "nil"));
        }
        return describe_field(block.name.second, must_understand, "");
    }

    const Limits& limits_;
    std::set<ExpandedName> seen_;
    std::set<std::string> lines_;
    std::string selectors_;
    std::string options_;
    std::string not_understood_;
    std::string duplicate_;
};

std::string describe_envelope(const Document& document, const Limits& limits) {
    require(document.depth <= limits.max_depth && document.elements <= limits.max_elements &&
                document.most_attributes <= limits.max_attributes && document.namespaces <= limits.max_namespaces,
            "a limit");
    const Node& root = *document.root;
    require(root.name == ExpandedName{soap_uri, "Envelope"}, "not an envelope");
    require(trimmed(root.text()).empty(), "text in the envelope");
    const auto parts = root.children();
    require(parts.size() == 1 || parts.size() == 2, "not a header and a body");
    require(parts.back()->name == ExpandedName{soap_uri, "Body"}, "no body at the end");
    HeaderReader headers(limits);
    if (parts.size() == 2) {
        require(parts[0]->name == ExpandedName{soap_uri, "Header"}, "something else before the body");
        require(trimmed(parts[0]->text()).empty(), "text in the header");
        for (const Node* block : parts[0]->children()) headers.read(*block);
    }
    require(trimmed(parts.back()->text()).empty(), "text in the body");
    const auto in_body = parts.back()->children();
    require(in_body.size() <= 1, "more than one element in the body");
    return headers.result() + "body " + (in_body.empty() ? std::string() : described(*in_body[0]));
}

}  // namespace

tl::expected<std::string, std::string> describe_by_reference(const std::string& utf8, const Limits& limits) {
    const auto document = parse_document(utf8);
    if (!document) return tl::unexpected(std::string("expat refuses it"));
    try {
        return describe_envelope(*document, limits);
    } catch (const Refused& refused) {
        return tl::unexpected(std::string(refused.what()));
    }
}

std::string describe_field(const std::string& name, bool must_understand, const std::string& text) {
    return name + (must_understand ? "! '" : " '") + text + "'";
}

std::string describe_selector(const std::string& name, const std::string& text, const std::string& reference) {
    return "selector '" + name + "'='" + text + "' " + reference + "\n";
}

std::string describe_option(const std::string& name, const std::string& type, const std::string& value,
                            bool must_comply, bool nil) {
    return "option '" + name + "' " + type + (must_comply ? "!" : "") + (nil ? "nil" : "") + "='" + value + "'\n";
}

std::string describe_endpoint(const std::string& name, bool must_understand, const std::string& address,
                              const std::string& parameters) {
    return name + (must_understand ? "! '" : " '") + address + "' " + parameters;
}

}  // namespace tintype::test
