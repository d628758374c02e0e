#include "modules/entry.hpp"

extern "C" TINTYPE_MODULE_SHOWS void tintype_module_open(const tintype::LibvirtBackendOptions& options,
                                                         tintype::daemon::Opened<tintype::SnapshotBackend>& opened) {
    opened = tintype::open_libvirt_backend(options).map_error(
        [](const tintype::BackendError& error) { return error.message; });
}
