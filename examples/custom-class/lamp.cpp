// A class of your own beside those of Tintype: Acme_Lamp, one lamp with two methods. Dim is generic, known to Tintype
// by its declaration alone; Blink is typed, by a gSOAP binding that is this program's own (blink.h).
#include <tintype/server.hpp>
#include <tintype/service.hpp>
#include <tintype/worker_pool.hpp>
#include <tintype/wsman/generic_method.hpp>
#include <tintype/wsman/method_body.hpp>
#include <tintype/wsman/router.hpp>

#include <atomic>
#include <iostream>
#include <sstream>
#include <utility>

#include "acme.nsmap"
#include "acmeH.h"

using namespace tintype;

// What the class is. Declarations are constants that live as long as the program. Types and required parameters are
// checked by Tintype for generic methods, and clients get the class's schema and WSDL from here.
constexpr cim::PropertyDeclaration properties[] = {
    {.name = "Name", .key = true},
    {.name = "Level", .type = cim::Type::uint8},
};
constexpr cim::ParameterDeclaration dim_parameters[] = {
    {.name = "Level", .type = cim::Type::uint8, .required = true},
    {.name = "Previous", .type = cim::Type::uint8, .in = false, .out = true},
};
constexpr cim::ParameterDeclaration blink_parameters[] = {
    {.name = "Times", .type = cim::Type::uint16, .required = true},
    {.name = "Colour"},
    {.name = "Milliseconds", .type = cim::Type::uint32, .in = false, .out = true},
};
constexpr cim::MethodDeclaration methods[] = {
    {.name = "Dim", .parameters = dim_parameters},
    {.name = "Blink", .parameters = blink_parameters},
};
constexpr cim::ClassDeclaration lamp_class{.name = "Acme_Lamp",
                                           .cim_namespace = "root/acme",
                                           .superclasses = {},
                                           .properties = properties,
                                           .methods = methods,
                                           .singleton = true};

enum ReturnValue : std::uint32_t { completed = 0, invalid_parameter = 5 };  // As the class's documentation says.

// A gSOAP context is large: one for each thread, used again and again.
class Context {
  public:
    static Context& of_this_thread() {
        thread_local Context context;
        return context;
    }
    struct soap* read_from(std::istream& input) {
        clean();
        soap_->is = &input;
        return soap_;
    }
    struct soap* write_to(std::ostream& output) {
        soap_->os = &output;
        return soap_;
    }

  private:
    Context() : soap_(soap_new1(SOAP_XML_STRICT | SOAP_C_UTFSTRING)) { soap_set_namespaces(soap_, acme_namespaces); }
    ~Context() {
        clean();
        soap_free(soap_);
    }
    void clean() {
        soap_destroy(soap_);
        soap_end(soap_);
    }
    struct soap* soap_;
};

// Blink: a body in, an answer out. In between there are only the types that soapcpp2 made.
wsman::Result<void> blink(const wsman::Call& call, std::string_view body, std::string& out) {
    const std::string_view uri = acme_namespaces[4].ns;  // The class's, after the four of SOAP.
    std::istringstream input(wsman::standalone(call, body, uri));
    std::ostringstream output;
    acme::lamp__Blink_USCOREINPUT in;
    struct soap* context = Context::of_this_thread().read_from(input);
    switch (acme::soap_read_lamp__Blink_USCOREINPUT(context, &in)) {
        case SOAP_OK:
            break;
        case SOAP_OCCURS:
            return wsman::fail(wsman::faults::invalid_parameter, "Blink: the parameter Times is missing.");
        case SOAP_TYPE:
            return wsman::fail(wsman::faults::invalid_parameter_type_mismatch, "Blink: Times is no uint16.");
        default:
            return wsman::fail(wsman::faults::invalid_parameter, "Blink_INPUT is not as its schema says.");
    }
    const bool known = in.Colour == nullptr || std::string_view(in.Colour) == "white";
    acme::lamp__Blink_USCOREOUTPUT answer;
    answer.Milliseconds = known ? in.Times * 500U : 0;
    answer.ReturnValue = known ? completed : invalid_parameter;
    acme::soap_write_lamp__Blink_USCOREOUTPUT(Context::of_this_thread().write_to(output), &answer);
    return wsman::append_document(out, call, output.str(), uri);
}

// All instances, which is one.
class Lamps final : public wsman::InstanceCursor {
  public:
    explicit Lamps(cim::Instance lamp) : lamps_{std::move(lamp)} {}
    wsman::Result<std::vector<cim::Instance>> next(std::size_t) override { return std::exchange(lamps_, {}); }

  private:
    std::vector<cim::Instance> lamps_;
};

// The class as it is served. Every function may be called from several threads at once.
class Lamp final : public wsman::Resource {
  public:
    const cim::ClassDeclaration& declaration() const noexcept override { return lamp_class; }
    std::span<const std::string_view> required_keys() const noexcept override { return {}; }
    bool may_block() const noexcept override { return false; }  // A memory cell: answered where the request arrived.

    wsman::Result<std::optional<cim::Instance>> get(const cim::ObjectPath& keys) override {
        const auto* name = keys.key("Name");
        if (name != nullptr && *name != "lamp") return std::nullopt;
        return instance();
    }
    wsman::Result<std::unique_ptr<wsman::InstanceCursor>> enumerate() override {
        return std::make_unique<Lamps>(instance());
    }
    const wsman::Method* method(std::string_view name) const noexcept override {
        if (cim::equal_names(name, "Dim")) return &dim_;
        return cim::equal_names(name, "Blink") ? &blink_ : nullptr;
    }

  private:
    cim::Instance instance() const {
        cim::Instance lamp(lamp_class);
        lamp.set("Name", "lamp").set("Level", level_.load());
        return lamp;
    }
    // Dim: what comes in has been checked against the declaration; what goes out is checked by set().
    wsman::Result<std::uint32_t> dim(const cim::Parameters& in, cim::Parameters& out) {
        const auto level = *in.value<std::uint8_t>("Level");
        if (level > 100) return invalid_parameter;
        out.set("Previous", level_.exchange(level));
        return completed;
    }

    std::atomic<std::uint8_t> level_{100};  // Percent.
    wsman::Method dim_ = wsman::make_method(
        lamp_class, "Dim", [this](const wsman::Call&, const auto& in, auto& out) { return dim(in, out); });
    wsman::Method blink_ = blink;
};

class LampService final : public Service {
  public:
    void add_to(wsman::Router& router, const std::string&) override { router.add(std::make_unique<Lamp>()); }
};

int main(int argc, char** argv) {
    if (argc != 3) return std::cerr << "usage: custom-class USERS URL\n", 2;
    const auto users = open_users_file(argv[1]);  // Made by `tintyped user add NAME --file USERS`.
    if (!users) return std::cerr << users.error() << '\n', 1;
    LampService lamps;
    Endpoint endpoint(lamps);  // With more services: Endpoint endpoint({snapshots, lamps}).
    WorkerPool workers;
    Server server(endpoint, {.passwords = users->get()}, workers,
                  {.listeners = {{argv[2], "", ""}}, .allow_unencrypted = true});
    if (const auto opened = server.open(); !opened) return std::cerr << opened.error() << '\n', 1;
    std::cout << server.urls().front() << std::endl;
    server.run();
}
