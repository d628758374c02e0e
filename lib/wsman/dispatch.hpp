#pragma once
/// \file
/// From an envelope to what is to be done: operation, class, handler (DSP0226 clauses 7 to 9, DSP0227 clause 5).

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "cim/fragment.hpp"
#include "tintype/authorization.hpp"
#include "tintype/limits.hpp"
#include "tintype/wsman/resource.hpp"
#include "tintype/wsman/router.hpp"
#include "wsman/class_request.hpp"
#include "wsman/enumeration_request.hpp"
#include "wsman/filter.hpp"
#include "wsman/instance_writers.hpp"
#include "wsman/message_rules.hpp"

namespace tintype::wsman {

enum class Operation {
    identify,
    get,
    put,
    create,
    remove,
    enumerate,
    pull,
    release,
    renew,
    get_status,
    invoke,
    get_class
};

/// What of a plan is as in a new one before the thread's next request.
struct PlanFacts {
    Operation operation = Operation::identify;
    Control control;
    std::span<const OptionDeclaration> options;           ///< Those that class and operation know.
    std::optional<cim::Fragment> fragment;                ///< get, put: only this of it.
    std::optional<Filter> filter;                         ///< enumerate.
    std::optional<Result<EnumerationRequest>> enumerate;  ///< enumerate: the rest of its body, or what is wrong there.
    std::optional<AssociationPlan> association;           ///< enumerate, if the filter is an association query.
    std::optional<ClassRequest> classes;  ///< get_class, and enumerate where classes are wanted instead of instances.
    const InstanceWriters* writers = nullptr;  ///< The endpoint's to set.
    const Router* router = nullptr;            ///< With `association`: where what it leads to is looked up.
    const Method* method = nullptr;            ///< invoke.
    std::string_view method_name;              ///< As declared.
    bool may_block = false;                    ///< Carrying it out may wait.
    /// Of who asks, as long as it is carried out; null: everything may be done.
    const Permissions* permissions = nullptr;
};

/// What of a plan has memory that the next request uses again (renewal.hpp).
struct PlanStorage {
    Call call;  ///< `envelope`, `deadline`, `summary` and the principal are the endpoint's to set.
    /// get, put, remove: those that may have the instance; create: the class; enumerate: the class and its subclasses.
    std::vector<Resource*> resources;
};

/// A request that passed every check which needs no handler. Has no members of its own, for clear() to know them all.
struct Plan : PlanFacts, PlanStorage {
    /// Makes it as a new one is; what its texts take stays allocated.
    void clear();
};

/// True for wsmid:Identify, to which no header rule applies (DSP0226 clause 11).
[[nodiscard]] bool is_identify(const soap::Envelope& envelope) noexcept;

/// \param envelope must outlive the plan. \param plan a new or cleared one, becomes it; after an error it is anything.
[[nodiscard]] Result<void> make_plan(const soap::Envelope& envelope, const Router& router, const Limits& limits,
                                     Plan& plan);

}  // namespace tintype::wsman
