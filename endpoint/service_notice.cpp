#include "service_notice.hpp"

#ifdef TINTYPE_WITH_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

namespace tintype::daemon {

#ifdef TINTYPE_WITH_SYSTEMD
void notify_ready() {
    sd_notify(0, "READY=1");
}
void notify_stopping() {
    sd_notify(0, "STOPPING=1");
}
#else
void notify_ready() {}
void notify_stopping() {}
#endif

}  // namespace tintype::daemon
