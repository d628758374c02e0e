#pragma once
/// \file
/// How many of something there may be at once: connections, requests, log-ons that are under way.

#include <cstddef>
#include <memory>
#include <string>

namespace tintype::http {

/// Places that are taken and given back, so many in all and so many for each taker, so that what leads nowhere fills no
/// memory, and none of one client keep the others out. Thread safety: every function from any thread.
class Places {
  public:
    /// \param limit in all. \param limit_each for one taker, 1 or more.
    Places(std::size_t limit, std::size_t limit_each);

    /// \param taker who wants it: an address, a user.
    /// \returns the place, given back when it goes, also after this object; null if there is none left.
    [[nodiscard]] std::shared_ptr<void> take(const std::string& taker);

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace tintype::http
