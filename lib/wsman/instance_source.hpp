#pragma once
/// \file
/// What an enumeration draws its instances from, a few at a time.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cim/wql.hpp"
#include "tintype/wsman/resource.hpp"

namespace tintype::wsman {

/// Used by one thread at a time.
class InstanceSource {
  public:
    InstanceSource() = default;
    InstanceSource(const InstanceSource&) = delete;
    InstanceSource& operator=(const InstanceSource&) = delete;
    virtual ~InstanceSource() = default;

    /// Looks at no more than `limit` further instances and appends those that are wanted, which may be none: so whoever
    /// calls can stop in time however few there are. \returns false once there are no more.
    virtual Result<bool> advance(std::size_t limit, cim::InstancePage& out) = 0;
};

/// The instances of some classes, one class after the other, that meet a condition. A condition that fixes the keys is
/// looked up, and one that fixes a reference of an association too; everything else is asked of the class's cursor.
/// \param host the value of `__SERVER`.
/// \param wanted the properties that are looked at, beside keys and those of the condition; null: all.
[[nodiscard]] std::unique_ptr<InstanceSource> make_class_source(
    std::vector<Resource*> resources, cim::WqlCondition condition, std::string host,
    std::optional<std::vector<std::string>> wanted = std::nullopt);

}  // namespace tintype::wsman
