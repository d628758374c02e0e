#include "security/password_hash.hpp"

#include <crypt.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace tintype::security {
namespace {

/// crypt(3) reads a C string: this one is wiped when it goes.
class Phrase {
  public:
    explicit Phrase(std::string_view text) : text_(text) {}
    Phrase(const Phrase&) = delete;
    Phrase& operator=(const Phrase&) = delete;
    ~Phrase() { OPENSSL_cleanse(text_.data(), text_.size()); }
    [[nodiscard]] const char* c_str() const noexcept { return text_.c_str(); }

  private:
    std::string text_;
};

/// The hash that `setting` (a hash, or its front up to the salt) makes of the password; empty on an error.
std::string crypt_password(std::string_view password, const std::string& setting) {
    const Phrase phrase(password);
    const auto scratch = std::make_unique<crypt_data>();
    const char* hash = ::crypt_rn(phrase.c_str(), setting.c_str(), scratch.get(), sizeof(crypt_data));
    std::string result = hash == nullptr ? std::string() : std::string(hash);
    OPENSSL_cleanse(scratch.get(), sizeof(crypt_data));
    return result;
}

bool ends_with_digits(std::string_view hash, std::size_t count) {
    const auto dollar = hash.rfind('$');
    const auto digits = hash.substr(dollar + 1);
    return digits.size() == count &&
           digits.find_first_not_of("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") ==
               std::string_view::npos;
}

bool is_whole(std::string_view hash) {
    if (hash.starts_with("$y$")) return ends_with_digits(hash, 43);
    if (hash.starts_with("$6$")) return ends_with_digits(hash, 86);
    if (hash.starts_with("$5$")) return ends_with_digits(hash, 43);
    if (hash.starts_with("$2b$") || hash.starts_with("$2y$")) return ends_with_digits(hash, 53);
    return false;
}

}  // namespace

bool is_password_hash(const std::string& hash) noexcept {
    return is_whole(hash) && ::crypt_checksalt(hash.c_str()) != CRYPT_SALT_INVALID;
}

bool has_hash(std::string_view password, const std::string& hash) {
    const auto other = crypt_password(password, hash);
    return other.size() == hash.size() && CRYPTO_memcmp(other.data(), hash.data(), hash.size()) == 0;
}

tl::expected<std::string, std::string> hash_password(std::string_view password) {
    if (password.empty()) return tl::unexpected(std::string("the password is empty"));
    if (password.size() >= CRYPT_MAX_PASSPHRASE_SIZE) {
        return tl::unexpected("the password is longer than " + std::to_string(CRYPT_MAX_PASSPHRASE_SIZE - 1) +
                              " bytes");
    }
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (std::any_of(password.begin(), password.end(), is_control)) {
        return tl::unexpected(std::string("the password holds a control character"));
    }
    struct Free {
        void operator()(char* text) const noexcept { std::free(text); }
    };
    const std::unique_ptr<char, Free> setting(::crypt_gensalt_ra("$y$", 0, nullptr, 0));
    if (!setting) return tl::unexpected(std::string("crypt(3) can't make a yescrypt salt"));
    auto hash = crypt_password(password, setting.get());
    if (!is_password_hash(hash)) return tl::unexpected(std::string("crypt(3) can't hash the password"));
    return hash;
}

}  // namespace tintype::security
