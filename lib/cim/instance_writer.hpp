#pragma once
/// \file
/// Writes the instances of one class, whose tags it made once.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tintype/cim/instance.hpp"
#include "tintype/cim/resource_uri.hpp"

namespace tintype::cim {

/// Most properties of most instances are null: a run of them is one piece of text that is copied.
/// Thread safety: any thread. The declaration must outlive it.
class InstanceWriter {
  public:
    explicit InstanceWriter(const ClassDeclaration& declaration);

    /// As cim::append_instance(). \param instance of this class.
    void append(std::string& out, const Instance& instance, UriStyle style) const;

    /// As cim::append_fragment() up to its end tag, of properties by their places, in ascending order.
    void append_fragment(std::string& out, const Instance& instance, std::span<const std::size_t> properties,
                         UriStyle style) const;

  private:
    struct Tags {
        std::uint32_t nil = 0;    ///< Where its element without a value begins in nils_; it ends where the next begins.
        std::uint32_t open = 0;   ///< Where its start tag begins in tags_, and ends where `close` begins.
        std::uint32_t close = 0;  ///< Its end tag, which ends where the next's start tag begins.
    };

    void append_value(std::string& out, std::size_t property, const Value& value, UriStyle style) const;
    [[nodiscard]] std::string_view nils(std::size_t first, std::size_t end) const noexcept;

    const ClassDeclaration* declaration_;
    std::string begin_[2];  ///< The instance's start tag, by UriStyle.
    std::string end_;
    std::string begin_fragment_[2];
    std::string nils_;
    std::string tags_;
    std::vector<Tags> places_;  ///< One a property, and one behind them.
};

}  // namespace tintype::cim
