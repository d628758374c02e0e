#include "module.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "build_id.hpp"

namespace tintype::daemon {

tl::expected<void*, std::string> load_module(std::string_view name) {
    constexpr auto self = "/proc/self/exe";
    std::error_code failed;
    const auto program = std::filesystem::read_symlink(self, failed);
    if (failed) return tl::unexpected(fmt::format("{} can't be read: {}", self, failed.message()));
    const auto file =
        (program.parent_path() / TINTYPE_MODULE_FOLDER / fmt::format("{}.so", name)).lexically_normal().string();
    void* const handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) return tl::unexpected(fmt::format("a module can't be loaded: {}", ::dlerror()));
    // Between two builds everything may differ: no call is made across.
    constexpr std::string_view build = TINTYPE_BUILD_ID;
    const auto* const its_build = static_cast<const char*>(::dlsym(handle, "tintype_module_build"));
    void* const function = ::dlsym(handle, "tintype_module_open");
    if (its_build == nullptr || function == nullptr || its_build != build) {
        return tl::unexpected(fmt::format("{} is not of this build of tintyped ({})", file, build));
    }
    return function;
}

}  // namespace tintype::daemon
