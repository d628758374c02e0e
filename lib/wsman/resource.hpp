#pragma once
/// \file
/// What the protocol needs from a class that is served: one instance, all instances, methods.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cim/instance.hpp"
#include "cim/resource_uri.hpp"
#include "soap/envelope.hpp"
#include "tintype/principal.hpp"
#include "wsman/fault.hpp"

namespace tintype::wsman {

/// One request as handlers see it: header rules are checked, names are resolved.
struct Call {
    const soap::Envelope* envelope = nullptr;
    cim::ResourceUri uri;
    cim::ObjectPath selectors;  ///< Class and namespace as resolved, keys as sent, `__cimnamespace` left out.
    Principal principal;
    std::chrono::steady_clock::time_point deadline{};  ///< OperationTimeout from the moment of arrival.
    std::size_t max_envelope_size = 0;                 ///< Bytes that the answer may have.
    std::string* summary = nullptr;                    ///< Handlers append what came of it, for the log.
};

/// Hands out instances a page at a time, never all at once.
class InstanceCursor {
  public:
    InstanceCursor() = default;
    InstanceCursor(const InstanceCursor&) = delete;
    InstanceCursor& operator=(const InstanceCursor&) = delete;
    virtual ~InstanceCursor() = default;

    /// The next instances, at most `limit`; fewer mean that there are no more.
    virtual Result<std::vector<cim::Instance>> next(std::size_t limit) = 0;
};

/// A method: reads its parameters from the body and appends its `p:NAME_OUTPUT` to `out`.
using Method = std::function<Result<void>(const Call& call, std::string_view body, std::string& out)>;

/// One class. Thread safety: every function from any thread.
class Resource {
  public:
    Resource() = default;
    Resource(const Resource&) = delete;
    Resource& operator=(const Resource&) = delete;
    virtual ~Resource() = default;

    [[nodiscard]] virtual const cim::ClassDeclaration& declaration() const noexcept = 0;

    /// Keys that a client has to give; the others may be left out, because they are the same for every instance.
    [[nodiscard]] virtual std::span<const std::string_view> required_keys() const noexcept = 0;

    /// True when an answer may have to wait for a disk, a network or another process.
    [[nodiscard]] virtual bool may_block() const noexcept = 0;

    /// The instance that the keys name, or nothing.
    virtual Result<std::optional<cim::Instance>> get(const cim::ObjectPath& keys) = 0;

    virtual Result<std::unique_ptr<InstanceCursor>> enumerate() = 0;

    /// The handler of a method, name compared without regard to case; null if there is none.
    [[nodiscard]] virtual const Method* method(std::string_view name) const noexcept = 0;
};

}  // namespace tintype::wsman
