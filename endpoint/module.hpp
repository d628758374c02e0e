#pragma once
/// \file
/// Shared objects with parts of the daemon, in a folder of their own beside the system's libraries. Each has one
/// function, which opens its part. They belong to the program that they were built with, and to no other.

#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tintype::daemon {

/// The function that opens the part. Loaded once and kept: libraries such as libvirt can't be unloaded.
/// The file is found from where the program lies and nowhere else; no environment and no search path has a say.
/// Errors: there is no such file, or it or a library of its own can't be loaded; it is of another
/// build: another version, compiler, kind of build, or other headers.
[[nodiscard]] tl::expected<void*, std::string> load_module(std::string_view name);

/// A module's part. Errors: as load_module(), and the part's own.
template <class Made, class Options>
[[nodiscard]] tl::expected<std::unique_ptr<Made>, std::string> open_module(std::string_view name,
                                                                           const Options& options) {
    using Result = tl::expected<std::unique_ptr<Made>, std::string>;
    const auto function = load_module(name);
    if (!function) return tl::unexpected(function.error());
    Result opened;
    reinterpret_cast<void (*)(const Options&, Result&)> (*function)(options, opened);
    return opened;
}

}  // namespace tintype::daemon
