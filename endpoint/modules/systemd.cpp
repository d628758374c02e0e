#include "systemd.hpp"

#include <variant>

#include "modules/entry.hpp"

extern "C" TINTYPE_MODULE_SHOWS void tintype_module_open(const std::monostate& /*options*/,
                                                         tintype::daemon::Opened<tintype::daemon::Systemd>& opened) {
    opened = tintype::daemon::open_systemd();
}
