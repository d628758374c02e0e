#include "modules/entry.hpp"

extern "C" TINTYPE_MODULE_SHOWS void tintype_module_open(
    const tintype::PamOptions& options, tintype::daemon::Opened<tintype::PasswordAuthenticator>& opened) {
    opened = tintype::open_pam(options);
}
