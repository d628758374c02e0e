#pragma once
/// \file
/// How many of something there may be at once: connections, requests, log-ons that are under way.

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace tintype::http {

/// Places that are taken and given back, so many in all and so many for each taker, so that what leads nowhere fills no
/// memory, and none of one client keep the others out. A thread knows the takers that it met last, and takes no lock
/// for them. Thread safety: every function from any thread.
class Places {
    struct State;
    struct Taker;

  public:
    /// A place, or none. Given back when it goes, also after its Places, on any thread.
    class Place {
      public:
        Place() = default;
        Place(Place&& other) noexcept = default;
        Place& operator=(Place&& other) noexcept {
            Place given_back(std::move(other));
            taker_.swap(given_back.taker_);
            return *this;
        }
        ~Place();
        explicit operator bool() const noexcept { return taker_ != nullptr; }

      private:
        friend class Places;
        explicit Place(std::shared_ptr<Taker> taker) noexcept : taker_(std::move(taker)) {}

        std::shared_ptr<Taker> taker_;
    };

    /// \param limit in all. \param limit_each for one taker, 1 or more.
    Places(std::size_t limit, std::size_t limit_each);

    /// \param taker who wants it: an address, a user.
    /// \returns none if there is none left: never one too many, and, where all are taken but for `taker`'s own, none to
    /// two of its threads at once.
    [[nodiscard]] Place take(const std::string& taker);

  private:
    std::shared_ptr<State> state_;
};

}  // namespace tintype::http
