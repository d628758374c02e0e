#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "security/role_book.hpp"
#include "security/state_number.hpp"
#include "security/system_groups.hpp"

namespace tintype {
namespace {

using security::RoleBook;
using Clock = std::chrono::steady_clock;

// Who is in which of the system's groups may change at any time, and nobody tells.
constexpr std::chrono::seconds groups_memory{60};
constexpr std::size_t most_remembered = 10'000;

struct Known {
    std::shared_ptr<const Permissions> permissions;
    Clock::time_point until;
};

/// What this thread found out last, so that a request needs no lock. Many users push each other out, which costs them a
/// look at the roles.
struct Remembered {
    std::uint64_t number = 0;
    std::string user;
    Known known;
};
Remembered& remembered_for(const std::string& user) {
    static thread_local std::array<Remembered, 16> all;
    return all[std::hash<std::string>{}(user) % all.size()];
}

class ByRoles final : public RoleAuthorizer {
  public:
    explicit ByRoles(std::shared_ptr<const RoleBook> book)
        : nobody_(RoleBook::permissions(std::make_shared<const RoleBook>(), {}, {})), book_(std::move(book)) {}

    std::shared_ptr<const Permissions> recall(const Principal& principal) override {
        if (!principal.authenticated) return nobody_;
        auto& remembered = remembered_for(principal.name);
        if (remembered.number == number_.load(std::memory_order_acquire) && remembered.user == principal.name &&
            is_fresh(remembered.known)) {
            return remembered.known.permissions;
        }
        return recall_shared(principal.name, remembered);
    }

    std::shared_ptr<const Permissions> find(const Principal& principal) override {
        if (auto known = recall(principal)) return known;
        const auto [book, number] = current();
        const auto in_group = security::system_groups_of(principal.name, book->system_groups());
        auto permissions = RoleBook::permissions(book, principal.name, in_group);
        const std::lock_guard guard(lock_);
        if (number == number_) {
            if (known_.size() >= most_remembered) known_.clear();
            known_.insert_or_assign(principal.name, Known{permissions, Clock::now() + groups_memory});
        }
        return permissions;
    }

    tl::expected<void, std::string> replace(const Roles& roles) override {
        auto book = RoleBook::read(roles);
        if (!book) return tl::unexpected(book.error());
        auto shared = std::make_shared<const RoleBook>(*std::move(book));
        const std::lock_guard guard(lock_);
        book_ = std::move(shared);
        known_.clear();
        number_.store(security::next_state_number(), std::memory_order_release);
        return {};
    }

  private:
    static bool is_fresh(const Known& known) {
        return known.until == Clock::time_point::max() || Clock::now() < known.until;
    }

    std::pair<std::shared_ptr<const RoleBook>, std::uint64_t> current() const {
        const std::lock_guard guard(lock_);
        return {book_, number_};
    }

    std::shared_ptr<const Permissions> recall_shared(const std::string& user, Remembered& remembered) const {
        const auto [book, number] = current();
        std::optional<Known> known;
        if (book->system_groups().empty()) {
            known = Known{RoleBook::permissions(book, user, {}), Clock::time_point::max()};
        } else {
            const std::lock_guard guard(lock_);
            const auto found = known_.find(user);
            if (number == number_ && found != known_.end() && is_fresh(found->second)) known = found->second;
        }
        if (!known) return nullptr;
        remembered = {number, user, *known};
        return std::move(known->permissions);
    }

    const std::shared_ptr<const Permissions> nobody_;
    mutable std::mutex lock_;
    std::shared_ptr<const RoleBook> book_;
    std::unordered_map<std::string, Known> known_;  ///< Only with groups of the system.
    std::atomic<std::uint64_t> number_{security::next_state_number()};
};

}  // namespace

tl::expected<std::unique_ptr<RoleAuthorizer>, std::string> make_role_authorizer(const Roles& roles) {
    auto book = RoleBook::read(roles);
    if (!book) return tl::unexpected(book.error());
    return std::make_unique<ByRoles>(std::make_shared<const RoleBook>(*std::move(book)));
}

}  // namespace tintype
