#include "parts.hpp"

#include <variant>

#ifdef TINTYPE_MODULES
#include "module.hpp"
#endif

namespace tintype::daemon {

Opened<SnapshotBackend> open_libvirt_part(const LibvirtBackendOptions& options) {
#if !defined(TINTYPE_WITH_LIBVIRT)
    static_cast<void>(options);
    return tl::unexpected(std::string("this tintyped was built without libvirt"));
#elif defined(TINTYPE_MODULES)
    return open_module<SnapshotBackend>("libvirt", options);
#else
    return open_libvirt_backend(options).map_error([](const BackendError& error) { return error.message; });
#endif
}

Opened<NegotiateAuthenticator> open_negotiate_part(const NegotiateOptions& options) {
#if !defined(TINTYPE_WITH_GSSAPI)
    static_cast<void>(options);
    return tl::unexpected(
        std::string("auth.negotiate.keytab and auth.negotiate.ntlm_users: this tintyped was built without GSSAPI"));
#elif defined(TINTYPE_MODULES)
    return open_module<NegotiateAuthenticator>("negotiate", options);
#else
    return open_negotiate(options);
#endif
}

Opened<PasswordAuthenticator> open_pam_part(const PamOptions& options) {
#if !defined(TINTYPE_WITH_PAM)
    static_cast<void>(options);
    return tl::unexpected(std::string("auth.basic.pam: this tintyped was built without PAM"));
#elif defined(TINTYPE_MODULES)
    return open_module<PasswordAuthenticator>("pam", options);
#else
    return open_pam(options);
#endif
}

bool has_systemd() noexcept {
#ifdef TINTYPE_WITH_SYSTEMD
    return true;
#else
    return false;
#endif
}

Opened<Systemd> open_systemd_part() {
#if !defined(TINTYPE_WITH_SYSTEMD)
    return tl::unexpected(std::string("this tintyped was built without systemd"));
#elif defined(TINTYPE_MODULES)
    return open_module<Systemd>("systemd", std::monostate{});
#else
    return open_systemd();
#endif
}

}  // namespace tintype::daemon
