#pragma once
/// \file
/// How many log-ons by Negotiate may be under way.

#include <cstddef>
#include <memory>
#include <string>

namespace tintype::http {

/// Counts handshakes from their first token to their last, so that tokens which lead nowhere fill no memory, and none
/// of one address keep the others out. Thread safety: every function from any thread.
class HandshakePlaces {
  public:
    /// \param limit for all addresses together. \param limit_by_address for one.
    HandshakePlaces(std::size_t limit, std::size_t limit_by_address);

    /// \param from the client's address without its port, or its network.
    /// \returns the place, given back when it goes, also after this object; null if there is none left.
    [[nodiscard]] std::shared_ptr<void> take(const std::string& from);

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace tintype::http
