#include "backend/disk.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "backend/durable_file.hpp"
#include "backend/file_descriptor.hpp"

namespace tintype::backend {
namespace {

tl::unexpected<BackendError> invalid(std::string message) {
    return tl::unexpected(BackendError{BackendErrorCode::invalid, std::move(message)});
}

}  // namespace

bool is_disk_name(std::string_view name) {
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (name.empty() || name.size() > 1024 || std::any_of(name.begin(), name.end(), control)) return false;
    const std::filesystem::path path(name);
    return path.is_relative() && path.has_filename() && std::none_of(path.begin(), path.end(), [](const auto& part) {
               return part.empty() || part == "." || part == "..";
           });
}

BackendResult<Disk> locate_disk(const std::filesystem::path& machine, const std::string& name) {
    if (!is_disk_name(name)) return invalid("a disk's name leads out of the machine's folder or can't be printed");
    const std::filesystem::path relative(name);
    std::filesystem::path path = machine;
    for (auto part = relative.begin(); part != relative.end(); ++part) {
        path /= *part;
        struct stat status {};
        if (::lstat(path.c_str(), &status) != 0) {
            if (errno == ENOENT || errno == ENOTDIR) return invalid(fmt::format("disk {} is missing", name));
            return tl::unexpected(file_error(errno, fmt::format("can't look at disk {}", name)));
        }
        if (S_ISLNK(status.st_mode)) return invalid(fmt::format("disk {} is reached through a symbolic link", name));
        if (std::next(part) == relative.end() && !S_ISREG(status.st_mode)) {
            return invalid(fmt::format("disk {} is no regular file", name));
        }
    }
    return Disk{name, path};
}

bool is_held(const Disk& disk) {
    const FileDescriptor file(::open(disk.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct flock wanted {};
    wanted.l_type = F_WRLCK;
    wanted.l_whence = SEEK_SET;
    // Length 0 is the whole file: any lock of QEMU's stands in the way of a writer.
    return file && ::fcntl(file.get(), F_OFD_GETLK, &wanted) == 0 && wanted.l_type != F_UNLCK;
}

BackendResult<void> check_writable(const Disk& disk) {
    if (::faccessat(AT_FDCWD, disk.path.c_str(), W_OK, AT_EACCESS) == 0) return {};
    return tl::unexpected(file_error(errno, fmt::format("can't write to disk {}", disk.name)));
}

}  // namespace tintype::backend
