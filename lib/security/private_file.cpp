#include "security/private_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "security/file_descriptor.hpp"

namespace tintype::security {

tl::expected<std::string, std::string> read_private_file(const std::string& path, std::size_t limit) {
    // Without O_NONBLOCK a FIFO in the file's place would stop the process here.
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file) return tl::unexpected(fmt::format("{}: {}", path, last_error()));
    struct stat facts {};
    if (::fstat(file.get(), &facts) != 0) return tl::unexpected(fmt::format("{}: {}", path, last_error()));
    if (!S_ISREG(facts.st_mode)) return tl::unexpected(fmt::format("{}: is not a regular file", path));
    if (facts.st_uid != ::geteuid() && facts.st_uid != 0) {
        return tl::unexpected(fmt::format("{}: belongs to user {}, not to the user of this process ({}) or root", path,
                                          facts.st_uid, ::geteuid()));
    }
    if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return tl::unexpected(
            fmt::format("{}: mode {:04o} lets others than its owner in; use chmod 0600", path, facts.st_mode & 07777U));
    }
    return read_all(file, path, limit);
}

}  // namespace tintype::security
