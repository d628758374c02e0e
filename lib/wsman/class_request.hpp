#pragma once
/// \file
/// Classes instead of instances: Get and Enumerate of their declarations as CIM-XML (DSP0227 15, MS-WSMV 3.1.4.1.38),
/// which CimCmdlets ask for before they show an instance.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cim/class_schema.hpp"
#include "soap/envelope.hpp"
#include "tintype/wsman/router.hpp"
#include "wsman/instance_source.hpp"

namespace tintype::wsman {

/// A class that is served, or one that is known because a served class derives from it.
struct KnownClass {
    const cim::ClassDeclaration* declaration = nullptr;  ///< The served class.
    std::string_view name;                               ///< Of it or of one of its superclasses.
};

/// What a request for classes asks for.
struct ClassRequest {
    std::vector<KnownClass> classes;  ///< Get: one.
    cim::ClassSchemaOptions options;
    bool paths = false;  ///< Enumerate: their names as endpoint references, not what they declare.
};

/// Whether a resource URI is one of classes: `http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/…`, or the same with
/// `ws-cim/1`, which only read_class_request() tells apart.
[[nodiscard]] bool names_classes(std::string_view resource_uri) noexcept;

/// The options that such a request may have.
[[nodiscard]] std::span<const OptionDeclaration> class_options() noexcept;

/// The class that a Get names, by the selector ClassName or at the end of the URI. Errors:
/// UnsupportedFeature/FormatMismatch for classes in WS-CIM format, DestinationUnreachable for one that nobody knows,
/// InvalidSelectors in its forms.
[[nodiscard]] Result<ClassRequest> read_class_request(const soap::Envelope& envelope, const Router& router);

/// All classes that derive from the one named, or all classes if none is. Further errors: FilteringNotSupported,
/// InvalidOptions/NotSupported for classes with their paths, which Windows has not either.
[[nodiscard]] Result<ClassRequest> read_class_enumeration(const soap::Envelope& envelope, const Router& router);

/// Appends what the request wants of one of its classes.
void append_class(std::string& out, const ClassRequest& request, const KnownClass& known);

/// The classes of a request, one after the other, as instances that hold no more than the text of them:
/// enumerations have instances.
[[nodiscard]] std::unique_ptr<InstanceSource> make_class_list(ClassRequest request);
/// That text.
[[nodiscard]] std::string_view text_of_class(const cim::Instance& instance);

}  // namespace tintype::wsman
