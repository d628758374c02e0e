#include "wsman/access.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "soap/element_cursor.hpp"
#include "soap/namespaces.hpp"

namespace tintype::wsman {

namespace {

using Denied = std::optional<Denial>;

std::string_view word_of(Right right) noexcept {
    switch (right) {
        case Right::read:
            return "read";
        case Right::put:
            return "put";
        case Right::create:
            return "create";
        case Right::remove:
            return "delete";
        case Right::invoke:
            break;
    }
    return "invoke";
}

// Keeps the classes that all of these rights are there for. Denied if none is left of some.
Denied keep(std::vector<Resource*>& resources, const Permissions& permissions, std::initializer_list<Right> rights) {
    if (resources.empty()) return std::nullopt;
    const auto missing = [&](const Resource* one) {
        return std::find_if(rights.begin(), rights.end(),
                            [&](Right right) { return !permissions.allow(right, one->declaration().name); });
    };
    const auto* const first_missing = missing(resources.front());
    const auto first = resources.front()->declaration().name;
    resources.erase(std::remove_if(resources.begin(), resources.end(),
                                   [&](const Resource* one) { return missing(one) != rights.end(); }),
                    resources.end());
    if (!resources.empty()) return std::nullopt;
    return Denial{*first_missing, std::string(first), {}};
}

Denied check_readable(std::string_view class_name, const Router& router, const Permissions& permissions) {
    if (class_name.empty()) return std::nullopt;
    auto classes = router.find_with_subclasses({}, class_name);
    return keep(classes, permissions, {Right::read});
}

Denied restrict_association(AssociationPlan& plan, const Router& router, const Permissions& permissions) {
    const auto& query = plan.query;
    if (auto denied = check_readable(query.object.class_name, router, permissions)) return denied;
    if (auto denied = check_readable(query.result_class, router, permissions)) return denied;
    auto denied = keep(plan.associations, permissions, {Right::read});
    // Where the client named no class to go through, those that it may not read aren't there for it.
    const bool named = !query.association_class.empty() || (query.associations && !query.result_class.empty());
    return named ? denied : std::nullopt;
}

bool may_see_class(const KnownClass& known, const Router& router, const Permissions& permissions) {
    const auto classes = router.find_with_subclasses(known.declaration->cim_namespace, known.name);
    return std::any_of(classes.begin(), classes.end(),
                       [&](const auto* one) { return may_see(one->declaration(), permissions); });
}

Denied restrict_classes(ClassRequest& request, bool one, const Router& router, const Permissions& permissions) {
    auto& classes = request.classes;
    const std::string name(one ? classes.front().name : std::string_view{});
    classes.erase(std::remove_if(classes.begin(), classes.end(),
                                 [&](const auto& known) { return !may_see_class(known, router, permissions); }),
                  classes.end());
    return one && classes.empty() ? Denied(Denial{Right::read, name, {}}) : std::nullopt;
}

// Names of classes in a message, whether there are such classes or not.
std::vector<std::string> named_classes(const soap::Envelope& envelope) {
    std::vector<std::string> names;
    const auto uri = envelope.headers.resource_uri.text;
    if (names_classes(uri)) {
        names.emplace_back(uri.substr(uri.rfind('/') + 1, uri.find('?') - uri.rfind('/') - 1));
        for (const auto& selector : envelope.headers.selectors) {
            if (cim::equal_names(selector.name, "ClassName")) names.emplace_back(soap::trim(selector.text));
        }
    } else if (const auto parsed = cim::parse_resource_uri(uri)) {
        names.push_back(parsed->class_name);
    }
    const bool enumerates =
        envelope.body_namespace == soap::ns_enumeration && envelope.body_name == "Enumerate" && !names_classes(uri);
    const auto filter = enumerates ? find_filter(envelope) : std::nullopt;
    if (filter && *filter) {
        names.push_back((*filter)->class_name);
        if (const auto& query = (*filter)->association) {
            names.insert(names.end(), {query->object.class_name, query->association_class, query->result_class});
        }
    }
    return names;
}

}  // namespace

std::string to_text(const Denial& denial) {
    std::string text(word_of(denial.right));
    text += ' ';
    text += denial.class_name;
    if (!denial.method.empty()) text += '.' + denial.method;
    return text;
}

Denied restrict_plan(Plan& plan, const Router& router, const Permissions& permissions) {
    plan.permissions = &permissions;
    if (plan.classes) {
        return restrict_classes(*plan.classes, plan.operation == Operation::get_class, router, permissions);
    }
    switch (plan.operation) {
        case Operation::get:
            return keep(plan.resources, permissions, {Right::read});
        case Operation::enumerate:
            if (plan.association) return restrict_association(*plan.association, router, permissions);
            return keep(plan.resources, permissions, {Right::read});
        case Operation::put:
            return keep(plan.resources, permissions, {Right::put, Right::read});
        case Operation::create:
            return keep(plan.resources, permissions, {Right::create});
        case Operation::remove:
            return keep(plan.resources, permissions, {Right::remove});
        case Operation::invoke: {
            const auto class_name = plan.resources.front()->declaration().name;
            if (permissions.allow(Right::invoke, class_name, plan.method_name)) return std::nullopt;
            return Denial{Right::invoke, std::string(class_name), std::string(plan.method_name)};
        }
        case Operation::identify:
        case Operation::get_class:
        case Operation::pull:
        case Operation::release:
        case Operation::renew:
        case Operation::get_status:
            break;
    }
    return std::nullopt;
}

Denied find_hidden(const soap::Envelope& envelope, const Router& router, const Permissions& permissions) {
    const auto action = envelope.headers.action.text;
    const auto method = action.substr(action.rfind('/') + 1);
    for (const auto& name : named_classes(envelope)) {
        if (name.empty() || name == "*") continue;
        constexpr std::array rights{Right::read, Right::put, Right::create, Right::remove, Right::invoke};
        const bool by_name = std::any_of(rights.begin(), rights.end(),
                                         [&](Right right) { return permissions.allow(right, name, method); });
        const auto classes = router.find_with_subclasses({}, name);
        const bool by_class = std::any_of(classes.begin(), classes.end(),
                                          [&](const auto* one) { return may_see(one->declaration(), permissions); });
        if (!by_name && !by_class) return Denial{Right::read, name, {}};
    }
    return std::nullopt;
}

bool may_see(const cim::ClassDeclaration& declaration, const Permissions& permissions) {
    const auto name = declaration.name;
    return permissions.allow(Right::read, name) || permissions.allow(Right::put, name) ||
           permissions.allow(Right::create, name) || permissions.allow(Right::remove, name) ||
           std::any_of(declaration.methods.begin(), declaration.methods.end(),
                       [&](const auto& method) { return permissions.allow(Right::invoke, name, method.name); });
}

}  // namespace tintype::wsman
