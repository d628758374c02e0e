#pragma once
/// \file
/// Which prefix means which namespace at this place of a message (Namespaces in XML 1.0).

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "soap/namespaces.hpp"
#include "soap/region.hpp"

namespace tintype::soap {

/// A namespace as a small number, so that comparing names costs nothing. The numbers of `known` hold for all messages,
/// those from `first_other` on for one.
using NamespaceId = std::uint16_t;

namespace known {
inline constexpr NamespaceId none = 0;
// 1 and up: soap::canonical_namespaces, in its order.
inline constexpr NamespaceId soap = 1;
inline constexpr NamespaceId addressing = 2;
inline constexpr NamespaceId wsman = 3;
inline constexpr NamespaceId ms_wsman = 9;
inline constexpr NamespaceId xsi = 12;
inline constexpr NamespaceId xml = 13;
inline constexpr NamespaceId first_other = 14;
}  // namespace known

class NamespaceStack {
  public:
    NamespaceStack();

    /// Forgets everything. \param names receives the URIs of this message.
    void reset(Region* names);

    /// Binds `prefix` (empty: the default) until the stack is cut back. Gives nothing, or what is wrong.
    /// \param prefix must live until the next reset(); `uri` is copied where it has to be.
    [[nodiscard]] const char* declare(std::string_view prefix, std::string_view uri);

    [[nodiscard]] std::size_t size() const noexcept { return bindings_.size(); }
    void cut_to(std::size_t size) noexcept {
        while (bindings_.size() > size) {
            const Binding& last = bindings_.back();
            if (is_short(last.prefix)) latest_[letter_of(last.prefix)] = last.before;
            bindings_.pop_back();
        }
    }

    /// What `prefix` is bound to; `unbound` if nothing. The empty prefix is bound to `known::none` from the start.
    [[nodiscard]] NamespaceId resolve(std::string_view prefix) const noexcept;
    static constexpr NamespaceId unbound = 0xFFFF;

    [[nodiscard]] std::string_view uri(NamespaceId id) const noexcept { return uris_[id]; }
    /// One more than the greatest number in use.
    [[nodiscard]] std::size_t count() const noexcept { return uris_.size(); }

  private:
    struct Binding {
        std::string_view prefix;
        NamespaceId id = known::none;
        std::uint32_t before = 0;  ///< What latest_ held.
    };
    static bool is_short(std::string_view prefix) noexcept { return prefix.size() <= 1; }
    static std::size_t letter_of(std::string_view prefix) noexcept {
        return prefix.empty() ? 0 : static_cast<unsigned char>(prefix.front());
    }
    void bind(std::string_view prefix, NamespaceId id);
    NamespaceId intern(std::string_view uri);

    std::vector<Binding> bindings_;
    /// Of prefixes that are one byte, as most are, or none: one more than the latest one's place in bindings_; 0: none.
    std::array<std::uint32_t, 256> latest_{};
    std::vector<std::string_view> uris_;  ///< By number.
    Region* names_ = nullptr;
};

}  // namespace tintype::soap
