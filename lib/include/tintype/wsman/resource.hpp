#pragma once
/// \file
/// What the protocol needs from a class that is served: one instance, all instances, methods.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tintype/cim/instance.hpp"
#include "tintype/cim/instance_page.hpp"
#include "tintype/cim/resource_uri.hpp"
#include "tintype/principal.hpp"
#include "tintype/wsman/fault.hpp"

namespace tintype::soap {
class Envelope;
}

namespace tintype::wsman {

/// An option that a class knows in requests about it (DSP0226 6.4): what a client may set beside the message itself.
struct OptionDeclaration {
    std::string_view name;               ///< Compared without regard to case.
    cim::Type type = cim::Type::string;  ///< The library checks that a value is of it.
};

/// An option as a client set it.
struct Option {
    std::string_view name;   ///< As the client wrote it.
    std::string_view value;  ///< Text of the declared type; may be empty.
    bool nil = false;        ///< It is there without a value (xsi:nil).
};

/// One request as handlers see it: header rules are checked, names are resolved.
struct Call {
    /// The option of that name, compared without regard to case, or nothing. Options that the class doesn't declare can
    /// be read too; their values are unchecked. Views live as long as the request.
    [[nodiscard]] std::optional<Option> option(std::string_view name) const noexcept;

    const soap::Envelope* envelope = nullptr;  ///< For make_method() and method_body.hpp, not for embedders.
    cim::ResourceUri uri;
    cim::ObjectPath selectors;  ///< Class and namespace as resolved, keys as sent, `__cimnamespace` left out.
    Principal principal;
    std::chrono::steady_clock::time_point deadline{};  ///< OperationTimeout from the moment of arrival.
    std::size_t max_envelope_size = 0;                 ///< Bytes that the answer may have.
    std::string* summary = nullptr;                    ///< Handlers append what came of it, for the log.
};

/// Hands out instances a page at a time, never all at once.
/// Thread safety: used by one thread at a time, but each page may be asked for by another one: an I/O thread if its
/// class's may_block() is false, otherwise a worker.
/// Ownership: the library owns it. It outlives the request that began the enumeration, and lives until a client has
/// pulled all, releases it or leaves it idle too long; the resource that it came from is there for all that time.
class InstanceCursor {
  public:
    InstanceCursor() = default;
    InstanceCursor(const InstanceCursor&) = delete;
    InstanceCursor& operator=(const InstanceCursor&) = delete;
    virtual ~InstanceCursor() = default;

    /// The next instances, at most `limit`, 1 or more; fewer mean that there are no more. Then it isn't asked again;
    /// after an error it may be, by the client's next Pull.
    virtual Result<std::vector<cim::Instance>> next(std::size_t limit) = 0;

    /// The same, added to a page; what the library asks. As it comes it asks next(). A class with many instances should
    /// make them in the page (InstancePage::add()), which saves their memory and, where a query wants only some of
    /// their properties, all that is set of the others (Instance::wants()). \returns false once there are no more.
    virtual Result<bool> fill(cim::InstancePage& page, std::size_t limit);
};

/// A method: reads its parameters from the body and appends its `p:NAME_OUTPUT` to `out`.
/// \param body canonical XML: the `p:NAME_INPUT` element in well-formed UTF-8 without namespace declarations, `p` being
///        the class's namespace and `s a w x n e b cim xsi` those of the specifications.
/// \param out the answer so far; what is appended may use the same prefixes, which are bound on the envelope.
using Method = std::function<Result<void>(const Call& call, std::string_view body, std::string& out)>;

/// A property that a client gives a value: its place in the class's declaration, and the value.
struct PropertyValue {
    std::size_t property = 0;
    cim::Value value;
};

/// One class. Thread safety: every function from any thread.
/// What a class doesn't do need not be there: Put, Create and Delete are then answered with ActionNotSupported.
class Resource {
  public:
    Resource() = default;
    Resource(const Resource&) = delete;
    Resource& operator=(const Resource&) = delete;
    virtual ~Resource() = default;

    /// The class: the same object each time, which lives at least as long as the resource and every instance made of
    /// it, a constant for one.
    [[nodiscard]] virtual const cim::ClassDeclaration& declaration() const noexcept = 0;

    /// Keys that a client has to give; the others may be left out, because they are the same for every instance.
    [[nodiscard]] virtual std::span<const std::string_view> required_keys() const noexcept = 0;

    /// True when an answer may have to wait for a disk, a network or another process.
    [[nodiscard]] virtual bool may_block() const noexcept = 0;

    /// The instance that the keys name, or nothing.
    virtual Result<std::optional<cim::Instance>> get(const cim::ObjectPath& keys) = 0;

    /// The same, added to a page, as a cursor's fill(); what the library asks for a Get. As it comes it asks get().
    /// \returns whether there is one.
    virtual Result<bool> find(const cim::ObjectPath& keys, cim::InstancePage& page);

    /// A cursor over all instances, before the first; never null. It may refer to this resource, which outlives it.
    /// What comes, goes or changes while it is used may be seen or not. Errors: the fault that the client gets.
    virtual Result<std::unique_ptr<InstanceCursor>> enumerate() = 0;

    /// Options that this class knows; none as it comes. An option that isn't among them is ignored, or InvalidOptions
    /// if the client says that it must be complied with.
    [[nodiscard]] virtual std::span<const OptionDeclaration> options() const noexcept;

    /// How many instances there are, if that is known without counting them (wsman:TotalItemsCountEstimate, DSP0226
    /// 8.2.2). As it comes: 1 for a singleton, otherwise nothing.
    [[nodiscard]] virtual std::optional<std::uint64_t> instance_count() const;

    /// The handler of a method, name compared without regard to case; null if there is none.
    [[nodiscard]] virtual const Method* method(std::string_view name) const noexcept;

    /// True if put() does something.
    [[nodiscard]] virtual bool has_put() const noexcept;
    /// Gives the instance that the keys name new values (DSP0226 7.4, 7.7). The library has checked their types and
    /// that the properties are writable; values that are as they were are left out, and there is at least one.
    /// Two Puts may meet: each is told only what its client changed, so that of two that change different properties
    /// nothing is lost as long as the resource applies each in one piece. Of two that change the same one the later
    /// stands; a resource that wants otherwise answers Concurrency.
    /// \returns the instance as it is now. Errors: DestinationUnreachable if there is none; whatever stands against it.
    virtual Result<cim::Instance> put(const Call& call, const cim::ObjectPath& keys,
                                      const std::vector<PropertyValue>& changes);

    /// True if create() does something.
    [[nodiscard]] virtual bool has_create() const noexcept;
    /// Makes an instance (DSP0226 7.6). \returns its name. Errors: AlreadyExists, InvalidRepresentation, what stands
    /// against it.
    virtual Result<cim::ObjectPath> create(const Call& call, const std::vector<PropertyValue>& values);

    /// True if remove() does something.
    [[nodiscard]] virtual bool has_delete() const noexcept;
    /// Deletes the instance that the keys name (DSP0226 7.5). Errors: as for put().
    virtual Result<void> remove(const Call& call, const cim::ObjectPath& keys);

    /// For an association: its instances that refer to `object`, through the property `role` or, if that is empty,
    /// through any. As it comes all instances are asked; a class that can look them up should.
    /// \param object with its class and keys; names and GUIDs in whatever case the client wrote them.
    virtual Result<std::unique_ptr<InstanceCursor>> references(const cim::ObjectPath& object, std::string_view role);
};

}  // namespace tintype::wsman
