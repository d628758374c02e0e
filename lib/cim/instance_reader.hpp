#pragma once
/// \file
/// Values on the wire (DSP0230): from the elements of an instance or of a method's input to values.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "soap/element_cursor.hpp"
#include "soap/envelope.hpp"
#include "tintype/cim/class_declaration.hpp"

namespace tintype::cim {

/// What an element may stand for, a property or a parameter.
struct Declared {
    std::string_view name;
    Type type = Type::string;
    bool array = false;
    std::string_view embedded_class = {};  ///< The string holds an instance as CIM-XML.

    explicit(false) Declared(const PropertyDeclaration& property)
        : name(property.name), type(property.type), array(property.array), embedded_class(property.embedded_class) {}
    explicit(false) Declared(const ParameterDeclaration& parameter)
        : name(parameter.name),
          type(parameter.type),
          array(parameter.array),
          embedded_class(parameter.embedded_class) {}
};

/// All properties of a class, in its order.
[[nodiscard]] std::vector<Declared> declared(std::span<const PropertyDeclaration> properties);
/// A method's parameters that a client gives. Those that only go out are left out; what is left keeps its order.
[[nodiscard]] std::vector<Declared> declared_input(std::span<const ParameterDeclaration> parameters);

/// What is wrong with an element.
struct ValueError {
    enum class Kind {
        unknown_name,     ///< Nothing of that name is declared.
        wrong_namespace,  ///< Its name may be declared, its namespace isn't.
        wrong_type,       ///< Its content is not of the declared type or not in its range.
        duplicate,        ///< It stands twice and is no array.
    } kind = Kind::wrong_type;
    std::string name;     ///< As declared; as the client wrote it if it isn't.
    std::string message;  ///< A sentence.
};

/// One for each declared thing, in that order: nothing if no element stands for it; null if it is xsi:nil.
using GivenValues = std::vector<std::optional<Value>>;

/// Reads the child elements of `parent`, which is canonical XML: text as read_value() says, datetimes in cim:Datetime,
/// cim:Interval, cim:Date with or without cim:Time, cim:CIM_DateTime or as text; references in every form of
/// reference.hpp; an embedded instance as CIM-XML or as elements, which become CIM-XML (cim_xml.hpp). Elements of the
/// same name make an array; one makes an array of one. Names are compared without regard to case. White space between
/// elements doesn't matter, other text is an error of the kind wrong_type.
/// \param prefix canonical prefix that the children must have: `p` below the body's own element.
/// \param other_namespaces Envelope::other_namespaces. \param body_namespace Envelope::body_namespace, for references
/// to
///        the body's own class by key properties.
[[nodiscard]] tl::expected<GivenValues, ValueError> read_values(const soap::Element& parent, std::string_view prefix,
                                                                std::span<const Declared> declared,
                                                                std::span<const std::string_view> other_namespaces,
                                                                std::string_view body_namespace = {});

/// The value of one declared thing from its elements, which the caller has gathered: for a fragment, whose content is
/// values of one property.
[[nodiscard]] tl::expected<Value, ValueError> read_elements(std::span<const soap::Element> elements,
                                                            const Declared& declared,
                                                            std::span<const std::string_view> other_namespaces,
                                                            std::string_view body_namespace = {});

/// The namespace that a canonical prefix stands for in this message; nothing for one that it doesn't have.
[[nodiscard]] std::optional<std::string_view> namespace_of(std::string_view prefix,
                                                           const soap::Envelope& envelope) noexcept;

}  // namespace tintype::cim
