#include "wsman/enumeration_context.hpp"

#include <algorithm>

#include "cim/instance_xml.hpp"
#include "cim/wql_system.hpp"
#include "soap/xml_writer.hpp"
#include "wsman/class_request.hpp"

namespace tintype::wsman {

namespace {

// How many instances are asked of a source at once: few enough to stop in time, enough to spread a backend's cost.
constexpr std::size_t largest_fetch = 64;

constexpr std::string_view end_of_fragment = "</w:XmlFragment>";

void append_system_property(std::string& out, const cim::Instance& instance, const cim::PropertyDeclaration& property,
                            std::string_view host) {
    const auto value = cim::system_value(property, instance, host);
    const auto append = [&](const cim::Scalar& scalar) {
        out.append("<p:").append(property.name).push_back('>');
        soap::append_text(out, cim::to_text(scalar));
        out.append("</p:").append(property.name).push_back('>');
    };
    if (const auto* scalar = std::get_if<cim::Scalar>(&value)) append(*scalar);
    if (const auto* array = std::get_if<cim::Array>(&value)) std::for_each(array->begin(), array->end(), append);
}

cim::Instance keys_of(const cim::Instance& instance) {
    const auto& declaration = instance.declaration();
    cim::Instance keys(declaration);
    for (const auto& [property, value] : instance.held()) {
        if (declaration.properties[property].key) keys.set_at(property, value);
    }
    return keys;
}

}  // namespace

// Only the first is given out next, and by the next Pull the permissions may be others.
void EnumerationContext::drop_hidden(const Permissions* permissions) {
    if (permissions == nullptr || view_.form == ItemForm::text) return;
    while (!fetched_.empty()) {
        const auto& declaration = fetched_.front().declaration();
        if (&declaration == permitted_) return;
        if (permissions->allow(Right::read, declaration.name)) {
            permitted_ = &declaration;
            return;
        }
        fetched_.pop_front();
    }
}

Result<EnumerationContext::State> EnumerationContext::look(std::size_t wanted, const Permissions* permissions) {
    drop_hidden(permissions);
    if (!fetched_.empty()) return State::ready;
    if (!more_) return State::end;
    // Where little is wanted of what there is, ever more is looked at.
    fetch_size_ = std::clamp(std::max(fetch_size_, wanted), std::size_t{1}, largest_fetch);
    const auto advanced = source_->advance(fetch_size_, fetched_);
    if (!advanced) return tl::unexpected(advanced.error());
    more_ = *advanced;
    drop_hidden(permissions);
    fetch_size_ = fetched_.empty() ? fetch_size_ * 2 : 1;
    if (!fetched_.empty()) return State::ready;
    return more_ ? State::unknown : State::end;
}

void EnumerationContext::take() {
    fetched_.pop_front();
}

void EnumerationContext::append(std::string& out) const {
    const auto& instance = fetched_.front();
    if (view_.form == ItemForm::text) {
        out += text_of_class(instance);
        return;
    }
    if (view_.form == ItemForm::object_and_reference) out += "<w:Item>";
    if (view_.form != ItemForm::reference) append_object(out, instance);
    if (view_.form != ItemForm::object) cim::append_epr(out, instance.path(), view_.style);
    if (view_.form == ItemForm::object_and_reference) out += "</w:Item>";
}

void EnumerationContext::append_object(std::string& out, const cim::Instance& instance) const {
    if (view_.keys_only) {
        cim::append_instance(out, keys_of(instance), view_.style);
    } else if (!view_.properties.empty()) {
        append_properties(out, instance);
    } else if (!view_.as_class.empty()) {
        cim::append_instance_as(out, instance, view_.as_class, view_.style);
    } else {
        select_of(instance.declaration());
        if (selection_.writer != nullptr) return selection_.writer->append(out, instance, view_.style);
        cim::append_instance(out, instance, view_.style);
    }
}

void EnumerationContext::append_properties(std::string& out, const cim::Instance& instance) const {
    select_of(instance.declaration());
    if (selection_.writer != nullptr) {
        selection_.writer->append_fragment(out, instance, selection_.properties, view_.style);
    } else {
        cim::append_fragment(out, instance, view_.properties, view_.style);
        out.resize(out.size() - end_of_fragment.size());
    }
    // System properties go to the end of a fragment, since the class has no place for them.
    for (const auto* property : selection_.system_properties)
        append_system_property(out, instance, *property, view_.host);
    out += end_of_fragment;
}

void EnumerationContext::select_of(const cim::ClassDeclaration& declaration) const {
    if (selection_.declaration == &declaration) return;
    selection_ = {&declaration, view_.writers == nullptr ? nullptr : view_.writers->find(declaration), {}, {}};
    auto& properties = selection_.properties;
    for (const auto& name : view_.properties) {
        if (const auto property = declaration.find(name)) properties.push_back(*property);
    }
    std::sort(properties.begin(), properties.end());
    properties.erase(std::unique(properties.begin(), properties.end()), properties.end());
    for (const auto& name : view_.properties) {
        if (const auto* property = cim::find_system_property(name)) selection_.system_properties.push_back(property);
    }
}

}  // namespace tintype::wsman
