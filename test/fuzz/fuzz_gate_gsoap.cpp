// What the gate lets through gSOAP reads as the same: gSOAP's own strict parser on the bytes that the client sent
// against what our reader made of them (test/unit/soap/gsoap_dom.hpp says what "the same" is), and that against what
// the typed binding reads.
#include "differential.hpp"
#include "fuzz_input.hpp"
#include "gsoap_dom.hpp"

using namespace tintype;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Budget budget;
    static soap::EnvelopeReader reader;
    const auto request = fuzz::request_of(data, size);
    fuzz::expect_none(test::compare_with_gsoap_dom(reader, request.message, request.content_type));
    if (const auto envelope = reader.read(request.message, request.content_type, Limits{}))
        fuzz::expect_none(test::compare_with_gsoap(*envelope));
    return 0;
}
