#pragma once
/// \file
/// How long somebody whose log-ons failed has to wait for the next one.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "security/credential_digest.hpp"

namespace tintype::security {

struct LogOnLimitOptions {
    /// After the first failure; it doubles with each further one. Zero: nobody waits.
    std::chrono::milliseconds first_delay{250};
    /// The longest that one user's log-ons from one address wait.
    std::chrono::milliseconds longest_delay{30'000};
    /// The longest that a log-on waits because of what others from its address, or for its user, did wrong.
    std::chrono::milliseconds longest_by_address{5'000};
    std::chrono::milliseconds longest_by_user{1'000};
    /// So many failures of an address, or of a user, make nobody wait.
    unsigned free_failures = 10;
    /// So many log-ons of one user from one address may be checked at once before the first of them is settled.
    unsigned unsettled = 16;
    std::chrono::seconds memory{900};  ///< Failures are forgotten so long after the last one.
    std::size_t max_entries = 8'192;   ///< Of users from addresses, of addresses, and of users each.
};

/// Who tries to log on. Text of any length: it is kept as a digest.
struct LogOnSource {
    std::string_view address;  ///< Without its port; of IPv6 the /64 network, of which a client has all addresses.
    std::string_view user;     ///< As written. Empty: not known before the log-on is checked.
};

/// Failed log-ons by user and address together, by address, and by user. Who fails waits before the next log-on is
/// checked, twice as long each time, so that neither a right nor a wrong guess comes back sooner; of one user from one
/// address only one is checked at a time once one has failed. A stranger can't keep a user out: what happened at other
/// addresses costs at most longest_by_user, what others did from the same address at most longest_by_address.
/// Memory is bounded: who failed longest ago is forgotten first. Time is the caller's, who has the timers.
/// Thread safety: every function from any thread.
class LogOnLimits {
  public:
    using Clock = std::chrono::steady_clock;

    /// Throws std::runtime_error as CredentialDigest does.
    explicit LogOnLimits(LogOnLimitOptions options = {});

    /// Asks whether a log-on may be checked now. \param arrived when its client asked for it.
    /// \returns nothing if so: then exactly one of failed(), succeeded() and abandoned() follows. Otherwise when to ask
    /// again, which is after `now`.
    [[nodiscard]] std::optional<Clock::time_point> begin(const LogOnSource& source, Clock::time_point arrived,
                                                         Clock::time_point now);

    /// \param begun as given to begin(). \param user who it turned out to be, where begin() didn't know.
    void failed(const LogOnSource& begun, std::string_view user, Clock::time_point now);
    /// Takes back the failures of this user from this address.
    void succeeded(const LogOnSource& begun, std::string_view user, Clock::time_point now);
    /// Longer than this no log-on waits, unless others of the same user from the same address are always before it.
    [[nodiscard]] std::chrono::milliseconds longest_wait() const noexcept { return options_.longest_delay; }

    /// Nothing came of it: the client left, or the server stops.
    void abandoned(const LogOnSource& begun);

  private:
    struct Entry {
        std::uint64_t key = 0;
        unsigned failures = 0;
        unsigned unsettled = 0;
        bool proven = false;  ///< The last one succeeded.
        Clock::time_point last{};
    };

    /// Entries by key, the one used longest ago at the end.
    class Table {
      public:
        /// Null if there is none.
        [[nodiscard]] Entry* find(std::uint64_t key);
        /// Makes it if need be, in the place of the last one if there are `limit`.
        [[nodiscard]] Entry& at(std::uint64_t key, std::size_t limit);

      private:
        std::list<Entry> entries_;
        std::unordered_map<std::uint64_t, std::list<Entry>::iterator> by_key_;
    };

    [[nodiscard]] std::uint64_t key_of(std::string_view address, std::string_view user) const;
    /// The delay after so many failures beyond the free ones.
    [[nodiscard]] std::chrono::milliseconds delay(unsigned failures, std::chrono::milliseconds longest) const;
    [[nodiscard]] unsigned failures_of(Table& table, std::uint64_t key, Clock::time_point now) const;
    void settle(const LogOnSource& begun);
    void count(Table& table, std::uint64_t key, Clock::time_point now);

    const LogOnLimitOptions options_;
    const CredentialDigest digest_;
    std::mutex lock_;
    Table pairs_;
    Table addresses_;
    Table users_;
};

}  // namespace tintype::security
