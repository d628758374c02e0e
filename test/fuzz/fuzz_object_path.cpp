// Names of instances: object paths and resource URIs. What is read is written so that it is read as the same.
#include <string>

#include "cim/reference.hpp"
#include "cim/same_object.hpp"
#include "cim/xml_tree.hpp"
#include "fuzz_input.hpp"
#include "soap/xml_writer.hpp"
#include "tintype/cim/object_path.hpp"
#include "tintype/cim/resource_uri.hpp"

using namespace tintype;

namespace {

/// Whether XML can hold the text: only such comes from a client, or from a backend.
bool fits_xml(std::string_view text) {
    std::string written;
    soap::append_text(written, text);
    // What can't be held is replaced, by a character that nobody writes.
    return written.find("\xEF\xBF\xBD") == std::string::npos;
}

void check_path(std::string_view text) {
    const auto path = cim::parse_object_path(text);
    if (!path) {
        if (path.error().empty()) fuzz::expect_none("refused without a word");
        return;
    }
    if (!cim::same_object(*path, *path)) fuzz::expect_none("a path is not the same as itself");
    auto expected = *path;
    if (expected.cim_namespace.empty()) expected.host.clear();
    const std::string written = cim::to_string(*path);
    const auto again = cim::parse_object_path(written);
    if (!again) fuzz::expect_none("what was written is not read: " + again.error() + "\n" + written);
    if (*again != expected) fuzz::expect_none("it is read as another one: " + written + "\n" + cim::to_string(*again));
    if (!fits_xml(text)) return;
    for (const auto style : {cim::UriStyle::wmi, cim::UriStyle::dmtf}) {
        std::string xml;
        cim::append_reference(xml, *path, style);
        if (const auto tree = cim::XmlTree::read("<r>" + xml + "</r>");
            !tree && tree.error().find("than") == std::string::npos) {
            fuzz::expect_none("a reference is no XML: " + tree.error() + "\n" + xml);
        }
    }
}

void check_uri(std::string_view text) {
    const auto uri = cim::parse_resource_uri(text);
    if (!uri) return;
    const auto written = cim::make_resource_uri(uri->style, uri->cim_namespace, uri->class_name);
    const auto again = cim::parse_resource_uri(written);
    if (!again) fuzz::expect_none("no resource URI any more: " + written);
    if (again->style != uri->style || again->class_name != uri->class_name)
        fuzz::expect_none("another URI: " + written);
    if (uri->style == cim::UriStyle::wmi && again->cim_namespace != uri->cim_namespace)
        fuzz::expect_none("another namespace: " + written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Budget budget;
    check_path(fuzz::text_of(data, size));
    check_uri(fuzz::text_of(data, size));
    return 0;
}
