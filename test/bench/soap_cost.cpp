/// \file
/// What the parts of lib/soap cost, one at a time: reading an envelope, binding its body to types, writing the answer.
/// Under callgrind (`--collect-atstart=no`) only the part that was asked for is counted; without it, its time is told.

#include <valgrind/callgrind.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "soap/envelope_reader.hpp"
#include "soap/snapshot_messages.hpp"
#include "soap/xml_writer.hpp"

namespace {

using namespace tintype;

constexpr std::string_view job =
    "<a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address><a:ReferenceParameters>"
    "<w:ResourceURI>http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_ConcreteJob</"
    "w:ResourceURI>"
    "<w:SelectorSet><w:Selector Name=\"__cimnamespace\">root/virtualization/v2</w:Selector>"
    "<w:Selector Name=\"InstanceID\">0F2C0000-0000-4000-8000-000000000001</w:Selector></w:SelectorSet>"
    "</a:ReferenceParameters>";

std::string body_of(const char* path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const auto end = bytes.find("\r\n\r\n");
    return end == std::string::npos ? bytes : bytes.substr(end + 4);
}

/// Counts what `part` costs, if it is the one that was asked for.
template <typename Part>
auto measured(bool counted, std::chrono::nanoseconds& time, Part part) {
    const auto start = std::chrono::steady_clock::now();
    if (counted) CALLGRIND_TOGGLE_COLLECT;
    auto result = part();
    if (counted) CALLGRIND_TOGGLE_COLLECT;
    if (counted) time += std::chrono::steady_clock::now() - start;
    return result;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: soap_cost read|bind|write CAPTURE ROUNDS\n");
        return 2;
    }
    const std::string_view asked = argv[1];
    const std::string message = body_of(argv[2]);
    const long rounds = std::strtol(argv[3], nullptr, 10);
    soap::EnvelopeReader reader;
    const Limits limits;
    std::chrono::nanoseconds time{0};
    // What the first requests set up once is not what a request costs.
    for (long i = -50; i < rounds; ++i) {
        const bool counted = i >= 0;
        const auto envelope = measured(counted && asked == "read", time, [&] {
            return reader.read(message, "application/soap+xml;charset=UTF-8", limits);
        });
        if (!envelope) {
            std::fprintf(stderr, "soap_cost: %s\n", envelope.error().message.c_str());
            return 1;
        }
        const auto input =
            measured(counted && asked == "bind", time, [&] { return soap::read_destroy_snapshot(envelope->body); });
        if (!input) {
            std::fprintf(stderr, "soap_cost: %s\n", input.error().message.c_str());
            return 1;
        }
        const auto answer = measured(counted && asked == "write", time, [&] {
            std::string out;
            out.reserve(4096);
            soap::begin_answer(out,
                               {.action = envelope->headers.action.text,
                                .message_id = "uuid:0B1C0000-0000-4000-8000-000000000001",
                                .relates_to = envelope->headers.message_id.text},
                               envelope->body_namespace);
            soap::write_destroy_snapshot({.job = std::string(job), .return_value = 4096}, out);
            soap::end_answer(out);
            return out;
        });
        if (answer.empty()) return 1;
    }
    std::printf("%.2f microseconds\n", static_cast<double>(time.count()) / 1000.0 / static_cast<double>(rounds));
    return 0;
}
