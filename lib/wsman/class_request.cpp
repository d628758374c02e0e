#include "wsman/class_request.hpp"

#include <algorithm>
#include <array>

#include "cim/percent.hpp"
#include "cim/value_reader.hpp"
#include "soap/element_cursor.hpp"
#include "soap/xml_writer.hpp"

namespace tintype::wsman {

namespace {

constexpr std::string_view cim_xml_prefix = "http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/";
constexpr std::string_view ws_cim_prefix = "http://schemas.dmtf.org/wbem/ws-cim/1/cim-schema/2/";

constexpr std::string_view class_origin = "IncludeClassOrigin";
constexpr std::string_view qualifiers = "IncludeQualifiers";
constexpr std::string_view inherited_elements = "IncludeInheritedElements";
constexpr std::string_view hierarchy = "IncludeInheritanceHierarchy";
constexpr std::string_view subclasses = "IncludeSubClasses";
constexpr std::string_view path = "IncludePath";
constexpr std::string_view no_specification = "ExcludeClassSpecification";

constexpr std::array options{
    OptionDeclaration{class_origin, cim::Type::boolean},       OptionDeclaration{qualifiers, cim::Type::boolean},
    OptionDeclaration{inherited_elements, cim::Type::boolean}, OptionDeclaration{hierarchy, cim::Type::boolean},
    OptionDeclaration{subclasses, cim::Type::boolean},         OptionDeclaration{path, cim::Type::boolean},
    OptionDeclaration{no_specification, cim::Type::boolean}};

bool begins_with(std::string_view text, std::string_view prefix) noexcept {
    return text.size() >= prefix.size() && cim::equal_names(text.substr(0, prefix.size()), prefix);
}

/// What a request names: a class, or none where there is none to name; a namespace, or any.
struct Target {
    std::string class_name;
    std::string cim_namespace;
    bool in_uri = false;  ///< The class's name stands in the resource URI.
};

Result<void> take(std::string& into, std::string_view text, std::string_view what) {
    if (into.empty() || cim::equal_names(into, text)) {
        into = text;
        return {};
    }
    return fail(faults::invalid_selectors_invalid_value,
                "The resource URI and the selector " + std::string(what) + " disagree.");
}

Result<Target> read_target(const soap::Headers& headers) {
    const auto uri = headers.resource_uri.text;
    if (begins_with(uri, ws_cim_prefix)) {
        return fail(faults::unsupported_feature_format_mismatch,
                    "Classes are described in CIM-XML only: ask for " + std::string(cim_xml_prefix) + "*.");
    }
    Target target;
    const auto mark = std::min(uri.find('?'), uri.size());
    const auto name = uri.substr(cim_xml_prefix.size(), mark - cim_xml_prefix.size());
    target.in_uri = name != "*";
    if (target.in_uri) target.class_name = name;
    constexpr std::string_view query = "?__cimnamespace=";
    if (mark < uri.size()) {
        if (!begins_with(uri.substr(mark), query)) return fail(faults::destination_unreachable_invalid_resource_uri);
        target.cim_namespace = cim::normal_namespace(cim::percent_decode(uri.substr(mark + query.size())));
    }
    for (const auto& selector : headers.selectors) {
        const auto text = soap::trim(selector.text);
        Result<void> taken;
        if (cim::equal_names(selector.name, "__cimnamespace")) {
            taken = take(target.cim_namespace, cim::normal_namespace(text), selector.name);
        } else if (cim::equal_names(selector.name, "ClassName")) {
            if (!text.empty()) taken = take(target.class_name, text, selector.name);
        } else {
            taken = fail(faults::invalid_selectors_unexpected_selectors,
                         "A class is named by the selectors ClassName and __cimnamespace, not by " +
                             std::string(selector.name) + ".");
        }
        if (!taken) return tl::unexpected(std::move(taken.error()));
    }
    return target;
}

tl::unexpected<Fault> unknown(const Target& target) {
    const auto where = target.cim_namespace.empty() ? std::string("here") : "in the namespace " + target.cim_namespace;
    return fail(target.in_uri ? faults::destination_unreachable_invalid_resource_uri : faults::destination_unreachable,
                "The class " + target.class_name + " is not known " + where + ".");
}

// An option whose text is no boolean is refused later, with the other options.
std::optional<bool> option(const soap::Headers& headers, std::string_view name) {
    for (const auto& one : headers.options) {
        if (!cim::equal_names(one.name, name)) continue;
        const auto value = cim::read_value(cim::Type::boolean, one.value);
        if (!value) return std::nullopt;
        const auto* chosen = std::get_if<bool>(&*value);
        return chosen != nullptr ? std::optional(*chosen) : std::nullopt;
    }
    return std::nullopt;
}

ClassRequest request_of(const soap::Headers& headers) {
    ClassRequest request;
    request.options.class_origin = option(headers, class_origin).value_or(false);
    request.options.qualifiers = option(headers, qualifiers).value_or(false);
    request.options.inherited_elements = option(headers, inherited_elements).value_or(false);
    request.options.inheritance_hierarchy = option(headers, hierarchy).value_or(false);
    return request;
}

/// The superclasses of a class, the nearest first.
std::span<const std::string_view> superclasses_of(const KnownClass& known) {
    const auto above = known.declaration->superclasses;
    if (cim::equal_names(known.name, known.declaration->name)) return above;
    const auto at =
        std::find_if(above.begin(), above.end(), [&](auto one) { return cim::equal_names(one, known.name); });
    return at == above.end() ? above.last(0) : above.subspan(static_cast<std::size_t>(at - above.begin()) + 1);
}

// Superclasses before the classes that derive from them, each once in its namespace. Few enough to be looked through.
std::vector<KnownClass> known_classes(const Router& router, std::string_view cim_namespace) {
    std::vector<KnownClass> classes;
    const auto add = [&](const cim::ClassDeclaration& declaration, std::string_view name) {
        const bool there = std::any_of(classes.begin(), classes.end(), [&](const auto& one) {
            return cim::equal_names(one.name, name) &&
                   cim::equal_names(one.declaration->cim_namespace, declaration.cim_namespace);
        });
        if (!there) classes.push_back({&declaration, name});
    };
    for (const auto* resource : router.all(cim_namespace)) {
        const auto& declaration = resource->declaration();
        const auto above = declaration.superclasses;
        // One that is itself served declares itself best.
        std::for_each(above.rbegin(), above.rend(), [&](std::string_view name) {
            const auto* served = router.find(declaration.cim_namespace, name);
            served != nullptr ? add(served->declaration(), served->declaration().name) : add(declaration, name);
        });
        add(declaration, declaration.name);
    }
    return classes;
}

// Whether a class derives from another: somehow, or directly. No name stands for no class, from which all derive, and
// the roots directly.
bool derives_from(const KnownClass& known, std::string_view name, bool somehow) {
    const auto above = superclasses_of(known);
    if (name.empty()) return somehow || above.empty();
    const auto near = somehow ? above : above.first(std::min(above.size(), std::size_t{1}));
    return std::any_of(near.begin(), near.end(), [&](auto one) { return cim::equal_names(one, name); });
}

constexpr std::array list_properties{cim::PropertyDeclaration{.name = "Text"}};
constexpr cim::ClassDeclaration list_class{
    .name = "Class", .cim_namespace = {}, .superclasses = {}, .properties = list_properties, .methods = {}};

class ClassList final : public InstanceSource {
  public:
    explicit ClassList(ClassRequest request) : request_(std::move(request)) {}

    Result<bool> advance(std::size_t limit, cim::InstancePage& out) override {
        const auto end = std::min(request_.classes.size(), next_ + limit);
        for (; next_ < end; ++next_) {
            std::string text;
            append_class(text, request_, request_.classes[next_]);
            out.add(list_class).set("Text", std::move(text));
        }
        return next_ < request_.classes.size();
    }

  private:
    ClassRequest request_;
    std::size_t next_ = 0;
};

}  // namespace

bool names_classes(std::string_view resource_uri) noexcept {
    return begins_with(resource_uri, cim_xml_prefix) || begins_with(resource_uri, ws_cim_prefix);
}

std::span<const OptionDeclaration> class_options() noexcept {
    return options;
}

Result<ClassRequest> read_class_request(const soap::Envelope& envelope, const Router& router) {
    const auto target = read_target(envelope.headers);
    if (!target) return tl::unexpected(target.error());
    if (target->class_name.empty()) {
        return fail(faults::invalid_selectors_insufficient_selectors, "The selector ClassName is missing.");
    }
    auto request = request_of(envelope.headers);
    for (const auto& known : known_classes(router, target->cim_namespace)) {
        if (cim::equal_names(known.name, target->class_name)) {
            request.classes.push_back(known);
            return request;
        }
    }
    return unknown(*target);
}

Result<ClassRequest> read_class_enumeration(const soap::Envelope& envelope, const Router& router) {
    const auto target = read_target(envelope.headers);
    if (!target) return tl::unexpected(target.error());
    auto request = request_of(envelope.headers);
    request.paths = option(envelope.headers, path).value_or(false);
    if (request.paths && !option(envelope.headers, no_specification).value_or(false)) {
        return fail(faults::invalid_options_not_supported,
                    "Classes come with their declarations or with their paths (IncludePath and "
                    "ExcludeClassSpecification), not with both.");
    }
    const bool deep = option(envelope.headers, subclasses).value_or(true);
    bool found = target->class_name.empty();
    for (const auto& known : known_classes(router, target->cim_namespace)) {
        found = found || cim::equal_names(known.name, target->class_name);
        if (derives_from(known, target->class_name, deep)) request.classes.push_back(known);
    }
    if (!found) return unknown(*target);
    return request;
}

void append_class(std::string& out, const ClassRequest& request, const KnownClass& known) {
    if (!request.paths) {
        cim::append_superclass_schema(out, *known.declaration, known.name, request.options);
        return;
    }
    out +=
        "<a:EndpointReference><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>"
        "<a:ReferenceParameters><w:ResourceURI>";
    out.append(cim_xml_prefix).append("*</w:ResourceURI><w:SelectorSet><w:Selector Name=\"__cimnamespace\">");
    soap::append_text(out, known.declaration->cim_namespace);
    out += "</w:Selector><w:Selector Name=\"ClassName\">";
    soap::append_text(out, known.name);
    out += "</w:Selector></w:SelectorSet></a:ReferenceParameters></a:EndpointReference>";
}

std::unique_ptr<InstanceSource> make_class_list(ClassRequest request) {
    return std::make_unique<ClassList>(std::move(request));
}

std::string_view text_of_class(const cim::Instance& instance) {
    return std::get<std::string>(std::get<cim::Scalar>(instance.values().front()));
}

}  // namespace tintype::wsman
