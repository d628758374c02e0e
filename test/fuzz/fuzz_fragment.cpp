// Fragment expressions: those that are understood give well-formed XML.
#include <string>

#include "cim/fragment.hpp"
#include "cim/test_class.hpp"
#include "cim/xml_tree.hpp"
#include "fuzz_input.hpp"

using namespace tintype;

namespace {

cim::Instance make_instance() {
    cim::Instance instance(cim::test_class);
    instance.set("Name", "a & b")
        .set("Texts", cim::Array{std::string("one"), std::string("<2>")})
        .set("When", cim::Scalar(cim::Timestamp{}))
        .set("Other", cim::Scalar(cim::ObjectPath{"", "root/test", "Test_Thing", {{"Name", "n"}}}));
    return instance;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Budget budget;
    static const cim::Instance instance = make_instance();
    const auto fragment = cim::parse_fragment({reinterpret_cast<const char*>(data), size});
    if (!fragment) return 0;
    static_cast<void>(cim::fragment_target(*fragment, cim::test_class));
    std::string out;
    cim::append_xml_fragment(out, *fragment, instance, cim::UriStyle::wmi);
    if (const auto tree = cim::XmlTree::read(out); !tree) fuzz::expect_none(tree.error() + "\n" + out);
    return 0;
}
