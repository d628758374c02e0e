#include "systemd.hpp"

#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

namespace tintype::daemon {
namespace {

class Library final : public Systemd {
  public:
    void notify(const char* state) noexcept override { ::sd_notify(0, state); }
    void send_to_journal(std::span<const ::iovec> fields) noexcept override {
        ::sd_journal_sendv(fields.data(), static_cast<int>(fields.size()));
    }
};

}  // namespace

std::unique_ptr<Systemd> open_systemd() {
    return std::make_unique<Library>();
}

}  // namespace tintype::daemon
