#include "service_notice.hpp"

#include <cstdlib>
#include <utility>

#include "parts.hpp"

namespace tintype::daemon {

tl::expected<ServiceNotice, std::string> ServiceNotice::open() {
    ServiceNotice notice;
    if (has_systemd() && std::getenv("NOTIFY_SOCKET") != nullptr) {
        auto systemd = open_systemd_part();
        if (!systemd) return tl::unexpected(std::move(systemd.error()));
        notice.systemd_ = *std::move(systemd);
    }
    return notice;
}

void ServiceNotice::ready() const {
    if (systemd_ != nullptr) systemd_->notify("READY=1");
}

void ServiceNotice::stopping() const {
    if (systemd_ != nullptr) systemd_->notify("STOPPING=1");
}

}  // namespace tintype::daemon
