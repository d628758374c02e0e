#include "negotiate.hpp"

namespace tintype::daemon {

bool has_negotiate(const Configuration& configuration) {
    return !configuration.negotiate.keytab.empty() || !configuration.negotiate.ntlm_users.empty();
}

tl::expected<std::unique_ptr<NegotiateAuthenticator>, std::string> open_negotiate(const Configuration& configuration,
                                                                                  const LogSink& log) {
    if (!has_negotiate(configuration)) return nullptr;
#ifdef TINTYPE_WITH_GSSAPI
    auto options = configuration.negotiate;
    options.log = log;
    return tintype::open_negotiate(options);
#else
    static_cast<void>(log);
    return tl::unexpected(
        std::string("auth.negotiate.keytab and auth.negotiate.ntlm_users: this tintyped was built without GSSAPI"));
#endif
}

}  // namespace tintype::daemon
