#pragma once
/// \file
/// What the service supervisor is told.

namespace tintype::daemon {

/// Tells systemd, where it supervises this process and the build knows it; otherwise nothing happens.
void notify_ready();
void notify_stopping();

}  // namespace tintype::daemon
