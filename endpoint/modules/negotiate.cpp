#include "modules/entry.hpp"

extern "C" TINTYPE_MODULE_SHOWS void tintype_module_open(
    const tintype::NegotiateOptions& options, tintype::daemon::Opened<tintype::NegotiateAuthenticator>& opened) {
    opened = tintype::open_negotiate(options);
}
