#pragma once
/// \file
/// GSSAPI's objects with an owner, its mechanisms and its errors in words.

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

#include <string>
#include <string_view>
#include <utility>

namespace tintype::security {

/// A handle of GSSAPI that is released when its owner goes.
template <typename Handle, OM_uint32 (*release)(OM_uint32*, Handle*)>
class GssHandle {
  public:
    GssHandle() = default;
    GssHandle(GssHandle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    GssHandle& operator=(GssHandle&& other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    GssHandle(const GssHandle&) = delete;
    GssHandle& operator=(const GssHandle&) = delete;
    ~GssHandle() {
        OM_uint32 minor = 0;
        if (handle_ != nullptr) release(&minor, &handle_);
    }

    explicit operator bool() const noexcept { return handle_ != nullptr; }
    [[nodiscard]] Handle get() const noexcept { return handle_; }
    /// For a function that makes it or goes on with it.
    [[nodiscard]] Handle* out() noexcept { return &handle_; }

  private:
    Handle handle_ = nullptr;
};

inline OM_uint32 delete_gss_context(OM_uint32* minor, gss_ctx_id_t* context) {
    return gss_delete_sec_context(minor, context, GSS_C_NO_BUFFER);
}

using GssName = GssHandle<gss_name_t, gss_release_name>;
using GssCredential = GssHandle<gss_cred_id_t, gss_release_cred>;
using GssContext = GssHandle<gss_ctx_id_t, delete_gss_context>;

/// Bytes that GSSAPI allocated.
class GssBuffer {
  public:
    GssBuffer() = default;
    GssBuffer(const GssBuffer&) = delete;
    GssBuffer& operator=(const GssBuffer&) = delete;
    ~GssBuffer() {
        OM_uint32 minor = 0;
        gss_release_buffer(&minor, &buffer_);
    }

    [[nodiscard]] gss_buffer_t out() noexcept { return &buffer_; }
    [[nodiscard]] std::string_view view() const noexcept {
        return {static_cast<const char*>(buffer_.value), buffer_.length};
    }

  private:
    gss_buffer_desc buffer_ = GSS_C_EMPTY_BUFFER;
};

/// Bytes as GSSAPI takes them: it does not write to what it is given to read.
[[nodiscard]] inline gss_buffer_desc gss_bytes(std::string_view text) noexcept {
    return {text.size(), const_cast<char*>(text.data())};
}

/// The mechanisms that matter here.
[[nodiscard]] gss_OID kerberos_mechanism() noexcept;
[[nodiscard]] gss_OID ntlm_mechanism() noexcept;
[[nodiscard]] gss_OID spnego_mechanism() noexcept;

[[nodiscard]] bool same_oid(gss_const_OID left, gss_const_OID right) noexcept;

/// Whether this machine has the mechanism: NTLM comes with a package of its own.
[[nodiscard]] bool has_mechanism(gss_OID mechanism) noexcept;

/// What went wrong, in GSSAPI's and the mechanism's words. On the thread on which it went wrong, right after.
[[nodiscard]] std::string gss_error(OM_uint32 major, OM_uint32 minor);

/// A service on a host, `HTTP@host.example.com`; or without a host, on this one.
[[nodiscard]] GssName gss_service_name(std::string_view text) noexcept;

/// The name in words, as the mechanism writes it.
[[nodiscard]] std::string gss_shown(gss_name_t name);

/// `tls-server-end-point` (RFC 5929 4): what binds a log-on to the TLS channel in which it happens.
class ChannelBindings {
  public:
    /// \param end_point hash of the server's certificate; empty for no binding.
    explicit ChannelBindings(std::string_view end_point);
    ChannelBindings(const ChannelBindings&) = delete;
    ChannelBindings& operator=(const ChannelBindings&) = delete;
    ~ChannelBindings() = default;

    explicit operator bool() const noexcept { return !text_.empty(); }
    /// Null when there is no binding.
    [[nodiscard]] gss_channel_bindings_t get() noexcept { return text_.empty() ? nullptr : &bindings_; }

  private:
    std::string text_;
    gss_channel_bindings_struct bindings_{};
};

}  // namespace tintype::security
