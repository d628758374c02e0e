#pragma once
/// \file
/// What libvirt reports, as a BackendError: the one place that maps its codes.

#include <libvirt/virterror.h>

#include <string_view>
#include <tl/expected.hpp>

#include "tintype/snapshot_backend.hpp"

namespace tintype::libvirt {

/// The error of this thread's last call. \param what was to be done, as the beginning of a sentence: "vm-1 was not
/// started". \param connection if it is lost the code is unavailable, whatever libvirt says.
[[nodiscard]] tl::unexpected<BackendError> last_error(std::string_view what, virConnectPtr connection);

/// The code of this thread's last error; VIR_ERR_OK if there was none.
[[nodiscard]] int last_code();

[[nodiscard]] tl::unexpected<BackendError> refuse(BackendErrorCode code, std::string message);

/// Keeps libvirt from writing every error to standard error, which it does unless told otherwise.
void silence();

}  // namespace tintype::libvirt
