#pragma once
/// \file
/// A class's declaration as CIM-XML (DSP0201, CLASS), which clients ask for before they show its instances.

#include <string>
#include <string_view>

#include "tintype/cim/class_declaration.hpp"

namespace tintype::cim {

/// What DSP0227 15.8 lets a client choose, and the last what CimCmdlets do; none of it is its default.
struct ClassSchemaOptions {
    bool class_origin = false;           ///< CLASSORIGIN says which class introduced an element.
    bool qualifiers = false;             ///< QUALIFIER elements: Key, Read, Write, In, Out, Required, Association, ….
    bool inherited_elements = false;     ///< Also what superclasses introduced, as PROPAGATED.
    bool inheritance_hierarchy = false;  ///< DERIVATION names all superclasses, the nearest first.
};

/// Appends `<CLASS NAME="…" SUPERCLASS="…">` with properties and methods in their order, in no namespace.
void append_class_schema(std::string& out, const ClassDeclaration& declaration, const ClassSchemaOptions& options);

/// The same for one of its superclasses: with what this one and those above it introduced.
/// \param superclass compared without regard to case; one that is none is a std::logic_error.
void append_superclass_schema(std::string& out, const ClassDeclaration& declaration, std::string_view superclass,
                              const ClassSchemaOptions& options);

}  // namespace tintype::cim
