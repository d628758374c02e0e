#include "cim/instance_writer.hpp"

#include "cim/instance_xml.hpp"

namespace tintype::cim {

InstanceWriter::InstanceWriter(const ClassDeclaration& declaration) : declaration_(&declaration) {
    for (const auto style : {UriStyle::wmi, UriStyle::dmtf}) {
        const auto uri = make_resource_uri(style, declaration.cim_namespace, declaration.name);
        auto& begin = begin_[static_cast<std::size_t>(style)];
        begin.append("<p:").append(declaration.name).append(" xmlns:p=\"").append(uri);
        begin.append("\" xsi:type=\"p:").append(declaration.name).append("_Type\">");
        begin_fragment_[static_cast<std::size_t>(style)].append("<w:XmlFragment xmlns:p=\"").append(uri).append("\">");
    }
    end_.append("</p:").append(declaration.name).append(">");
    const auto place = [&] {
        return Tags{static_cast<std::uint32_t>(nils_.size()), static_cast<std::uint32_t>(tags_.size()), 0};
    };
    places_.reserve(declaration.properties.size() + 1);
    for (const auto& property : declaration.properties) {
        auto& tags = places_.emplace_back(place());
        if (!property.array) nils_.append("<p:").append(property.name).append(" xsi:nil=\"true\"/>");
        tags_.append("<p:").append(property.name).append(">");
        tags.close = static_cast<std::uint32_t>(tags_.size());
        tags_.append("</p:").append(property.name).append(">");
    }
    places_.push_back(place());
}

std::string_view InstanceWriter::nils(std::size_t first, std::size_t end) const noexcept {
    return std::string_view(nils_).substr(places_[first].nil, places_[end].nil - places_[first].nil);
}

void InstanceWriter::append_value(std::string& out, std::size_t property, const Value& value, UriStyle style) const {
    const auto& tags = places_[property];
    const std::string_view all(tags_);
    const auto open = all.substr(tags.open, tags.close - tags.open);
    const auto close = all.substr(tags.close, places_[property + 1].open - tags.close);
    const auto append_one = [&](const Scalar& scalar) {
        out.append(open);
        append_content(out, declaration_->properties[property].type, scalar, style);
        out.append(close);
    };
    if (const auto* scalar = std::get_if<Scalar>(&value)) return append_one(*scalar);
    for (const auto& item : std::get<Array>(value)) append_one(item);
}

void InstanceWriter::append(std::string& out, const Instance& instance, UriStyle style) const {
    out.append(begin_[static_cast<std::size_t>(style)]);
    std::size_t nulls_from = 0;
    for (const auto& [property, value] : instance.held()) {
        out.append(nils(nulls_from, property));
        append_value(out, property, value, style);
        nulls_from = property + 1;
    }
    out.append(nils(nulls_from, declaration_->properties.size()));
    out.append(end_);
}

void InstanceWriter::append_fragment(std::string& out, const Instance& instance,
                                     std::span<const std::size_t> properties, UriStyle style) const {
    out.append(begin_fragment_[static_cast<std::size_t>(style)]);
    for (const auto i : properties) {
        const auto& value = instance.values()[i];
        if (std::holds_alternative<std::monostate>(value)) {
            out.append(nils(i, i + 1));
        } else {
            append_value(out, i, value, style);
        }
    }
}

}  // namespace tintype::cim
