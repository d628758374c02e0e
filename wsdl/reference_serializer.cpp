// The serialisers of binding.h's reference_xml, under the names that soapcpp2's code calls: the content of an element
// as it stands, in both directions. What comes in is canonical (envelope.hpp), so it means the same without its
// surroundings.
#include <soapH.h>

#include <cstring>

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
    constexpr int as_it_stands = 0;
    *value = soap_string_in(soap, as_it_stands, -1, -1, nullptr);
    if (*value == nullptr || (soap->body != 0 && soap_element_end_in(soap, tag) != SOAP_OK)) return nullptr;
    return value;
}
