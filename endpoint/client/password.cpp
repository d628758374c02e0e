#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "profile.hpp"

namespace tintype::client {
namespace {

class Descriptor {
  public:
    explicit Descriptor(int number) noexcept : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int number() const noexcept { return number_; }

  private:
    int number_;
};

/// The first line of a file that nobody else may read.
Result<std::string> read_file(const std::string& name) {
    const auto unreadable = [&] {
        const int error = errno;
        return fail(ExitCode::usage, fmt::format("The password file {} can't be read: {}.", name,
                                                 std::generic_category().message(error)));
    };
    const Descriptor file(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat about {};
    if (file.number() < 0 || ::fstat(file.number(), &about) != 0) return unreadable();
    if ((about.st_mode & 077U) != 0)
        return fail(ExitCode::usage,
                    fmt::format("The password file {} may be read by others: chmod 600 {}", name, name));
    std::array<char, 1024> bytes{};
    std::size_t size = 0;
    while (size < bytes.size()) {
        const ssize_t count = ::read(file.number(), bytes.data() + size, bytes.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return unreadable();
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    std::string password(bytes.data(), size);
    OPENSSL_cleanse(bytes.data(), bytes.size());
    if (const auto end = password.find('\n'); end != std::string::npos) password.resize(end);
    if (password.ends_with('\r')) password.pop_back();
    if (password.empty()) return fail(ExitCode::usage, fmt::format("The password file {} is empty.", name));
    return password;
}

Result<std::string> ask(const std::string& user, const std::string& url) {
    if (::isatty(STDIN_FILENO) != 1)
        return fail(ExitCode::usage,
                    fmt::format("There is no terminal to ask for {}'s password on: give --password-file, or set "
                                "TINTYPE_PASSWORD.",
                                user));
    std::array<char, 512> typed{};
    const auto prompt = fmt::format("Password of {} for {}: ", user, url);
    // OpenSSL restores the terminal also when it is interrupted.
    const int result = EVP_read_pw_string(typed.data(), static_cast<int>(typed.size()), prompt.c_str(), 0);
    std::string password(typed.data());
    OPENSSL_cleanse(typed.data(), typed.size());
    if (result != 0 || password.empty()) return fail(ExitCode::usage, "No password was given.");
    return password;
}

}  // namespace

Result<std::string> find_password(const Access& access) {
    if (access.password_file_is_flag) return read_file(access.password_file);
    if (const char* const given = std::getenv("TINTYPE_PASSWORD"); given != nullptr) return std::string(given);
    if (!access.password_file.empty()) return read_file(access.password_file);
    return ask(access.user, access.url);
}

}  // namespace tintype::client
