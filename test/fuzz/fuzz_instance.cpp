// An instance or a method's input in a message: whatever comes, values that were read fit what is declared.
#include <string>
#include <vector>

#include "cim/instance_reader.hpp"
#include "cim/test_class.hpp"
#include "cim/value_fit.hpp"
#include "fuzz_input.hpp"
#include "soap/envelope_reader.hpp"

using namespace tintype;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Budget budget;
    static soap::EnvelopeReader reader;
    static const std::vector<cim::Declared> declared = [] {
        static constexpr cim::PropertyDeclaration embedded{.name = "Settings", .embedded_class = "Test_Thing"};
        auto all = cim::declared(cim::test_class.properties);
        all.emplace_back(embedded);
        return all;
    }();
    const auto request = fuzz::request_of(data, size);
    const auto envelope = reader.read(request.message, request.content_type, Limits{});
    if (!envelope) return 0;
    const auto root = soap::Element::first_in(envelope->body);
    if (!root) return 0;
    const auto values =
        cim::read_values(*root, root->prefix(), declared, envelope->other_namespaces, envelope->body_namespace);
    if (!values) return 0;
    for (std::size_t i = 0; i < declared.size(); ++i) {
        if ((*values)[i] && !cim::fits(declared[i].type, declared[i].array, *(*values)[i]))
            fuzz::expect_none(std::string(declared[i].name) + " does not fit its type");
    }
    return 0;
}
