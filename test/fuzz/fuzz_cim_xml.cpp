// CIM-XML as a client sends it: whatever comes, nothing breaks, and what was read is written so that it is read as the
// same.
#include <string>

#include "cim/cim_xml.hpp"
#include "cim/test_class.hpp"
#include "fuzz_input.hpp"

using namespace tintype;

namespace {

void expect_same(const cim::CimXmlInstance& instance) {
    std::string text;
    cim::append_cim_xml(text, instance);
    const auto again = cim::read_cim_xml(text);
    // A reference in an array, written in full, can make a text that is too large to be taken.
    if (!again && again.error().find("than is taken") != std::string::npos) return;
    if (!again && again.error().find("than are taken") != std::string::npos) return;
    if (!again) fuzz::expect_none("what was read is not read again: " + again.error() + "\n" + text);
    std::string same;
    cim::append_cim_xml(same, *again);
    if (same != text) fuzz::expect_none("what was read changes:\n" + text + "\n" + same);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Budget budget;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto read = cim::read_cim_xml(text);
    if (!read) return 0;
    expect_same(*read);
    const auto instance = cim::read_cim_xml_instance(text, cim::test_class);
    if (!instance) return 0;
    const std::string written = cim::to_cim_xml(*instance);
    const auto again = cim::read_cim_xml_instance(written, cim::test_class);
    if (!again) fuzz::expect_none("an instance is not read again: " + again.error());
    if (cim::to_cim_xml(*again) != written) fuzz::expect_none("an instance changes: " + written);
    return 0;
}
