#include "cim/class_schema.hpp"

#include <algorithm>
#include <stdexcept>

#include "cim/type_name.hpp"
#include "soap/xml_writer.hpp"

namespace tintype::cim {
namespace {

/// Where a qualifier goes on, as CIM's own schema declares it.
enum class Flavor { overridable, fixed };

/// `PROPERTY`, `PROPERTY.ARRAY`, `PROPERTY.REFERENCE` or `PROPERTY.REFARRAY`. \param kind the first word of it.
std::string element_of(std::string_view kind, Type type, bool array) {
    std::string element(kind);
    if (type == Type::reference) return element += array ? ".REFARRAY" : ".REFERENCE";
    return array ? element += ".ARRAY" : element;
}

/// Writes the schema of one class, which may be a superclass of the declared one.
class SchemaWriter {
  public:
    /// \param above its superclasses, the nearest first.
    SchemaWriter(std::string& out, const ClassDeclaration& declaration, std::string_view name,
                 std::span<const std::string_view> above, const ClassSchemaOptions& options)
        : out_(&out), declaration_(&declaration), name_(name), above_(above), options_(&options) {}

    void write() {
        *out_ += "<CLASS";
        attribute("NAME", name_);
        if (!above_.empty()) attribute("SUPERCLASS", above_.front());
        if (options_->inheritance_hierarchy) derivation();
        *out_ += '>';
        // A superclass of a served class has instances of its subclasses only.
        if (!is_itself()) flag("Abstract", Flavor::overridable);
        if (declaration_->association) flag("Association", Flavor::fixed);
        if (declaration_->singleton && is_itself()) flag("Singleton", Flavor::fixed);
        for (const PropertyDeclaration& property : declaration_->properties)
            if (is_wanted(property.origin)) write(property);
        for (const MethodDeclaration& method : declaration_->methods)
            if (is_wanted(method.origin)) write(method);
        *out_ += "</CLASS>";
    }

  private:
    [[nodiscard]] bool is_itself() const { return equal_names(name_, declaration_->name); }

    /// The class that introduced an element.
    [[nodiscard]] std::string_view introducer(std::string_view origin) const {
        return origin.empty() ? declaration_->name : origin;
    }

    [[nodiscard]] bool is_local(std::string_view origin) const { return equal_names(introducer(origin), name_); }

    [[nodiscard]] bool is_wanted(std::string_view origin) const {
        if (is_local(origin)) return true;
        return options_->inherited_elements && std::any_of(above_.begin(), above_.end(), [&](std::string_view one) {
                   return equal_names(one, introducer(origin));
               });
    }

    void derivation() {
        std::string names;
        for (const auto one : above_) names.append(names.empty() ? "" : ",").append(one);
        attribute("DERIVATION", names);
    }

    void attribute(std::string_view name, std::string_view value) {
        out_->append(" ").append(name).append("=\"");
        soap::append_attribute(*out_, value);
        *out_ += '"';
    }

    /// What every property and method says of its origin.
    void origin(std::string_view origin) {
        if (options_->class_origin) attribute("CLASSORIGIN", introducer(origin));
        if (!is_local(origin)) attribute("PROPAGATED", "true");
    }

    void qualifier(std::string_view name, std::string_view type, std::string_view value, Flavor flavor) {
        if (!options_->qualifiers) return;
        *out_ += "<QUALIFIER";
        attribute("NAME", name);
        attribute("TYPE", type);
        if (flavor == Flavor::fixed) attribute("OVERRIDABLE", "false");
        *out_ += "><VALUE>";
        soap::append_text(*out_, value);
        *out_ += "</VALUE></QUALIFIER>";
    }
    void flag(std::string_view name, Flavor flavor) { qualifier(name, "boolean", "true", flavor); }

    void embedded(std::string_view embedded_class) {
        if (!embedded_class.empty()) qualifier("EmbeddedInstance", "string", embedded_class, Flavor::overridable);
    }

    void write(const PropertyDeclaration& property) {
        const auto element = element_of("PROPERTY", property.type, property.array);
        out_->append("<").append(element);
        attribute("NAME", property.name);
        type(property.type, property.reference_class);
        origin(property.origin);
        if (!property.embedded_class.empty()) attribute("EmbeddedObject", "instance");
        *out_ += '>';
        if (property.key) flag("Key", Flavor::fixed);
        flag("Read", Flavor::overridable);
        if (property.writable) flag("Write", Flavor::overridable);
        embedded(property.embedded_class);
        out_->append("</").append(element).append(">");
    }

    void write(const MethodDeclaration& method) {
        *out_ += "<METHOD";
        attribute("NAME", method.name);
        attribute("TYPE", "uint32");
        origin(method.origin);
        *out_ += '>';
        for (const ParameterDeclaration& parameter : method.parameters) write(parameter);
        *out_ += "</METHOD>";
    }

    void write(const ParameterDeclaration& parameter) {
        const auto element = element_of("PARAMETER", parameter.type, parameter.array);
        out_->append("<").append(element);
        attribute("NAME", parameter.name);
        type(parameter.type, parameter.reference_class);
        *out_ += '>';
        if (parameter.in) flag("In", Flavor::fixed);
        if (parameter.out) flag("Out", Flavor::fixed);
        if (parameter.required) flag("Required", Flavor::fixed);
        embedded(parameter.embedded_class);
        out_->append("</").append(element).append(">");
    }

    void type(Type type, std::string_view reference_class) {
        if (type != Type::reference) {
            attribute("TYPE", type_name(type));
        } else if (!reference_class.empty()) {
            attribute("REFERENCECLASS", reference_class);
        }
    }

    std::string* out_;
    const ClassDeclaration* declaration_;
    std::string_view name_;
    std::span<const std::string_view> above_;
    const ClassSchemaOptions* options_;
};

}  // namespace

void append_class_schema(std::string& out, const ClassDeclaration& declaration, const ClassSchemaOptions& options) {
    SchemaWriter(out, declaration, declaration.name, declaration.superclasses, options).write();
}

void append_superclass_schema(std::string& out, const ClassDeclaration& declaration, std::string_view superclass,
                              const ClassSchemaOptions& options) {
    if (equal_names(superclass, declaration.name)) {
        append_class_schema(out, declaration, options);
        return;
    }
    for (std::size_t i = 0; i < declaration.superclasses.size(); ++i) {
        if (!equal_names(declaration.superclasses[i], superclass)) continue;
        SchemaWriter(out, declaration, declaration.superclasses[i], declaration.superclasses.subspan(i + 1), options)
            .write();
        return;
    }
    throw std::logic_error(std::string(declaration.name) + " has no superclass " + std::string(superclass));
}

}  // namespace tintype::cim
