#include "wsman/identify.hpp"

#include "soap/namespaces.hpp"
#include "soap/xml_writer.hpp"

namespace tintype::wsman {

std::string identify_response(std::string_view vendor, std::string_view version) {
    std::string out = "<s:Envelope xml:lang=\"en-US\" xmlns:s=\"";
    out += soap::ns_soap;
    out += "\" xmlns:wsmid=\"";
    out += soap::ns_identity;
    out += "\"><s:Header/><s:Body><wsmid:IdentifyResponse><wsmid:ProtocolVersion>";
    out += soap::ns_wsman;
    out += "</wsmid:ProtocolVersion><wsmid:ProductVendor>";
    soap::append_text(out, vendor);
    out += "</wsmid:ProductVendor>";
    if (!version.empty()) {
        out += "<wsmid:ProductVersion>";
        soap::append_text(out, version);
        out += "</wsmid:ProductVersion>";
    }
    out += "</wsmid:IdentifyResponse></s:Body></s:Envelope>";
    return out;
}

}  // namespace tintype::wsman
