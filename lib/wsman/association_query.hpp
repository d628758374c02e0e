#pragma once
/// \file
/// Queries over associations: which instances belong to one object, and through what (DSP0227 8.2; WQL's ASSOCIATORS
/// OF and REFERENCES OF).

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tintype/authorization.hpp"
#include "tintype/cim/object_path.hpp"
#include "tintype/wsman/resource.hpp"
#include "tintype/wsman/router.hpp"
#include "wsman/instance_source.hpp"

namespace tintype::wsman {

/// What is asked for. An empty name is none.
struct AssociationQuery {
    cim::ObjectPath object;         ///< Exactly one instance.
    bool associations = false;      ///< The associations themselves are wanted, not what is at their other end.
    std::string association_class;  ///< Only through this class and its subclasses.
    std::string result_class;       ///< Only instances of this class and its subclasses.
    std::string role;               ///< Only where the object stands in this property of the association.
    std::string result_role;        ///< Only what stands in this property of the association.
};

/// The same with its names resolved.
struct AssociationPlan {
    AssociationQuery query;
    std::string cim_namespace;            ///< Where names without a namespace are looked for; empty: anywhere.
    std::vector<Resource*> associations;  ///< Classes to go through.
};

/// Resolves the names; reads no instance.
/// \param cim_namespace that of the request. Associations are looked for there, or where the object is if it is empty;
/// what they lead to may be anywhere.
/// Errors: CannotProcessFilter, naming it, for an object whose class is not served or whose keys are not its class's,
/// for a class name that neither a class here nor any superclass of one has, and for an association class that is none.
/// WMI too refuses an unknown class instead of answering nothing.
[[nodiscard]] Result<AssociationPlan> plan_association(AssociationQuery query, const Router& router,
                                                       std::string_view cim_namespace);

/// Finds the object and begins. The answer streams: no instance comes twice, and memory is constant, because nothing is
/// remembered of what was sent. An instance that several associations lead to comes with the first of them; whether one
/// before this leads there too is looked up, by key where the class's keys are its two references.
/// \param exact_class only instances of result_class itself.
/// \param permissions an object that they don't let read isn't there; null: everything may be read. What the query
///        leads to is the context's to leave out.
/// Errors: CannotProcessFilter if there is no such object (DSP0227 R8.2.1-4).
[[nodiscard]] Result<std::unique_ptr<InstanceSource>> open_association(const AssociationPlan& plan,
                                                                       const Router& router, bool exact_class,
                                                                       const Permissions* permissions);

}  // namespace tintype::wsman
