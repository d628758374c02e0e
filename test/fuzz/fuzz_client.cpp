// What an endpoint answers, as tintype, the client, reads and shows it: whatever comes is an error in a sentence or can
// be shown, as JSON, as a tree, as a job; nothing steers a terminal; and where nothing more comes it gives up.
//
// The input: a byte for the operation, then the answers to its requests with the byte 1E between them, each beginning
// with a byte for its status and its Content-Type.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "fault.hpp"
#include "fuzz_input.hpp"
#include "inventory.hpp"
#include "job.hpp"
#include "output.hpp"
#include "session.hpp"
#include "transport.hpp"
#include "tree.hpp"

using namespace tintype;
using namespace tintype::client;

namespace {

std::deque<HttpAnswer>& answers() {
    static std::deque<HttpAnswer> queue;
    return queue;
}

HttpAnswer answer_of(std::string_view piece) {
    constexpr std::array<long, 4> statuses{200, 500, 400, 302};
    HttpAnswer answer;
    if (piece.empty()) return answer;
    const auto first = static_cast<unsigned char>(piece.front());
    answer.status = statuses.at(first / 8U % statuses.size());
    const auto [type, body] = fuzz::request_of(reinterpret_cast<const std::uint8_t*>(piece.data()), piece.size());
    answer.content_type = type;
    answer.body = body;
    return answer;
}

void expect_plain(std::string_view shown) {
    for (const char c : shown) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) fuzz::expect_none("a control character for a terminal: " + std::string(shown));
    }
}

void check(const Error& error) {
    if (error.sentence.empty()) fuzz::expect_none("an error without a sentence; " + error.detail);
    expect_plain(printable(error.sentence));
    static_cast<void>(Json(error.detail).dump());
}

void check(const Instance& instance) {
    for (const auto& [name, value] : instance.properties.items()) {
        if (!value.is_null() && !value.is_string() && !value.is_array()) fuzz::expect_none(name + " is no value");
        expect_plain(printable(instance.text(name)));
        static_cast<void>(instance.number(name));
        static_cast<void>(readable_time(instance.text(name)));
    }
    const Job job = read_job(instance);
    static_cast<void>(job_as_json(job).dump());
    if (const auto failure = failure_of(job)) check(*failure);
    static_cast<void>(instance.properties.dump());
}

void check(const MethodAnswer& answer) {
    check(answer.output);
    check(read_return_value("Method", answer.return_value));
}

void check(const std::vector<Instance>& instances) {
    for (const auto& one : instances) check(one);
}

std::size_t count(const Json& snapshots) {
    std::size_t sum = snapshots.size();
    for (const auto& one : snapshots) sum += count(one["children"]);
    return sum;
}

void check(const Inventory& inventory) {
    const Output people(false, true);
    for (const auto& machine : inventory.machines) {
        const auto tree = tree_as_json(inventory, machine);
        static_cast<void>(tree.dump());
        std::set<std::string_view> ids;
        for (const auto& snapshot : inventory.snapshots)
            if (snapshot.machine == machine.id) ids.insert(snapshot.id);
        if (count(tree["snapshots"]) != ids.size()) fuzz::expect_none("a tree without some of it: " + tree.dump());
        draw_tree(inventory, machine, people);
        if (const auto found = inventory.machine(machine.id); !found) check(found.error());
        static_cast<void>(state_name(machine.state));
    }
    for (const auto& snapshot : inventory.snapshots) {
        if (const auto found = inventory.snapshot(snapshot.name); !found) check(found.error());
        static_cast<void>(snapshot.guid());
        static_cast<void>(cim::to_string(path_of(snapshot)));
    }
}

template <class T>
void check(const Result<T>& result) {
    if (result)
        check(*result);
    else
        check(result.error());
}

}  // namespace

// The connection gives out what the input has.
namespace tintype::client {

class NegotiateLogOn {};

Transport::Transport(const Access& /*access*/, const std::string& /*password*/, std::chrono::seconds /*timeout*/) {}
Transport::~Transport() = default;

Result<HttpAnswer> Transport::post(const std::string& message) {
    if (message.find("Envelope") == std::string::npos) fuzz::expect_none("no request: " + message);
    if (answers().empty()) return fail(ExitCode::unreachable, "Nothing more comes.");
    auto answer = std::move(answers().front());
    answers().pop_front();
    return answer;
}

}  // namespace tintype::client

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // What is drawn is drawn for nobody.
    static const bool quiet = std::freopen("/dev/null", "w", stdout) != nullptr;
    const fuzz::Budget budget;
    if (!quiet || size == 0) return 0;
    for (auto rest = fuzz::text_of(data + 1, size - 1); !rest.empty();) {
        const auto end = std::min(rest.find('\x1E'), rest.size());
        answers().push_back(answer_of(rest.substr(0, end)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    Session session({.url = "http://127.0.0.1:5985/wsman"}, "", std::chrono::seconds(1));
    const std::vector<cim::Key> keys{{"InstanceID", "X"}};
    switch (data[0] % 6) {
        case 0:
            check(session.identify());
            break;
        case 1:
            check(session.get("Msvm_ConcreteJob", keys));
            break;
        case 2:
            check(session.enumerate("Msvm_VirtualSystemSettingData"));
            break;
        case 3:
            check(session.invoke({.class_name = "Msvm_VirtualSystemSnapshotService"}, "DestroySnapshot", {}));
            break;
        case 4:
            check(read_inventory(session));
            break;
        default:
            if (const auto put = session.put("Msvm_VirtualSystemSettingData", keys, "ElementName", "a"); !put)
                check(put.error());
    }
    // What is kept between two inputs looks like a leak, and each look for one takes longer than the input.
    answers().clear();
    return 0;
}
