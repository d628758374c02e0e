// The input messages of all methods, through the typed binding: what it reads is what gSOAP's own way through an
// envelope reads, and what it refuses that refuses too. The input is the body's content; `p` is bound around it to the
// class, `a` and `w` as usual.
#include <string>

#include "differential.hpp"
#include "fuzz_input.hpp"
#include "soap/envelope_reader.hpp"
#include "soap/snapshot_messages.hpp"
#include "soap/xml_writer.hpp"

using namespace tintype;

namespace {

constexpr std::string_view before =
    "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
    "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
    "xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\" "
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
    "xmlns:cim=\"http://schemas.dmtf.org/wbem/wscim/1/common\" "
    "xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/"
    "Msvm_VirtualSystemSnapshotService\"><s:Body>";
constexpr std::string_view after = "</s:Body></s:Envelope>";

/// A job's reference comes out of the writer as it went in.
void check_writer(const std::string& reference) {
    std::string out;
    soap::write_create_snapshot({.job = reference, .return_value = 4096}, out);
    if (out.find("<p:Job>" + reference + "</p:Job>") == std::string::npos)
        fuzz::expect_none("the reference is not in the answer: " + out);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Budget budget;
    static soap::EnvelopeReader reader;
    const auto message = std::string(before).append(fuzz::text_of(data, size)).append(after);
    const auto envelope = reader.read(message, "application/soap+xml;charset=UTF-8", Limits{});
    if (!envelope || envelope->body.empty()) return 0;
    fuzz::expect_none(test::compare_with_gsoap(*envelope));
    if (const auto input = soap::read_destroy_snapshot(envelope->body)) check_writer(input->snapshot);
    return 0;
}
