#include "soap/gsoap_context.hpp"

#include <new>

static_assert(
    GSOAP_VERSION == 208124,
    "GsoapContext writes fields of struct soap as gSOAP 2.8.124 uses them. For another version: read the changes "
    "to soap_begin_recv, soap_begin_send, soap_element_begin_in and soap_element in its stdsoap2.cpp, adapt "
    "begin_reading() and begin_writing(), run unit_soap and test/fuzz/run.sh, then change this number.");

/// The table that every context starts with; libgsoap++ wants it under this name.
struct Namespace namespaces[] = {{"SOAP-ENV", "http://www.w3.org/2003/05/soap-envelope", nullptr, nullptr},
                                 {"SOAP-ENC", "http://www.w3.org/2003/05/soap-encoding", nullptr, nullptr},
                                 {"xsi", "http://www.w3.org/2001/XMLSchema-instance", nullptr, nullptr},
                                 {"xsd", "http://www.w3.org/2001/XMLSchema", nullptr, nullptr},
                                 {"p", "tintype:class", nullptr, nullptr},
                                 {nullptr, nullptr, nullptr, nullptr}};

namespace tintype::soap {
namespace {

/// Places in the table.
constexpr int xsi = 2;
constexpr int p = 4;

constexpr soap_mode input_mode = SOAP_ENC_PLAIN | SOAP_XML_TREE | SOAP_C_UTFSTRING | SOAP_XML_STRICT;
constexpr soap_mode output_mode = SOAP_ENC_PLAIN | SOAP_XML_TREE | SOAP_C_UTFSTRING | SOAP_IO_BUFFER;

}  // namespace

void GsoapContext::Free::operator()(::soap* context) const noexcept {
    soap_destroy(context);
    soap_end(context);
    soap_free(context);
}

GsoapContext& GsoapContext::of_this_thread() {
    thread_local GsoapContext context;
    return context;
}

GsoapContext::GsoapContext() : soap_(soap_new2(input_mode, output_mode)) {
    if (!soap_) throw std::bad_alloc();
    soap_->user = this;
    soap_->maxlevel = 64;
    soap_->frecv = [](::soap* soap, char* buffer, std::size_t size) {
        std::string_view& unread = static_cast<GsoapContext*>(soap->user)->unread_;
        const std::size_t count = unread.copy(buffer, size);
        unread.remove_prefix(count);
        return count;
    };
    soap_->fsend = [](::soap* soap, const char* text, std::size_t size) {
        static_cast<GsoapContext*>(soap->user)->out_->append(text, size);
        return SOAP_OK;
    };
    configure();
}

void GsoapContext::configure() {
    soap_set_namespaces(soap_.get(), namespaces);
    // At level 0, so that no element's end pops them; the one looked for most often last. gSOAP compares names by their
    // place in the table: which URI the class was given in a message does not matter.
    soap_->level = 0;
    for (const int prefix : {xsi, p}) soap_push_namespace(soap_.get(), namespaces[prefix].id, namespaces[prefix].ns);
    soap_->level = 1;
}

::soap* GsoapContext::begin_reading(std::string_view canonical) {
    ::soap* const soap = soap_.get();
    soap->error = SOAP_OK;
    soap->mode = input_mode;
    soap->version = 0;
    soap->encodingStyle = nullptr;
    soap->peeked = 0;
    soap->ahead = 0;
    soap->cdata = 0;
    soap->null = 0;
    soap->other = 0;
    soap->mustUnderstand = 0;
    soap->position = 0;
    soap->body = 1;
    soap->level = 1;
    soap->bufidx = 0;
    soap->buflen = canonical.copy(soap->buf, sizeof(soap->buf));
    unread_ = canonical.substr(soap->buflen);
    return soap;
}

bool GsoapContext::end_reading() {
    const bool all_read = unread_.empty() && soap_->bufidx >= soap_->buflen;
    soap_dealloc(soap_.get(), nullptr);
    return all_read;
}

::soap* GsoapContext::begin_writing(std::string& out) {
    ::soap* const soap = soap_.get();
    out_ = &out;
    // Otherwise the last request's attributes stand in the answer.
    soap_clr_attr(soap);
    soap->error = SOAP_OK;
    soap->mode = output_mode;
    soap->version = 0;
    soap->encodingStyle = nullptr;
    soap->ns = 1;
    soap->level = 2;
    soap->bufidx = 0;
    return soap;
}

void GsoapContext::end_writing() {
    out_->append(soap_->buf, soap_->bufidx);
    soap_->bufidx = 0;
    soap_->level = 1;
}

void GsoapContext::reset() {
    soap_destroy(soap_.get());
    soap_end(soap_.get());
    configure();
}

std::size_t GsoapContext::remembered() const noexcept {
    std::size_t count = 0;
    for (const struct soap_attribute* attribute = soap_->attributes; attribute != nullptr; attribute = attribute->next)
        ++count;
    for (const soap_pblk* block = soap_->pblk; block != nullptr; block = block->next) ++count;
    for (const soap_nlist* ns = soap_->nlist; ns != nullptr; ns = ns->next) ++count;
    return count;
}

}  // namespace tintype::soap
