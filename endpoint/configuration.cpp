#include "configuration.hpp"

#include <string_view>

namespace tintype::daemon {

Configuration::Configuration() {
    server.listeners.emplace_back().url = "http://127.0.0.1:5985/wsman";
    qcow2.store = "/var/lib/tintype/vms";
}

std::string sqlite_path(const Configuration& configuration) {
    constexpr std::string_view prefix = "sqlite:";
    const std::string_view store = configuration.job_store;
    return store.starts_with(prefix) ? std::string(store.substr(prefix.size())) : std::string();
}

}  // namespace tintype::daemon
