#include "libvirt/xml.hpp"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlstring.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>

namespace tintype::libvirt {
namespace {

struct FreeDocument {
    void operator()(xmlDocPtr document) const { xmlFreeDoc(document); }
    void operator()(xmlChar* text) const { xmlFree(text); }
};
using Document = std::unique_ptr<xmlDoc, FreeDocument>;
using Text = std::unique_ptr<xmlChar, FreeDocument>;

const xmlChar* to_xml(const char* text) {
    return reinterpret_cast<const xmlChar*>(text);
}

std::string to_string(const Text& text) {
    return text ? std::string(reinterpret_cast<const char*>(text.get())) : std::string();
}

/// The element, if it is the root; libvirt is trusted, yet no entity and no network file is ever loaded.
Document parse(const char* xml, const char* root) {
    Document document(xmlReadDoc(to_xml(xml), nullptr, nullptr,
                                 XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE));
    if (!document) return nullptr;
    const auto* const top = xmlDocGetRootElement(document.get());
    if (top == nullptr || xmlStrEqual(top->name, to_xml(root)) == 0) return nullptr;
    return document;
}

xmlNodePtr child(xmlNodePtr parent, const char* name) {
    if (parent == nullptr) return nullptr;
    for (auto* node = parent->children; node != nullptr; node = node->next) {
        if (node->type == XML_ELEMENT_NODE && xmlStrEqual(node->name, to_xml(name)) != 0) return node;
    }
    return nullptr;
}

template <class Visit>
void each_child(xmlNodePtr parent, const char* name, Visit visit) {
    if (parent == nullptr) return;
    for (auto* node = parent->children; node != nullptr; node = node->next) {
        if (node->type == XML_ELEMENT_NODE && xmlStrEqual(node->name, to_xml(name)) != 0) visit(node);
    }
}

std::string content(xmlNodePtr node) {
    return node == nullptr ? std::string() : to_string(Text(xmlNodeGetContent(node)));
}

std::string attribute(xmlNodePtr node, const char* name) {
    return node == nullptr ? std::string() : to_string(Text(xmlGetProp(node, to_xml(name))));
}

DiskDescription read_disk(xmlNodePtr node) {
    DiskDescription disk;
    disk.target = attribute(child(node, "target"), "dev");
    auto* const source = child(node, "source");
    for (const char* const name : {"file", "dev", "name", "volume", "dir"}) {
        if (disk.source.empty()) disk.source = attribute(source, name);
    }
    disk.format = attribute(child(node, "driver"), "type");
    disk.kind = attribute(node, "device");
    disk.snapshot = attribute(node, "snapshot");
    disk.read_only = child(node, "readonly") != nullptr;
    disk.shared = child(node, "shareable") != nullptr;
    disk.transient = child(node, "transient") != nullptr;
    return disk;
}

std::string print(const Document& document) {
    xmlChar* text = nullptr;
    int size = 0;
    xmlDocDumpMemoryEnc(document.get(), &text, &size, "UTF-8");
    return to_string(Text(text));
}

xmlNodePtr add_text(xmlNodePtr parent, const char* name, const std::string& text) {
    return xmlNewTextChild(parent, nullptr, to_xml(name), to_xml(text.c_str()));
}

}  // namespace

std::optional<DomainDescription> read_domain(const char* xml) {
    const auto document = parse(xml, "domain");
    if (!document) return std::nullopt;
    auto* const root = xmlDocGetRootElement(document.get());
    DomainDescription domain;
    domain.name = content(child(root, "name"));
    domain.notes = content(child(root, "description"));
    domain.driver = attribute(root, "type");
    domain.firmware = attribute(child(child(root, "os"), "loader"), "type");
    each_child(child(root, "devices"), "disk", [&](xmlNodePtr node) { domain.disks.push_back(read_disk(node)); });
    return domain;
}

std::optional<SnapshotDescription> read_snapshot(const char* xml) {
    const auto document = parse(xml, "domainsnapshot");
    if (!document) return std::nullopt;
    auto* const root = xmlDocGetRootElement(document.get());
    SnapshotDescription snapshot;
    snapshot.name = content(child(root, "name"));
    snapshot.description = content(child(root, "description"));
    if (auto* const parent = child(root, "parent")) snapshot.parent = content(child(parent, "name"));
    const auto created = content(child(root, "creationTime"));
    std::from_chars(created.data(), created.data() + created.size(), snapshot.created);
    // Whoever redefines a snapshot may write any number, of which std::chrono's nanoseconds hold the years 1684 to
    // 2255.
    constexpr std::int64_t furthest = 9'000'000'000;
    if (snapshot.created < -furthest || snapshot.created > furthest) snapshot.created = 0;
    const auto memory = attribute(child(root, "memory"), "snapshot");
    snapshot.holds_memory = memory == "internal" || memory == "external";
    snapshot.has_domain = child(root, "domain") != nullptr;
    if (memory == "external") snapshot.external.emplace_back("memory");
    each_child(child(root, "disks"), "disk", [&](xmlNodePtr node) {
        if (attribute(node, "snapshot") == "external") snapshot.external.push_back(attribute(node, "name"));
    });
    return snapshot;
}

std::string new_snapshot(const std::string& name, const std::string& description) {
    const Document document(xmlNewDoc(to_xml("1.0")));
    auto* const root = xmlNewNode(nullptr, to_xml("domainsnapshot"));
    xmlDocSetRootElement(document.get(), root);
    add_text(root, "name", name);
    add_text(root, "description", description);
    return print(document);
}

std::optional<std::string> with_description(const char* xml, const std::string& description) {
    const auto document = parse(xml, "domainsnapshot");
    if (!document) return std::nullopt;
    auto* const root = xmlDocGetRootElement(document.get());
    while (auto* const old = child(root, "description")) {
        xmlUnlinkNode(old);
        xmlFreeNode(old);
    }
    if (!description.empty()) add_text(root, "description", description);
    return print(document);
}

bool fits_xml(std::string_view text) {
    const std::string copy(text);
    return copy.size() == std::strlen(copy.c_str()) && xmlCheckUTF8(to_xml(copy.c_str())) != 0 &&
           std::none_of(text.begin(), text.end(), [](char c) {
               const auto byte = static_cast<unsigned char>(c);
               return byte < 0x20 && c != '\t' && c != '\n';
           });
}

}  // namespace tintype::libvirt
