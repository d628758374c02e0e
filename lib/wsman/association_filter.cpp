#include "wsman/association_filter.hpp"

#include "cim/reference.hpp"
#include "wsman/filter_fault.hpp"

namespace tintype::wsman {

namespace {

constexpr std::string_view associated = "AssociatedInstances";
constexpr std::string_view associations = "AssociationInstances";

class Reader {
  public:
    explicit Reader(const std::vector<std::string_view>& other_namespaces) : other_namespaces_(&other_namespaces) {}

    Result<AssociationFilter> read(const soap::Element& query) {
        read_.query.associations = query.name() == associations;
        for (auto child = query.first_child(); child; child = child->next()) {
            if (auto taken = take(*child); !taken) return tl::unexpected(std::move(taken.error()));
        }
        if (read_.query.object.class_name.empty()) return refuse_filter("The association filter has no b:Object.");
        return std::move(read_);
    }

  private:
    Result<void> take(const soap::Element& element) {
        if (element.is("b", "Object")) return take_object(element);
        const auto text = element.text();
        const auto value = soap::trim(text);
        const auto name = std::string(element.name());
        auto* into = place_of(element);
        if (into == nullptr && !element.is("b", "IncludeResultProperty") && !is_for_the_other(element)) {
            return refuse_filter("An association filter has no element " + name + ".");
        }
        if (element.has_children()) return refuse_filter("The association filter's " + name + " is no text.");
        if (value.empty()) return {};
        if (!cim::is_name(value)) return refuse_filter("The association filter's " + name + " is no name.");
        if (is_for_the_other(element)) return refuse_filter("A filter for associations themselves has no ResultRole.");
        if (into == nullptr) {
            read_.properties.emplace_back(value);
        } else if (!into->empty()) {
            return refuse_filter("The association filter has " + name + " twice.");
        } else {
            *into = value;
        }
        return {};
    }

    [[nodiscard]] bool is_for_the_other(const soap::Element& element) const {
        return read_.query.associations && element.is("b", "ResultRole");
    }

    std::string* place_of(const soap::Element& element) {
        auto& query = read_.query;
        if (element.is("b", "AssociationClassName")) return &query.association_class;
        if (element.is("b", "ResultClassName")) return &query.result_class;
        if (element.is("b", "Role")) return &query.role;
        if (element.is("b", "ResultRole") && !query.associations) return &query.result_role;
        return nullptr;
    }

    Result<void> take_object(const soap::Element& element) {
        auto& object = read_.query.object;
        if (!object.class_name.empty()) return refuse_filter("The association filter has b:Object twice.");
        auto path = cim::read_reference(element.inner(), *other_namespaces_);
        if (!path) return refuse_filter("The association filter's b:Object is no reference: " + path.error());
        object = std::move(*path);
        return {};
    }

    const std::vector<std::string_view>* other_namespaces_;
    AssociationFilter read_;
};

}  // namespace

bool is_association_filter(const soap::Element& filter) {
    const auto child = filter.first_child();
    return child && (child->is("b", associated) || child->is("b", associations));
}

Result<AssociationFilter> read_association_filter(const soap::Element& filter,
                                                  const std::vector<std::string_view>& other_namespaces) {
    if (!is_association_filter(filter)) {
        return refuse_filter("An association filter holds b:AssociatedInstances or b:AssociationInstances.");
    }
    const auto query = filter.first_child();
    if (query->next()) return refuse_filter("An association filter holds one query, not several.");
    return Reader(other_namespaces).read(*query);
}

}  // namespace tintype::wsman
