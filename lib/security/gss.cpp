#include "security/gss.hpp"

#include <array>
#include <cstring>

namespace tintype::security {
namespace {

// GSSAPI takes pointers to what it only reads, without const.
template <std::size_t size>
gss_OID_desc oid(const char (&bytes)[size]) noexcept {
    return {size - 1, const_cast<char*>(bytes)};
}

std::string words(OM_uint32 code, int kind) {
    std::string result;
    OM_uint32 more = 0;
    do {
        GssBuffer text;
        OM_uint32 minor = 0;
        if (GSS_ERROR(gss_display_status(&minor, code, kind, GSS_C_NO_OID, &more, text.out()))) break;
        if (!result.empty()) result += "; ";
        result += text.view();
    } while (more != 0);
    return result;
}

}  // namespace

gss_OID kerberos_mechanism() noexcept {
    static gss_OID_desc mechanism = oid("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02");
    return &mechanism;
}

gss_OID ntlm_mechanism() noexcept {
    static gss_OID_desc mechanism = oid("\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a");
    return &mechanism;
}

gss_OID spnego_mechanism() noexcept {
    static gss_OID_desc mechanism = oid("\x2b\x06\x01\x05\x05\x02");
    return &mechanism;
}

bool same_oid(gss_const_OID left, gss_const_OID right) noexcept {
    return left != nullptr && right != nullptr && left->length == right->length &&
           std::memcmp(left->elements, right->elements, left->length) == 0;
}

bool has_mechanism(gss_OID mechanism) noexcept {
    OM_uint32 minor = 0;
    gss_OID_set all = nullptr;
    int present = 0;
    if (GSS_ERROR(gss_indicate_mechs(&minor, &all))) return false;
    static_cast<void>(gss_test_oid_set_member(&minor, mechanism, all, &present));
    gss_release_oid_set(&minor, &all);
    return present != 0;
}

std::string gss_error(OM_uint32 major, OM_uint32 minor) {
    // "Unspecified failure" is what the mechanism's own words come with, and says nothing.
    auto own = minor != 0 ? words(minor, GSS_C_MECH_CODE) : std::string();
    if (GSS_ROUTINE_ERROR(major) == GSS_S_FAILURE && !own.empty()) return own;
    const auto general = words(major, GSS_C_GSS_CODE);
    const bool silent = own.empty() || own == "Success" || own == "Unknown error";
    return silent ? general : general + ": " + own;
}

GssName gss_service_name(std::string_view text) noexcept {
    GssName name;
    OM_uint32 minor = 0;
    auto bytes = gss_bytes(text);
    static_cast<void>(gss_import_name(&minor, &bytes, GSS_C_NT_HOSTBASED_SERVICE, name.out()));
    return name;
}

std::string gss_shown(gss_name_t name) {
    GssBuffer text;
    OM_uint32 minor = 0;
    if (name == GSS_C_NO_NAME || GSS_ERROR(gss_display_name(&minor, name, text.out(), nullptr))) return {};
    // gss-ntlmssp counts the NUL at the end.
    return std::string(text.view().substr(0, text.view().find('\0')));
}

ChannelBindings::ChannelBindings(std::string_view end_point) {
    if (end_point.empty()) return;
    text_ = "tls-server-end-point:";
    text_ += end_point;
    bindings_.initiator_addrtype = GSS_C_AF_UNSPEC;
    bindings_.acceptor_addrtype = GSS_C_AF_UNSPEC;
    bindings_.application_data = gss_bytes(text_);
}

}  // namespace tintype::security
