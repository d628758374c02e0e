#pragma once
/// \file
/// The parts of the daemon that bring large libraries along: libvirt, GSSAPI, PAM, systemd. With TINTYPE_MODULES each
/// is a shared object of its own, loaded when the configuration asks for it and not before: who doesn't use it has none
/// of it in memory, and needs its libraries not even installed.

#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "systemd.hpp"
#include "tintype/authenticator.hpp"
#include "tintype/backends_libvirt.hpp"
#include "tintype/negotiate.hpp"
#include "tintype/pam.hpp"

namespace tintype::daemon {

template <class T>
using Opened = tl::expected<std::unique_ptr<T>, std::string>;

/// As open_libvirt_backend(). Errors: its own; a build without libvirt; a module that can't be loaded.
[[nodiscard]] Opened<SnapshotBackend> open_libvirt_part(const LibvirtBackendOptions& options);

/// As tintype::open_negotiate(). Errors: its own; a build without GSSAPI; a module that can't be loaded.
[[nodiscard]] Opened<NegotiateAuthenticator> open_negotiate_part(const NegotiateOptions& options);

/// As open_pam(). Errors: its own; a build without PAM; a module that can't be loaded.
[[nodiscard]] Opened<PasswordAuthenticator> open_pam_part(const PamOptions& options);

/// Whether it is a build with libsystemd.
[[nodiscard]] bool has_systemd() noexcept;

/// As open_systemd(). Errors: a build without libsystemd; a module that can't be loaded.
[[nodiscard]] Opened<Systemd> open_systemd_part();

}  // namespace tintype::daemon
