// The serialisers of binding.h's reference_xml, under the names that soapcpp2's code calls: the content of an element
// as it stands, in both directions. What comes in is canonical (envelope.hpp), so it means the same without its
// surroundings.
#include <soapH.h>

#include <cstring>
#include <string_view>

namespace {

/// Where in canonical XML the end tag stands that was not opened in it; npos if none does.
std::size_t find_end_tag(std::string_view canonical) {
    std::size_t open = 0;
    // There `<` only begins a tag and `>` only ends one.
    for (auto at = canonical.find('<'); at != std::string_view::npos; at = canonical.find('<', at)) {
        const auto close = canonical.find('>', at);
        if (close == std::string_view::npos) break;
        if (canonical[at + 1] == '/') {
            if (open == 0) return at;
            --open;
        } else if (canonical[close - 1] != '/') {
            ++open;
        }
        at = close + 1;
    }
    return std::string_view::npos;
}

/// What stands up to the end tag of the element whose start tag was read, or a null pointer.
char* read_content(struct soap* soap) {
    const std::string_view buffered(soap->buf + soap->bufidx, soap->buflen - soap->bufidx);
    const auto size = soap->ahead == 0 && soap->peeked == 0 ? find_end_tag(buffered) : std::string_view::npos;
    if (size == std::string_view::npos) {
        constexpr int as_it_stands = 0;
        return soap_string_in(soap, as_it_stands, -1, -1, nullptr);
    }
    char* const begin = soap->buf + soap->bufidx;
    soap->bufidx += size;
    if (soap->buflen < sizeof soap->buf && begin != soap->buf) {
        // All of the message is in the buffer, which stays as it is until the next: the content moves over the `>`
        // before it, which was read, so that its end has a place in front of the end tag.
        char* const content = begin - 1;
        std::memmove(content, begin, size);
        content[size] = '\0';
        return content;
    }
    auto* const content = static_cast<char*>(soap_malloc(soap, size + 1));
    if (content == nullptr) return nullptr;
    std::memcpy(content, begin, size);
    content[size] = '\0';
    return content;
}

}  // namespace

void soap_default_reference_xml(struct soap* /*soap*/, char** value) {
    *value = nullptr;
}

void soap_serialize_reference_xml(struct soap* /*soap*/, char* const* /*value*/) {}

int soap_out_reference_xml(struct soap* soap, const char* tag, int /*id*/, char* const* value, const char* /*type*/) {
    if (*value == nullptr) return SOAP_OK;
    if (soap_element_begin_out(soap, tag, -1, nullptr) != SOAP_OK ||
        soap_send_raw(soap, *value, std::strlen(*value)) != SOAP_OK) {
        return soap->error;
    }
    return soap_element_end_out(soap, tag);
}

char** soap_in_reference_xml(struct soap* soap, const char* tag, char** value, const char* /*type*/) {
    if (soap_element_begin_in(soap, tag, 1, nullptr) != SOAP_OK) return nullptr;
    // xsi:nil leaves the null pointer, which a required parameter must not have.
    if (soap->null != 0) return soap->body == 0 || soap_element_end_in(soap, tag) == SOAP_OK ? value : nullptr;
    *value = read_content(soap);
    if (*value == nullptr || (soap->body != 0 && soap_element_end_in(soap, tag) != SOAP_OK)) return nullptr;
    return value;
}
