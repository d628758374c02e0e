#pragma once
/// \file
/// Whether a user's permissions let a request be carried out, and what of it (wsman:AccessDenied). The answer says no
/// more than that: what stands against it is for the log.

#include <optional>
#include <string>

#include "tintype/authorization.hpp"
#include "wsman/dispatch.hpp"

namespace tintype::wsman {

/// What a request may not do, as the rule of a role would have it: `invoke Acme_Lamp.Switch`.
struct Denial {
    Right right = Right::read;
    std::string class_name;
    std::string method;
};
[[nodiscard]] std::string to_text(const Denial& denial);

/// Leaves of a plan what its user may do: subclasses, associations and classes' declarations that they may not read
/// fall out of it, as if they weren't there. \returns what is missing if nothing is left.
/// What a context holds is not looked at: a Pull does that with each instance (Plan::permissions).
[[nodiscard]] std::optional<Denial> restrict_plan(Plan& plan, const Router& router, const Permissions& permissions);

/// For a message that came to no plan: whether it names a class of which the user may do nothing. What is wrong with
/// the message would tell them of the class, and even that there is such a class: so the answer has to be the same
/// whether there is.
[[nodiscard]] std::optional<Denial> find_hidden(const soap::Envelope& envelope, const Router& router,
                                                const Permissions& permissions);

/// Whether anything may be done with the class: then its declaration may be seen.
[[nodiscard]] bool may_see(const cim::ClassDeclaration& declaration, const Permissions& permissions);

}  // namespace tintype::wsman
