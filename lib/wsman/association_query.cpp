#include "wsman/association_query.hpp"

#include <algorithm>

#include "cim/same_object.hpp"
#include "wsman/filter_fault.hpp"

namespace tintype::wsman {

namespace {

// Two references of an association: the one to the object that is asked about, and the one to what belongs to it.
struct Ends {
    std::size_t near = 0;
    std::size_t far = 0;
};

bool may_stand_in(const cim::PropertyDeclaration& property, std::string_view role) noexcept {
    return property.type == cim::Type::reference && !property.array &&
           (role.empty() || cim::equal_names(property.name, role));
}

const cim::ObjectPath* reference_in(const cim::Instance& instance, std::size_t property) noexcept {
    const auto* scalar = std::get_if<cim::Scalar>(&instance.values()[property]);
    return scalar != nullptr ? std::get_if<cim::ObjectPath>(scalar) : nullptr;
}

// Both references are all of its keys, so that what it says of two objects can be looked up.
bool is_named_by_ends(const cim::ClassDeclaration& declaration) noexcept {
    const auto& properties = declaration.properties;
    const auto references = std::count_if(properties.begin(), properties.end(),
                                          [](const auto& one) { return one.type == cim::Type::reference; });
    return references == 2 && std::all_of(properties.begin(), properties.end(), [](const auto& one) {
               return one.key == (one.type == cim::Type::reference);
           });
}

/// What is at the other ends of an object's associations, or the associations themselves.
class AssociationSource final : public InstanceSource {
  public:
    AssociationSource(const AssociationPlan& plan, const Router& router, cim::ObjectPath object, bool exact_class)
        : query_(plan.query),
          cim_namespace_(plan.cim_namespace),
          associations_(plan.associations),
          router_(&router),
          object_(std::move(object)),
          exact_class_(exact_class) {}

    Result<bool> advance(std::size_t limit, cim::InstancePage& out) override {
        if (!cursor_) {
            auto opened = open_next();
            if (!opened || !*opened) return opened;
        }
        auto page = cursor_->next(limit);
        if (!page) return tl::unexpected(std::move(page.error()));
        for (auto& instance : *page) {
            if (auto taken = take(std::move(instance), out); !taken) return tl::unexpected(std::move(taken.error()));
            ++position_;
        }
        if (page->size() < limit) {
            cursor_.reset();
            ++at_;
        }
        return true;
    }

  private:
    Result<bool> open_next() {
        while (at_ < associations_.size() && ends_of(*associations_[at_]).empty()) ++at_;
        if (at_ == associations_.size()) return false;
        auto cursor = associations_[at_]->references(object_, query_.role);
        if (!cursor) return tl::unexpected(std::move(cursor.error()));
        cursor_ = std::move(*cursor);
        position_ = 0;
        return true;
    }

    // The ways in which the class may lead from the object to a result, in the order of its properties.
    [[nodiscard]] std::vector<Ends> ends_of(const Resource& association) const {
        const auto& properties = association.declaration().properties;
        std::vector<Ends> ends;
        for (std::size_t near = 0; near < properties.size(); ++near) {
            if (!may_stand_in(properties[near], query_.role)) continue;
            for (std::size_t far = 0; far < properties.size(); ++far) {
                if (far != near && may_stand_in(properties[far], query_.result_role)) ends.push_back({near, far});
            }
        }
        return ends;
    }

    Result<void> take(cim::Instance association, cim::InstancePage& out) {
        if (query_.associations) {
            if (is_wanted(association.declaration())) out.add(std::move(association));
            return {};
        }
        const auto ends = ends_of(*associations_[at_]);
        for (std::size_t i = 0; i < ends.size(); ++i) {
            const auto* near = reference_in(association, ends[i].near);
            const auto* far = reference_in(association, ends[i].far);
            if (near == nullptr || far == nullptr || !cim::same_object(*near, object_)) continue;
            auto found = router_->look_up(*far, cim_namespace_);
            if (!found) return tl::unexpected(std::move(found.error()));
            if (!*found || !is_wanted((**found).declaration())) continue;
            const auto again = came_before(**found, ends, i);
            if (!again) return tl::unexpected(again.error());
            if (!*again) out.add(std::move(**found));
        }
        return {};
    }

    [[nodiscard]] bool is_wanted(const cim::ClassDeclaration& declaration) const noexcept {
        if (query_.result_class.empty()) return true;
        return exact_class_ ? cim::equal_names(declaration.name, query_.result_class)
                            : declaration.is_a(query_.result_class);
    }

    // Whether an association before the present one, or an earlier end of it, leads to the same result.
    Result<bool> came_before(const cim::Instance& result, const std::vector<Ends>& ends, std::size_t end) {
        const auto path = result.path();
        for (std::size_t i = 0; i < at_; ++i) {
            auto& association = *associations_[i];
            auto linked = leads_to(association, ends_of(association), path, result.declaration(), std::nullopt);
            if (!linked || *linked) return linked;
        }
        auto& present = *associations_[at_];
        if (is_named_by_ends(present.declaration())) {
            return leads_to(present, {ends.begin(), ends.begin() + static_cast<std::ptrdiff_t>(end)}, path,
                            result.declaration(), std::nullopt);
        }
        return leads_to(present, ends, path, result.declaration(), Before{position_, end});
    }

    // A place among the associations of one class.
    struct Before {
        std::size_t position;
        std::size_t end;
    };

    Result<bool> leads_to(Resource& association, const std::vector<Ends>& ends, const cim::ObjectPath& result,
                          const cim::ClassDeclaration& result_class, std::optional<Before> before) {
        const auto& declaration = association.declaration();
        if (!is_named_by_ends(declaration)) return is_among(association, ends, result, before);
        for (const auto& [near, far] : ends) {
            const auto& far_property = declaration.properties[far];
            if (!far_property.reference_class.empty() && !result_class.is_a(far_property.reference_class)) continue;
            const cim::ObjectPath name{{},
                                       std::string(declaration.cim_namespace),
                                       std::string(declaration.name),
                                       {{std::string(declaration.properties[near].name), cim::to_string(object_), true},
                                        {std::string(far_property.name), cim::to_string(result), true}}};
            auto found = association.get(name);
            if (!found) return tl::unexpected(std::move(found.error()));
            if (*found) return true;
        }
        return false;
    }

    // As above where there is nothing to look up by: all of the object's associations, until the place given.
    Result<bool> is_among(Resource& association, const std::vector<Ends>& ends, const cim::ObjectPath& result,
                          std::optional<Before> before) {
        constexpr std::size_t page_size = 64;
        if (ends.empty()) return false;
        auto cursor = association.references(object_, query_.role);
        if (!cursor) return tl::unexpected(std::move(cursor.error()));
        std::size_t position = 0;
        while (true) {
            const auto page = (*cursor)->next(page_size);
            if (!page) return tl::unexpected(page.error());
            for (const auto& instance : *page) {
                for (std::size_t i = 0; i < ends.size(); ++i) {
                    if (before && position == before->position && i == before->end) return false;
                    const auto* near = reference_in(instance, ends[i].near);
                    const auto* far = reference_in(instance, ends[i].far);
                    if (near != nullptr && far != nullptr && cim::same_object(*near, object_) &&
                        cim::same_object(*far, result)) {
                        return true;
                    }
                }
                ++position;
            }
            if (page->size() < page_size) return false;
        }
    }

    AssociationQuery query_;
    std::string cim_namespace_;
    std::vector<Resource*> associations_;
    const Router* router_;
    cim::ObjectPath object_;  // as its class names it, all keys included
    bool exact_class_;

    std::size_t at_ = 0;        // of associations_
    std::size_t position_ = 0;  // of the cursor's
    std::unique_ptr<InstanceCursor> cursor_;
};

Result<void> check_class(std::string_view class_name, const Router& router) {
    if (class_name.empty() || !router.find_with_subclasses({}, class_name).empty()) return {};
    return refuse_filter("The class " + std::string(class_name) + " is not served here.");
}

}  // namespace

Result<AssociationPlan> plan_association(AssociationQuery query, const Router& router, std::string_view cim_namespace) {
    AssociationPlan plan;
    plan.cim_namespace = cim_namespace.empty() ? query.object.cim_namespace : std::string(cim_namespace);
    if (query.object.cim_namespace.empty()) query.object.cim_namespace = plan.cim_namespace;
    const auto& object = query.object;
    const auto classes = router.find_with_subclasses(object.cim_namespace, object.class_name);
    if (classes.empty()) {
        return refuse_filter("The object's class " + object.class_name + " is not served here" +
                             (object.cim_namespace.empty() ? "." : " in the namespace " + object.cim_namespace + "."));
    }
    if (std::none_of(classes.begin(), classes.end(), [&](const auto* one) { return names_instance(object, *one); })) {
        return refuse_filter("The object's keys are not those of the class " + object.class_name + ".");
    }
    const std::string& through =
        query.associations && query.association_class.empty() ? query.result_class : query.association_class;
    for (const std::string_view name : {std::string_view(through), std::string_view(query.result_class)}) {
        if (auto checked = check_class(name, router); !checked) return tl::unexpected(std::move(checked.error()));
    }
    const auto candidates =
        through.empty() ? router.all(plan.cim_namespace) : router.find_with_subclasses(plan.cim_namespace, through);
    std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(plan.associations),
                 [](const auto* one) { return one->declaration().association; });
    if (!candidates.empty() && !through.empty() && plan.associations.empty()) {
        return refuse_filter("The class " + through + " is no association.");
    }
    plan.query = std::move(query);
    return plan;
}

Result<std::unique_ptr<InstanceSource>> open_association(const AssociationPlan& plan, const Router& router,
                                                         bool exact_class, const Permissions* permissions) {
    auto object = router.look_up(plan.query.object, plan.cim_namespace);
    if (!object) return tl::unexpected(std::move(object.error()));
    if (!*object || (permissions != nullptr && !permissions->allow(Right::read, (**object).declaration().name))) {
        return refuse_filter("There is no object " + cim::to_string(plan.query.object) + ".");
    }
    return std::make_unique<AssociationSource>(plan, router, (**object).path(), exact_class);
}

}  // namespace tintype::wsman
