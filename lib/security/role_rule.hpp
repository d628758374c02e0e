#pragma once
/// \file
/// The rules of roles: `read Msvm_*`, `invoke Msvm_VirtualSystemSnapshotService.CreateSnapshot`.

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "tintype/authorization.hpp"

namespace tintype::security {

/// A name in which each `*` stands for any characters or none. Made once, asked often.
class NamePattern {
  public:
    NamePattern() = default;
    explicit NamePattern(std::string_view pattern);

    [[nodiscard]] bool matches(std::string_view name) const noexcept;

  private:
    enum class Kind { all, exact, prefix, general };

    Kind kind_ = Kind::all;
    std::string text_;  // what is compared: of a prefix without the asterisk
};

class RoleRule {
  public:
    /// Errors: a sentence that quotes what is wrong.
    [[nodiscard]] static tl::expected<RoleRule, std::string> read(std::string_view text);

    [[nodiscard]] bool matches(Right right, std::string_view class_name, std::string_view method) const noexcept {
        return (rights_ & (1U << static_cast<unsigned>(right))) != 0 && class_.matches(class_name) &&
               (right != Right::invoke || method_.matches(method));
    }

  private:
    unsigned rights_ = 0;
    NamePattern class_;
    NamePattern method_;
};

}  // namespace tintype::security
