#pragma once
/// \file
/// What can be said about a configuration whose values are each well-formed.

#include "configuration.hpp"
#include "configuration_file.hpp"

namespace tintype::daemon {

struct Findings {
    Messages errors;    ///< The daemon won't start.
    Messages warnings;  ///< It starts, and somebody may wonder.
};

/// Whether the values fit together. Looks at nothing but them.
/// \param given keys that somebody set: those without effect are warned about.
[[nodiscard]] Findings check(const Configuration& configuration, const GivenKeys& given);

/// Whether what the configuration names (files, folders, a PAM service, qemu-img) is there and can be used, in the
/// start's words; makes and changes nothing. \returns one sentence for each that isn't.
[[nodiscard]] Messages check_files(const Configuration& configuration);

/// Whether the user of this process may write where machines and jobs are kept. \returns as check_files().
[[nodiscard]] Messages check_writable(const Configuration& configuration);

}  // namespace tintype::daemon
