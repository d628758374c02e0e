#include "security/message_protection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tintype::security {
namespace {

constexpr std::size_t ntlm_signature = 16;
constexpr std::size_t kerberos_token_head = 16;  // RFC 4121 4.2.6.2

/// What a key is worth, in bits; 64 is what is said of NTLM's with 128 bits, since RC4 is what it is.
constexpr std::uint32_t least_strength = 64;

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t number = 0;
    for (const char byte : bytes) number = number << 8U | static_cast<unsigned char>(byte);
    return number;
}

std::optional<std::uint32_t> strength(gss_ctx_id_t context) {
    OM_uint32 minor = 0;
    gss_buffer_set_t data = GSS_C_NO_BUFFER_SET;
    std::optional<std::uint32_t> result;
    const auto major = gss_inquire_sec_context_by_oid(&minor, context, GSS_C_SEC_CONTEXT_SASL_SSF, &data);
    if (!GSS_ERROR(major) && data != GSS_C_NO_BUFFER_SET && data->count == 1 && data->elements[0].length == 4) {
        result = static_cast<std::uint32_t>(big_endian({static_cast<const char*>(data->elements[0].value), 4}));
    }
    gss_release_buffer_set(&minor, &data);
    return result;
}

/// A Kerberos wrap token of RFC 4121, whose number stands in the clear (and again, protected, inside).
bool is_numbered_token(std::string_view header) {
    return header.size() >= kerberos_token_head && header.starts_with("\x05\x04");
}

}  // namespace

MessageProtection::MessageProtection(gss_ctx_id_t context, gss_const_OID mechanism, OM_uint32 flags)
    : context_(context),
      ntlm_(same_oid(mechanism, ntlm_mechanism())),
      numbered_(ntlm_ || ((flags & GSS_C_REPLAY_FLAG) != 0 && (flags & GSS_C_SEQUENCE_FLAG) != 0)) {
    const auto bits = strength(context);
    if (ntlm_ && (flags & GSS_C_CONF_FLAG) == 0) {
        impossible_ = "the client did not ask for sealing when it logged on";
    } else if (!bits || *bits < least_strength) {
        impossible_ = fmt::format("the keys that were agreed on are worth {} bits, and {} are asked for",
                                  bits.value_or(0), least_strength);
    }
}

tl::expected<SealedMessage, std::string> MessageProtection::seal(std::string_view clear) {
    if (!impossible_.empty()) return tl::unexpected(impossible_);
    return ntlm_ ? seal_ntlm(clear) : seal_kerberos(clear);
}

/// NTLM has no gss_wrap_iov: its signature is what the token begins with.
tl::expected<SealedMessage, std::string> MessageProtection::seal_ntlm(std::string_view clear) {
    auto in = gss_bytes(clear);
    GssBuffer out;
    OM_uint32 minor = 0;
    const auto major = gss_wrap(&minor, context_, 1, GSS_C_QOP_DEFAULT, &in, nullptr, out.out());
    if (GSS_ERROR(major)) return tl::unexpected(gss_error(major, minor));
    if (out.view().size() < ntlm_signature) return tl::unexpected(std::string("a sealed message without signature"));
    return SealedMessage{std::string(out.view().substr(0, ntlm_signature)),
                         std::string(out.view().substr(ntlm_signature))};
}

tl::expected<SealedMessage, std::string> MessageProtection::seal_kerberos(std::string_view clear) {
    std::string data(clear);
    std::array<gss_iov_buffer_desc, 3> parts{
        {{GSS_IOV_BUFFER_TYPE_HEADER | GSS_IOV_BUFFER_FLAG_ALLOCATE, {0, nullptr}},
         {GSS_IOV_BUFFER_TYPE_DATA, {data.size(), data.data()}},
         {GSS_IOV_BUFFER_TYPE_PADDING | GSS_IOV_BUFFER_FLAG_ALLOCATE, {0, nullptr}}}};
    OM_uint32 minor = 0;
    int sealed = 0;
    const auto major = gss_wrap_iov(&minor, context_, 1, GSS_C_QOP_DEFAULT, &sealed, parts.data(), parts.size());
    tl::expected<SealedMessage, std::string> result = tl::unexpected(std::string("the message was not sealed"));
    if (GSS_ERROR(major)) {
        result = tl::unexpected(gss_error(major, minor));
    } else if (sealed != 0) {
        const auto text = [](const gss_iov_buffer_desc& part) {
            return std::string_view(static_cast<const char*>(part.buffer.value), part.buffer.length);
        };
        result = SealedMessage{std::string(text(parts[0])), std::move(data.append(text(parts[2])))};
    }
    OM_uint32 ignored = 0;
    gss_release_iov_buffer(&ignored, parts.data(), parts.size());
    return result;
}

tl::expected<std::string, std::string> MessageProtection::unseal(std::string_view header, std::string_view data) {
    if (!impossible_.empty()) return tl::unexpected(impossible_);
    if (out_of_step_) return tl::unexpected(std::string("a message before it could not be unsealed"));
    auto clear = unwrap(header, data);
    out_of_step_ = !clear;
    return clear;
}

tl::expected<std::string, std::string> MessageProtection::unwrap(std::string_view header, std::string_view data) {
    if (ntlm_ && header.size() != ntlm_signature) {
        return tl::unexpected(fmt::format("NTLM's signature has {} bytes, not {}", ntlm_signature, header.size()));
    }
    if (!ntlm_ && !numbered_ && !is_numbered_token(header)) {
        return tl::unexpected(std::string("the message has no number that could show a replay"));
    }
    std::string token;
    token.reserve(header.size() + data.size());
    token.append(header).append(data);
    auto in = gss_bytes(token);
    GssBuffer out;
    OM_uint32 minor = 0;
    int sealed = 0;
    const auto major = gss_unwrap(&minor, context_, &in, out.out(), &sealed, nullptr);
    if (GSS_ERROR(major)) return tl::unexpected(gss_error(major, minor));
    if (!ntlm_ && sealed == 0) return tl::unexpected(std::string("the message is signed and not sealed"));
    if (GSS_SUPPLEMENTARY_INFO(major) != 0 || !follows(header)) {
        return tl::unexpected(std::string("the message was sent before, or is not the next one"));
    }
    return std::string(out.view());
}

/// Clients that ask GSSAPI to watch the order of messages get that from it. Of others the numbers are watched here.
bool MessageProtection::follows(std::string_view header) {
    if (ntlm_ || !is_numbered_token(header)) return true;
    const auto number = big_endian(header.substr(8, 8));
    const bool next = !last_number_ || number == *last_number_ + 1;
    last_number_ = number;
    return next;
}

}  // namespace tintype::security
