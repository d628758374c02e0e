#include "security/memory_file.hpp"

#include <sys/mman.h>
#include <sys/stat.h>

namespace tintype::security {

MemoryFile::MemoryFile(int number) : file_(number), path_(fmt::format("/proc/self/fd/{}", number)) {}

tl::expected<std::unique_ptr<const MemoryFile>, std::string> MemoryFile::holding(std::string_view content) {
    std::unique_ptr<const MemoryFile> file(new MemoryFile(::memfd_create("tintype", MFD_CLOEXEC | MFD_ALLOW_SEALING)));
    const auto number = file->file_.get();
    // Who may open it through /proc is the kernel's to say (only this process and root); its own mode must not be in
    // the way of a process that has changed its user since.
    if (number < 0 || !write_all(file->file_, content) || ::fchmod(number, S_IRUSR | S_IRGRP | S_IROTH) != 0 ||
        ::fcntl(number, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
        return tl::unexpected("a file in memory can't be made: " + last_error());
    }
    if (::access(file->path_.c_str(), R_OK) != 0) {
        return tl::unexpected(fmt::format("{} can't be opened, is /proc there? {}", file->path_, last_error()));
    }
    return file;
}

}  // namespace tintype::security
