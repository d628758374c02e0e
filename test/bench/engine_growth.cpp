/// \file
/// How the cost of one operation grows with what there is: instances, finished jobs, open enumerations. Prints
/// `what<TAB>size<TAB>ns_per_operation`, one line each; the time is that of Endpoint::handle alone, the best of several
/// rounds, since other work on the machine only ever adds to it.
/// usage: engine_growth [LARGEST]     LARGEST bounds the sizes, 1,000,000 as it comes

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "engine_fixture.hpp"

namespace {

using namespace tintype::bench;
using Clock = std::chrono::steady_clock;

constexpr std::string_view settings = "Msvm_VirtualSystemSettingData";
constexpr std::string_view job_class = "Msvm_ConcreteJob";
constexpr int rounds = 15;
constexpr int operations = 200;  ///< In one round.

/// \param request made anew each time. \param after each round, not measured.
void measure(std::string_view what, std::size_t size, Engine& engine, const std::function<std::string()>& request,
             std::string_view words, const std::function<void()>& after = {}) {
    double best = 1e12;
    for (int round = 0; round < rounds; ++round) {
        std::chrono::nanoseconds time{0};
        for (int i = 0; i < operations; ++i) {
            auto asked = Engine::request(request());
            const auto begin = Clock::now();
            const auto response = engine.handle(std::move(asked));
            time += Clock::now() - begin;
            if (response.body.find(words) == std::string::npos) give_up("not what was expected:", response.body);
            if (after) after();
        }
        best = std::min(best, static_cast<double>(time.count()) / operations);
    }
    std::printf("%.*s\t%zu\t%.0f\n", static_cast<int>(what.size()), what.data(), size, best);
    std::fflush(stdout);
}

std::string by_key(std::string_view class_name, std::string_view key) {
    std::string query("SELECT * FROM ");
    query.append(class_name).append(" WHERE InstanceID = '").append(key).append("'");
    return enumerate_request(class_name, 10, query);
}

/// One of them, anywhere among all.
class Choice {
  public:
    explicit Choice(const std::vector<std::string>& all) : all_(&all) {}
    const std::string& next() {
        last_ = std::uniform_int_distribution<std::size_t>(0, all_->size() - 1)(random_);
        return (*all_)[last_];
    }
    [[nodiscard]] const std::string& last() const { return (*all_)[last_]; }

  private:
    const std::vector<std::string>* all_;
    std::size_t last_ = 0;
    std::minstd_rand random_{1};
};

/// Get, Invoke and WQL by key of settings. An Invoke's snapshot is there again for the next.
void measure_settings(const std::string& among, std::size_t size, Engine& engine, const std::vector<std::string>& ids) {
    Choice choice(ids);
    measure(
        "get_by_" + among, size, engine, [&] { return get_request(settings, "Microsoft:" + choice.next()); },
        "<p:ConfigurationID>");
    measure(
        "wql_key_by_" + among, size, engine, [&] { return by_key(settings, "Microsoft:" + choice.next()); },
        "<p:ConfigurationID>");
    tintype::Snapshot snapshot;
    measure(
        "invoke_by_" + among, size, engine,
        [&] {
            snapshot = *engine.backend->snapshot(choice.next());
            return destroy_request(snapshot.id);
        },
        "<p:ReturnValue>4096</p:ReturnValue>",
        [&] {
            engine.workers.run_all();
            engine.backend->put_snapshot(snapshot);
        });
}

void by_instances(std::size_t size) {
    Engine engine({.machines = size});
    const auto ids = engine.snapshots(size);
    measure_settings("instances", size, engine, ids);
    // The machines' own settings come first, then the snapshots': the pages go from end to end.
    std::string context;
    measure(
        "pull_20_by_instances", size, engine,
        [&] {
            while (context.empty()) {
                const auto opened = engine.handle(Engine::request(enumerate_request(settings, 1)));
                if (opened.body.find("<w:EndOfSequence/>") == std::string::npos) context = context_of(opened);
            }
            return pull_request(settings, context, 20);
        },
        "<n:PullResponse>", [&] { context.clear(); });
}

void by_jobs(std::size_t size) {
    Engine engine({.machines = 1'000});
    std::vector<std::string> jobs;
    jobs.reserve(size);
    std::mt19937_64 random(1);
    for (std::size_t i = 0; i < size; ++i) {
        char id[40];
        std::snprintf(id, sizeof id, "%08X-0000-4000-8000-%012llX", static_cast<unsigned>(random()),
                      static_cast<unsigned long long>(i));
        tintype::JobRecord record;
        record.id = id;
        record.type = 72;
        record.caption = "Destroying Snapshot";
        record.description = "Destroying the snapshot 'snapshot 1.1'";
        record.owner = "alice";
        record.state = tintype::JobState::completed;
        record.percent_complete = 100;
        record.submitted = record.last_change = std::chrono::system_clock::now();
        record.started = record.submitted;
        if (!engine.store->insert(record)) give_up("no job", record.id);
        jobs.push_back(std::move(record.id));
    }
    Choice choice(jobs);
    measure(
        "get_job_by_jobs", size, engine, [&] { return get_request(job_class, choice.next()); }, "<p:JobState>7");
    measure(
        "wql_job_by_jobs", size, engine, [&] { return by_key(job_class, choice.next()); }, "<p:JobState>7");
    measure_settings("jobs", size, engine, engine.snapshots(1'000));
}

void by_contexts(std::size_t size) {
    Engine engine({.machines = 10'000, .max_contexts = size + 1});  // enough that no context comes to its end
    std::vector<std::string> contexts;
    for (std::size_t i = 0; i < size; ++i)
        contexts.push_back(context_of(engine.handle(Engine::request(enumerate_request(settings, 1)))));
    measure_settings("contexts", size, engine, engine.snapshots(1'000));
    Choice choice(contexts);
    measure(
        "pull_1_by_contexts", size, engine, [&] { return pull_request(settings, choice.next(), 1); },
        "<n:PullResponse>");
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t largest = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
    for (std::size_t size = 1; size <= largest; size *= 10) by_instances(size);
    for (std::size_t size = 1; size <= largest; size *= 10) by_jobs(size);
    for (std::size_t size = 1; size <= std::min<std::size_t>(largest, 10'000); size *= 10) by_contexts(size);
    return 0;
}
