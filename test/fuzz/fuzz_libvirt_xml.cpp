// XML of domains and snapshots as libvirt hands it out, and our lines in a snapshot's description.
#include <string>

#include "fuzz_input.hpp"
#include "libvirt/annotation.hpp"
#include "libvirt/xml.hpp"

using namespace tintype;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Budget budget;
    const std::string text(fuzz::text_of(data, size));
    const auto annotation = libvirt::read_annotation(text);
    if (annotation.id) {
        const auto written = libvirt::write_annotation(annotation);
        if (libvirt::read_annotation(written) != annotation) fuzz::expect_none("an annotation changes: " + written);
    }
    static_cast<void>(libvirt::read_domain(text.c_str()));
    const auto snapshot = libvirt::read_snapshot(text.c_str());
    if (!snapshot) return 0;
    // Out of range it would be undefined, which the sanitizer sees.
    static_cast<void>(TimePoint(std::chrono::seconds(snapshot->created)));
    const std::string words = "a < b & \"c\"\n\u00e9";
    const auto changed = libvirt::with_description(text.c_str(), words);
    if (!changed) fuzz::expect_none("what was read can't be changed");
    const auto again = libvirt::read_snapshot(changed->c_str());
    if (!again || again->description != words) fuzz::expect_none("the description is not there: " + *changed);
    return 0;
}
