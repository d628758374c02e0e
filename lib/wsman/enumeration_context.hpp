#pragma once
/// \file
/// Open enumerations: who opened them, how far they are, when they expire.

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "tintype/cim/instance.hpp"
#include "tintype/cim/resource_uri.hpp"
#include "tintype/limits.hpp"
#include "tintype/wsman/resource.hpp"
#include "wsman/filter.hpp"

namespace tintype::wsman {

/// What a client wants of each instance (DSP0226 8.2.2).
enum class ItemForm { object, reference, object_and_reference };

/// One enumeration under way. Used by one thread at a time.
class EnumerationContext {
  public:
    /// \param filter what is let through and what of it is wanted; nothing: all of everything.
    EnumerationContext(std::vector<Resource*> resources, ItemForm form, cim::UriStyle style,
                       std::optional<Filter> filter = std::nullopt);

    /// The next instance without taking it; null at the end.
    Result<const cim::Instance*> peek();
    void take();

    /// Appends the item that `instance` is to this client.
    void append(std::string& out, const cim::Instance& instance) const;

  private:
    Result<void> fetch();
    Result<void> open_next();

    std::vector<Resource*> resources_;
    std::size_t next_resource_ = 0;
    std::unique_ptr<InstanceCursor> cursor_;
    std::deque<cim::Instance> fetched_;
    ItemForm form_;
    cim::UriStyle style_;
    Filter filter_;
};

/// The contexts that are open. Thread safe.
class ContextTable {
  public:
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

    /// Keeps a context for later. \param lifetime 0: as long as it is used (Limits::context_idle between two uses);
    /// otherwise at most so long from now. \returns its name; fails with wsman:QuotaLimit.
    Result<std::string> open(std::unique_ptr<EnumerationContext> context, const std::string& user,
                             std::chrono::milliseconds lifetime);

    /// Takes a context out to use it. Unknown, expired, another user's: InvalidEnumerationContext; in use by another
    /// request: Concurrency.
    Result<Lease> borrow(const std::string& name, const std::string& user);

    /// Forgets it; one that is borrowed is forgotten when it is given back.
    Result<void> close(const std::string& name, const std::string& user);

    [[nodiscard]] std::size_t size() const;

  private:
    using Clock = std::chrono::steady_clock;
    struct Entry {
        std::unique_ptr<EnumerationContext> context;  // null while borrowed
        std::string user;
        Clock::time_point idle_since;
        Clock::time_point expires;
    };
    using Entries = std::unordered_map<std::string, Entry>;

    [[nodiscard]] bool is_over(const Entry& entry, Clock::time_point now) const noexcept;
    Entries::iterator find(const std::string& name, const std::string& user);
    void give_back(const std::string& name, std::unique_ptr<EnumerationContext> context);
    void remove(Entries::iterator at);
    void sweep(Clock::time_point now);

    std::size_t max_contexts_;
    std::size_t max_contexts_per_user_;
    std::chrono::seconds idle_limit_;
    mutable std::mutex mutex_;
    Entries entries_;
    std::unordered_map<std::string, std::size_t> per_user_;
    Clock::time_point swept_;
};

}  // namespace tintype::wsman
