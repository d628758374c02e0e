#include <fmt/format.h>

#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "security/credential_digest.hpp"
#include "security/password_hash.hpp"
#include "security/private_file.hpp"
#include "security/remembered_credentials.hpp"
#include "security/users_file.hpp"
#include "tintype/authenticator.hpp"

namespace tintype {
namespace {

using security::CredentialDigest;

/// For a file without users: no password's, but of yescrypt with its usual cost. To make one would keep each start
/// waiting for it.
const std::string no_users_decoy = "$y$j9T$1r/.qNJoXgmVSrCLg/0Jb.$...........................................";

struct User {
    std::string name;
    std::string hash;
};

/// What one reading of the file gave.
struct Users {
    explicit Users(std::vector<User> users) : all(std::move(users)) {
        for (const auto& user : all) by_name.emplace(user.name, &user);
    }
    const std::vector<User> all;
    std::unordered_map<std::string_view, const User*> by_name;
};

tl::expected<std::shared_ptr<const Users>, std::string> read_users(const std::string& path) {
    const auto text = security::read_private_file(path, security::max_users_file);
    if (!text) return tl::unexpected(text.error());
    auto lines = security::parse_users(*text);
    if (!lines) return tl::unexpected(fmt::format("{}: {}", path, lines.error()));
    std::vector<User> users;
    users.reserve(lines->size());
    for (auto& line : *lines) users.push_back({std::move(line.name), std::move(line.hash)});
    return std::make_shared<const Users>(std::move(users));
}

class UsersFileAuthenticator final : public PasswordAuthenticator {
  public:
    UsersFileAuthenticator(std::string path, std::chrono::seconds memory)
        : path_(std::move(path)), remembered_(memory, 0), users_(std::make_shared<const Users>(std::vector<User>())) {}

    std::optional<Principal> recall(std::string_view user, std::string_view password) override {
        return remembered_.recall(user, password);
    }

    std::optional<Principal> verify(std::string_view user, std::string_view password) override {
        const auto epoch = remembered_.epoch();
        const auto users = current();
        const auto place = users->by_name.find(user);
        if (place == users->by_name.end()) {
            // Whoever asks for a user that is not there waits as long as for one that is, and always the same for the
            // same name; the result is of no account.
            static_cast<void>(security::has_hash(password, decoy_for(*users, user)));
            return std::nullopt;
        }
        const User& known = *place->second;
        if (!security::has_hash(password, known.hash)) return std::nullopt;
        Principal principal{known.name, "Basic", true};
        remembered_.remember(epoch, user, password, principal);
        return principal;
    }

    tl::expected<void, std::string> reload() override {
        auto users = read_users(path_);
        if (!users) return tl::unexpected(users.error());
        const std::lock_guard guard(lock_);
        users_.swap(*users);
        // After: who is verified against the old ones from here on isn't remembered.
        remembered_.forget(users_->all.size());
        return {};
    }

  private:
    [[nodiscard]] std::shared_ptr<const Users> current() const {
        const std::lock_guard guard(lock_);
        return users_;
    }

    /// A hash to spend time on: one of the file's own, so that it is of a kind and cost that are there.
    [[nodiscard]] const std::string& decoy_for(const Users& users, std::string_view name) const {
        if (users.all.empty()) return no_users_decoy;
        const auto digest = digest_.of(name, {});
        std::size_t number = 0;
        for (const auto byte : digest) number = number * 31 + byte;
        return users.all[number % users.all.size()].hash;
    }

    const std::string path_;
    const CredentialDigest digest_;
    security::RememberedCredentials remembered_;
    mutable std::mutex lock_;
    std::shared_ptr<const Users> users_;
};

}  // namespace

tl::expected<std::unique_ptr<PasswordAuthenticator>, std::string> open_users_file(const std::string& path,
                                                                                  std::chrono::seconds memory) {
    auto users = std::make_unique<UsersFileAuthenticator>(path, memory);
    if (auto read = users->reload(); !read) return tl::unexpected(read.error());
    return users;
}

}  // namespace tintype
