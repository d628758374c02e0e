#include "user_command.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <istream>

#include "tintype/authenticator.hpp"

namespace tintype::daemon {
namespace {

tl::expected<std::string, std::string> ask_terminal(const std::string& user) {
    std::array<char, 512> typed{};
    const auto prompt = fmt::format("Password for {}: ", user);
    // OpenSSL restores the terminal also when it is interrupted.
    const int result = EVP_read_pw_string(typed.data(), static_cast<int>(typed.size()), prompt.c_str(), 1);
    std::string password(typed.data());
    OPENSSL_cleanse(typed.data(), typed.size());
    if (result != 0) return tl::unexpected(std::string("no password: interrupted, or the two are not the same"));
    return password;
}

tl::expected<std::string, std::string> read_line(std::istream& input) {
    std::string line;
    if (!std::getline(input, line)) return tl::unexpected(std::string("no password on standard input"));
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

}  // namespace

tl::expected<std::string, std::string> ask_password(const std::string& user, std::istream& input) {
    auto password = ::isatty(STDIN_FILENO) == 1 ? ask_terminal(user) : read_line(input);
    if (password && password->empty()) return tl::unexpected(std::string("the password is empty"));
    return password;
}

tl::expected<void, std::string> add_user(const std::string& file, const std::string& user, std::istream& input) {
    auto password = ask_password(user, input);
    if (!password) return tl::unexpected(password.error());
    auto done = put_user(file, user, *password);
    OPENSSL_cleanse(&password->front(), password->size());
    return done;
}

}  // namespace tintype::daemon
