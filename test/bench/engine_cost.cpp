/// \file
/// What one request costs the engine, bytes to bytes, on one thread, with the memory backend and the memory job store.
/// An operator asks, so that roles are looked at.
/// Under callgrind (`--collect-atstart=no`) only the measured calls are counted; without it, their time and their
/// allocations are.

#include <valgrind/callgrind.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>

#include "allocations.hpp"
#include "engine_fixture.hpp"
#include "tintype/audit.hpp"

namespace {

using namespace tintype::bench;

constexpr int warm_up = 50;
constexpr std::string_view settings = "Msvm_VirtualSystemSettingData";

struct Cost {
    double microseconds = 0;
    std::size_t allocations = 0;
    std::size_t request_bytes = 0;
    std::size_t answer_bytes = 0;
};

/// \param request of a round. \param words that its answer has.
Cost measure(Engine& engine, int rounds, const std::function<std::string(int)>& request, std::string_view words) {
    Cost cost;
    for (int i = 0; i < rounds + warm_up; ++i) {
        auto body = request(i);
        cost.request_bytes = body.size();
        auto asked = Engine::request(std::move(body));
        const bool measured = i >= warm_up;
        if (measured) CALLGRIND_TOGGLE_COLLECT;
        const auto allocations = allocations_of_this_thread();
        const auto begin = std::chrono::steady_clock::now();
        auto response = engine.handle(std::move(asked));
        const auto end = std::chrono::steady_clock::now();
        if (measured) CALLGRIND_TOGGLE_COLLECT;
        if (measured) {
            cost.allocations += allocations_of_this_thread() - allocations;
            cost.microseconds += std::chrono::duration<double, std::micro>(end - begin).count();
        }
        if (response.body.find(words) == std::string::npos) give_up("not the answer that was expected:", response.body);
        cost.answer_bytes = response.body.size();
        if (i % 100 == 0) engine.workers.run_all();
    }
    engine.workers.run_all();
    return cost;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view what = argc > 1 ? argv[1] : "";
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 2000;
    if (rounds < 1)
        give_up("usage: engine_cost invoke|audited|identify|get|get_job|wql|enumerate|enumerate_whole [ROUNDS]", "");

    EngineOptions options;
    const bool of_one = what.starts_with("enumerate");  // machine, whose current settings are an instance too
    const auto all = static_cast<std::size_t>(rounds + warm_up);
    options.machines = of_one ? 1 : all;
    options.snapshots_per_machine = of_one ? 999 : 1;
    if (what == "audited") {
        // To nowhere: what is measured is the line, not the disk.
        options.audit = [file = std::fopen("/dev/null", "w")](const tintype::AuditEvent& event) {
            const auto line = tintype::audit_line(event, std::chrono::system_clock::now());
            std::fwrite(line.data(), 1, line.size(), file);
        };
    }
    Engine engine(options);
    const auto ids = engine.snapshots(all);
    const auto id = [&](int i) { return "Microsoft:" + ids[static_cast<std::size_t>(i) % ids.size()]; };
    Cost cost;
    if (what == "invoke" || what == "audited") {
        cost = measure(
            engine, rounds, [&](int i) { return destroy_request(ids[static_cast<std::size_t>(i)]); },
            "<p:ReturnValue>4096</p:ReturnValue>");
    } else if (what == "identify") {
        cost = measure(
            engine, rounds, [&](int) { return identify_request(); }, "IdentifyResponse>");
    } else if (what == "get") {
        cost = measure(
            engine, rounds, [&](int i) { return get_request(settings, id(i)); }, "<p:ConfigurationID>");
    } else if (what == "get_job") {
        const auto answer = engine.expect(destroy_request(ids.front()), "<p:ReturnValue>4096</p:ReturnValue>");
        const auto key = answer.summary.substr(answer.summary.rfind(' ') + 1);
        engine.workers.run_all();
        cost = measure(
            engine, rounds, [&](int) { return get_request("Msvm_ConcreteJob", key); }, "<p:JobState>7</p:JobState>");
    } else if (what == "wql") {
        cost = measure(
            engine, rounds,
            [&](int i) {
                return enumerate_request(
                    settings, 10, "SELECT * FROM Msvm_VirtualSystemSettingData WHERE InstanceID = '" + id(i) + "'");
            },
            "<w:EndOfSequence/>");
    } else if (what == "enumerate") {
        // 1,000 instances, 220 kB: what fits into one answer, one property of each.
        cost = measure(
            engine, rounds,
            [&](int) {
                return enumerate_request(settings, 1'000, "SELECT InstanceID FROM Msvm_VirtualSystemSettingData");
            },
            "<w:EndOfSequence/>");
    } else if (what == "enumerate_whole") {
        // As many whole instances as fit into one answer, 222.
        cost = measure(
            engine, rounds, [&](int) { return enumerate_request(settings, 1'000); }, "</w:Items>");
    } else {
        give_up("unknown:", what);
    }
    std::printf(
        "requests %d\nrequest_bytes %zu\nanswer_bytes %zu\nallocations_per_request %.1f\n"
        "microseconds_per_request %.2f\n",
        rounds, cost.request_bytes, cost.answer_bytes, static_cast<double>(cost.allocations) / rounds,
        cost.microseconds / rounds);
    return 0;
}
