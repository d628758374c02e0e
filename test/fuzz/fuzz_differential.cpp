// Our reader against namespace-aware expat, our way through gSOAP against gSOAP's own
// (test/unit/soap/differential.hpp).
#include "differential.hpp"
#include "fuzz_input.hpp"

using namespace tintype;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Budget budget;
    static soap::EnvelopeReader reader;
    const auto request = fuzz::request_of(data, size);
    fuzz::expect_none(test::compare_with_expat(reader, request.message, request.content_type));
    if (const auto envelope = reader.read(request.message, request.content_type, Limits{})) {
        fuzz::expect_none(test::compare_with_gsoap(*envelope));
    }
    return 0;
}
