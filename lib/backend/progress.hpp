#pragma once
/// \file
/// Progress of what has parts.

#include <algorithm>
#include <cstddef>

#include "tintype/snapshot_backend.hpp"

namespace tintype::backend {

/// Turns steps into percent.
class Steps {
  public:
    Steps(Operation& operation, std::size_t total) : operation_(operation), total_(total) {}
    /// One more is done.
    void next() { operation_.progress(static_cast<unsigned>(++done_ * 100 / total_)); }

  private:
    Operation& operation_;
    std::size_t done_ = 0;
    std::size_t total_;
};

/// One of several operations that are parts of a whole: its share of the progress.
class Share final : public Operation {
  public:
    /// \param done how many of the `all` parts were done before.
    Share(Operation& whole, std::size_t done, std::size_t all) : whole_(whole), done_(done), all_(all) {}
    void progress(unsigned percent) override {
        whole_.progress(static_cast<unsigned>((done_ * 100 + std::min(percent, 100U)) / all_));
    }
    [[nodiscard]] bool stop_requested() const noexcept override { return whole_.stop_requested(); }

  private:
    Operation& whole_;
    std::size_t done_, all_;
};

}  // namespace tintype::backend
