#include "tintype/wsman/fault.hpp"

#include "soap/namespaces.hpp"
#include "soap/xml_writer.hpp"

namespace tintype::wsman {

namespace {

std::string_view code_name(FaultCode code) noexcept {
    switch (code) {
        case FaultCode::sender:
            return "s:Sender";
        case FaultCode::receiver:
            return "s:Receiver";
        case FaultCode::must_understand:
            return "s:MustUnderstand";
        case FaultCode::version_mismatch:
            return "s:VersionMismatch";
    }
    return "s:Receiver";
}

// Only the answer's usual prefixes are bound on the Envelope.
std::string_view binding_of(std::string_view subcode) noexcept {
    return subcode.starts_with("b:") ? R"( xmlns:b="http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd")" : "";
}

// Words that quote a name of the client's may be as long as that name; a fault has to fit into the smallest envelope.
constexpr std::size_t longest_words = 1000;

std::string_view shortened(std::string_view words) noexcept {
    if (words.size() <= longest_words) return words;
    auto end = longest_words;
    while (end > 0 && (static_cast<unsigned char>(words[end]) & 0xC0U) == 0x80U) --end;  // never within a character
    return words.substr(0, end);
}

void append_windows_fault(std::string& out, const Fault& fault, std::string_view words, std::string_view machine) {
    out += "<f:WSManFault xmlns:f=\"";
    out += soap::ns_ms_fault;
    out += "\" Code=\"";
    out += std::to_string(fault.entry->windows_code);
    out += "\" Machine=\"";
    soap::append_attribute(out, machine);
    out += "\"><f:Message>";
    if (fault.provider_words.empty()) {
        soap::append_text(out, words);
    } else {
        out += "<f:ProviderFault provider=\"Tintype\">";
        soap::append_text(out, shortened(fault.provider_words));
        out += "</f:ProviderFault>";
    }
    out += "</f:Message></f:WSManFault>";
}

}  // namespace

std::string_view fault_action(const Fault& fault) noexcept {
    switch (fault.entry->family) {
        case FaultFamily::addressing:
            return "http://schemas.xmlsoap.org/ws/2004/08/addressing/fault";
        case FaultFamily::transfer:
            return "http://schemas.xmlsoap.org/ws/2004/09/transfer/fault";
        case FaultFamily::enumeration:
            return "http://schemas.xmlsoap.org/ws/2004/09/enumeration/fault";
        case FaultFamily::eventing:
            return "http://schemas.xmlsoap.org/ws/2004/08/eventing/fault";
        case FaultFamily::wsman:
            break;
    }
    return "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault";
}

std::string fault_headers(const Fault& fault) {
    std::string out;
    if (fault.entry->code == FaultCode::version_mismatch) {
        out = "<s:Upgrade><s:SupportedEnvelope qname=\"s:Envelope\"/></s:Upgrade>";
    }
    for (const auto& [uri, local] : fault.not_understood) {
        out += "<s:NotUnderstood qname=\"";
        if (!uri.empty()) out += "u:";
        soap::append_attribute(out, local);
        if (!uri.empty()) {
            out += "\" xmlns:u=\"";
            soap::append_attribute(out, uri);
        }
        out += "\"/>";
    }
    return out;
}

void append_fault(std::string& out, const Fault& fault, std::string_view machine) {
    const auto words = shortened(fault.message.empty() ? fault.entry->reason : std::string_view(fault.message));
    out += "<s:Fault><s:Code><s:Value>";
    out += code_name(fault.entry->code);
    out += "</s:Value>";
    if (!fault.entry->subcode.empty()) {
        out += "<s:Subcode><s:Value";
        out += binding_of(fault.entry->subcode);
        out += '>';
        out += fault.entry->subcode;
        out += "</s:Value></s:Subcode>";
    }
    out += "</s:Code><s:Reason><s:Text xml:lang=\"en-US\">";
    soap::append_text(out, words);
    out += "</s:Text></s:Reason><s:Detail>";
    if (!fault.entry->detail.empty()) {
        out += "<w:FaultDetail>http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/";
        out += fault.entry->detail;
        out += "</w:FaultDetail>";
    }
    out += fault.detail_xml;
    append_windows_fault(out, fault, words, machine);
    out += "</s:Detail></s:Fault>";
}

std::string fault_name(const Fault& fault) {
    const auto& entry = *fault.entry;
    std::string name(entry.subcode.empty() ? code_name(entry.code) : entry.subcode);
    if (!entry.detail.empty()) {
        name += '/';
        name += entry.detail;
    }
    return name;
}

}  // namespace tintype::wsman
