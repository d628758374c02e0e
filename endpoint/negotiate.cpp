#include "negotiate.hpp"

#include "parts.hpp"

namespace tintype::daemon {

bool has_negotiate(const Configuration& configuration) {
    return !configuration.negotiate.keytab.empty() || !configuration.negotiate.ntlm_users.empty();
}

tl::expected<std::unique_ptr<NegotiateAuthenticator>, std::string> open_negotiate(const Configuration& configuration,
                                                                                  const LogSink& log) {
    if (!has_negotiate(configuration)) return nullptr;
    auto options = configuration.negotiate;
    options.log = log;
    return open_negotiate_part(options);
}

}  // namespace tintype::daemon
