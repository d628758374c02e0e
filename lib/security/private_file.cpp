#include "security/private_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "security/file_descriptor.hpp"

namespace tintype::security {

namespace {

struct Rule {
    mode_t forbidden;     ///< Bits of the mode; none: the owner doesn't matter either.
    const char* lets;     ///< What such a mode lets others do.
    const char* instead;  ///< A mode that is good.
};

tl::expected<std::string, std::string> read_file(const std::string& path, std::size_t limit, const Rule& rule) {
    // Without O_NONBLOCK a FIFO in the file's place would stop the process here.
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file) return tl::unexpected(fmt::format("{}: {}", path, last_error()));
    struct stat facts {};
    if (::fstat(file.get(), &facts) != 0) return tl::unexpected(fmt::format("{}: {}", path, last_error()));
    if (!S_ISREG(facts.st_mode)) return tl::unexpected(fmt::format("{}: is not a regular file", path));
    if (rule.forbidden == 0) return read_all(file, path, limit);
    if (facts.st_uid != ::geteuid() && facts.st_uid != 0) {
        return tl::unexpected(fmt::format("{}: belongs to user {}, not to the user of this process ({}) or root", path,
                                          facts.st_uid, ::geteuid()));
    }
    if ((facts.st_mode & rule.forbidden) != 0) {
        return tl::unexpected(fmt::format("{}: mode {:04o} lets others than its owner {}; use chmod {}", path,
                                          facts.st_mode & 07777U, rule.lets, rule.instead));
    }
    return read_all(file, path, limit);
}

}  // namespace

tl::expected<std::string, std::string> read_private_file(const std::string& path, std::size_t limit) {
    return read_file(path, limit, {S_IRWXG | S_IRWXO, "in", "0600"});
}

tl::expected<std::string, std::string> read_trusted_file(const std::string& path, std::size_t limit) {
    return read_file(path, limit, {S_IWGRP | S_IWOTH, "write", "0644"});
}

tl::expected<std::string, std::string> read_public_file(const std::string& path, std::size_t limit) {
    return read_file(path, limit, {0, "", ""});
}

}  // namespace tintype::security
