#pragma once
/// \file
/// The enumerations that are open: who opened them, and until when they stay.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "tintype/limits.hpp"
#include "wsman/enumeration_context.hpp"

namespace tintype::wsman {

/// Thread safe. Names are random, so nobody guesses one; besides, a context belongs to the user who opened it.
class ContextTable {
  public:
    using Clock = std::chrono::steady_clock;
    using Lifetime = std::chrono::milliseconds;  ///< 0: as long as it is used, Limits::context_idle between two uses.

    /// A context in use. Goes back to its table when the lease ends, however that comes about.
    class Lease {
      public:
        Lease(ContextTable& table, std::string name, std::unique_ptr<EnumerationContext> context)
            : table_(&table), name_(std::move(name)), context_(std::move(context)) {}
        Lease(Lease&&) noexcept = default;
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        Lease& operator=(Lease&&) = delete;
        ~Lease() {
            if (context_) table_->give_back(name_, std::move(context_));
        }

        EnumerationContext& operator*() const noexcept { return *context_; }

      private:
        ContextTable* table_;
        std::string name_;
        std::unique_ptr<EnumerationContext> context_;
    };

    explicit ContextTable(const Limits& limits);

    /// Keeps a context for later. \param lifetime longer than Limits::max_context_lifetime counts as that.
    /// \returns its name. Errors: wsman:QuotaLimit.
    Result<std::string> open(std::unique_ptr<EnumerationContext> context, const std::string& user, Lifetime lifetime);

    /// Takes a context out to use it. Errors: InvalidEnumerationContext if it is unknown, expired or another user's;
    /// Concurrency if another request is using it.
    Result<Lease> borrow(const std::string& name, const std::string& user);

    /// Forgets it; one that is borrowed is forgotten when it is given back. Errors: InvalidEnumerationContext.
    Result<void> close(const std::string& name, const std::string& user);

    /// Gives it another lifetime from now on; one in use too. \returns how long it will stay. Errors: as close().
    Result<Lifetime> renew(const std::string& name, const std::string& user, Lifetime lifetime);

    /// How long it will stay if nobody uses it. Errors: as close().
    Result<Lifetime> remaining(const std::string& name, const std::string& user);

    /// Frees what has expired; looks at most once a second, and costs next to nothing otherwise.
    void expire(Clock::time_point now);

    [[nodiscard]] std::size_t size() const;

  private:
    struct Entry {
        std::unique_ptr<EnumerationContext> context;  // null while borrowed
        std::string user;
        bool until_idle = true;
        Clock::time_point expires;
    };
    using Entries = std::unordered_map<std::string, Entry>;

    static bool is_over(const Entry& entry, Clock::time_point now) noexcept {
        return entry.context && now > entry.expires;
    }
    void set_lifetime(Entry& entry, Lifetime lifetime, Clock::time_point now) const;
    // What is not there, is over or is another user's is an error alike.
    Result<Entries::iterator> find(const std::string& name, const std::string& user, Clock::time_point now);
    void give_back(const std::string& name, std::unique_ptr<EnumerationContext> context);
    Entries::node_type remove(Entries::iterator at);
    void sweep(Clock::time_point now, std::vector<Entries::node_type>& over);
    [[nodiscard]] bool is_full(const std::string& user) const;

    std::size_t max_contexts_;
    std::size_t max_contexts_per_user_;
    Lifetime idle_;
    Lifetime longest_;
    mutable std::mutex mutex_;
    Entries entries_;
    std::unordered_map<std::string, std::size_t> per_user_;
    std::atomic<Clock::time_point> next_sweep_{Clock::time_point::min()};
};

}  // namespace tintype::wsman
