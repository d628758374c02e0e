#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "security/file_descriptor.hpp"
#include "security/password_hash.hpp"
#include "security/user_name.hpp"
#include "security/users_file.hpp"
#include "tintype/authenticator.hpp"

namespace tintype {
namespace {

using security::FileDescriptor;
using security::last_error;

tl::unexpected<std::string> failure(const std::string& path) {
    return tl::unexpected(fmt::format("{}: {}", path, last_error()));
}

/// The text with the user's line replaced where it stands, or added at the end. Other lines stay as they are.
std::string with_user(std::string_view text, std::string_view user, const std::string& line) {
    std::string result;
    bool placed = false;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto old = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (security::name_in_line(old) != user) {
            result.append(old);
        } else {
            result.append(line);
            placed = true;
        }
        result.push_back('\n');
    }
    if (!placed) result.append(line).push_back('\n');
    return result;
}

/// A new file beside the old one: gone again unless it took the old one's place.
class Replacement {
  public:
    explicit Replacement(const std::string& path)
        : path_(path), name_(path + ".XXXXXX"), file_(::mkostemp(name_.data(), O_CLOEXEC)), error_(errno) {}
    Replacement(const Replacement&) = delete;
    Replacement& operator=(const Replacement&) = delete;
    ~Replacement() {
        if (file_ && !done_) ::unlink(name_.c_str());
    }

    /// \param owner whom the new file is to belong to: the old one's owner, where there is one.
    tl::expected<void, std::string> write(std::string_view text, const struct stat* owner) {
        if (!file_) {
            errno = error_;
            return failure(name_);
        }
        if (::fchmod(file_.get(), S_IRUSR | S_IWUSR) != 0) return failure(name_);
        if (owner != nullptr && ::fchown(file_.get(), owner->st_uid, owner->st_gid) != 0) return failure(name_);
        if (!security::write_all(file_, text) || ::fsync(file_.get()) != 0) return failure(name_);
        if (std::rename(name_.c_str(), path_.c_str()) != 0) return failure(path_);
        done_ = true;
        return {};
    }

  private:
    std::string path_;
    std::string name_;
    FileDescriptor file_;
    int error_;  // Of making the file, for write() to tell.
    bool done_ = false;
};

/// A symbolic link is followed, so that the file it names is replaced and the link stays.
std::string real_path(const std::string& path) {
    std::error_code error;
    const auto real = std::filesystem::canonical(path, error);
    return error ? path : real.string();
}

std::string folder_of(const std::string& path) {
    const auto folder = std::filesystem::path(path).parent_path();
    return folder.empty() ? "." : folder.string();
}

}  // namespace

tl::expected<void, std::string> put_user(const std::string& path, std::string_view user, std::string_view password) {
    if (!security::is_user_name(user) || user.starts_with('#')) {
        return tl::unexpected(
            fmt::format("a user's name has 1 to {} bytes of UTF-8, no colon, no control character and no # in front",
                        security::max_user_name));
    }
    const auto hash = security::hash_password(password);
    if (!hash) return tl::unexpected(hash.error());

    const auto file = real_path(path);
    const FileDescriptor folder(::open(folder_of(file).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder) return failure(folder_of(file));
    // Two administrators at once must not lose one another's user. The folder is locked, since the file is replaced.
    if (::flock(folder.get(), LOCK_EX) != 0) return failure(folder_of(file));

    std::string text;
    struct stat facts {};
    const struct stat* owner = nullptr;
    const FileDescriptor old(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!old && errno != ENOENT) return failure(file);
    if (old) {
        if (::fstat(old.get(), &facts) != 0) return failure(file);
        if (!S_ISREG(facts.st_mode)) return tl::unexpected(fmt::format("{}: is not a regular file", file));
        auto content = security::read_all(old, file, security::max_users_file);
        if (!content) return tl::unexpected(content.error());
        text = *std::move(content);
        owner = &facts;
    }
    if (const auto parsed = security::parse_users(text); !parsed) {
        return tl::unexpected(fmt::format("{}: {}", file, parsed.error()));
    }

    Replacement replacement(file);
    if (auto written = replacement.write(with_user(text, user, fmt::format("{}:{}", user, *hash)), owner); !written) {
        return written;
    }
    if (::fsync(folder.get()) != 0) return failure(folder_of(file));
    return {};
}

}  // namespace tintype
