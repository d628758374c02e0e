/// \file
/// What the engine's parts cost, each alone. Without arguments, or with those of Google Benchmark: its table of times.
/// `engine_parts count PART ROUNDS`: runs one part so often; under callgrind (`--collect-atstart=no`) only that is
/// counted. `engine_parts list`: the parts' names.

#include <benchmark/benchmark.h>
#include <valgrind/callgrind.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cim/instance_writer.hpp"
#include "cim/wql.hpp"
#include "engine_fixture.hpp"
#include "sealed_pair.hpp"
#include "soap/charset.hpp"
#include "soap/envelope_reader.hpp"
#include "soap/snapshot_messages.hpp"
#include "soap/xml_writer.hpp"
#include "tintype/audit.hpp"
#include "tintype/wsman/router.hpp"
#include "wsman/dispatch.hpp"

namespace {

using namespace tintype;

constexpr std::string_view content_type = "application/soap+xml;charset=UTF-8";
constexpr std::string_view snapshot_id = "534E4150-0000-4000-8000-000000000001";

struct Part {
    std::string name;
    std::function<void()> run;
    std::function<void()> prepare = [] {};  ///< Before each run; not measured.
};

/// Everything that the parts work on.
class Bench {
  public:
    Bench();

    std::vector<Part> parts;

  private:
    void add_reading();
    void add_dispatch();
    void add_writing();
    void add_wql();
    void add_audit();

    const Limits limits_;
    soap::EnvelopeReader reader_;
    const std::string invoke_ = bench::destroy_request(snapshot_id);
    const std::string get_ =
        bench::get_request("Msvm_VirtualSystemSettingData", "Microsoft:" + std::string(snapshot_id));
    soap::Envelope invoke_envelope_;
    soap::Envelope get_envelope_;
    std::string buffer_;
    std::string out_;

    std::unique_ptr<MemoryBackend> backend_ = make_memory_backend({.machines = 1, .snapshots_per_machine = 1});
    std::unique_ptr<JobStore> store_ = make_memory_job_store();
    bench::Postponed workers_;
    SnapshotService service_{*backend_, *store_, workers_};
    wsman::Router router_;
    wsman::Plan plan_;
    std::optional<cim::Instance> instance_;
    std::optional<cim::InstanceWriter> writer_;
    cim::InstancePage page_;
    cim::WqlCondition condition_;
    AuditEvent event_;
    std::unique_ptr<bench::SealedPair> pair_;
};

soap::Envelope read(soap::EnvelopeReader& reader, std::string_view message, const Limits& limits) {
    auto envelope = reader.read(message, content_type, limits);
    if (!envelope) bench::give_up("not read:", envelope.error().message);
    return std::move(*envelope);
}

Bench::Bench() {
    invoke_envelope_ = read(reader_, invoke_, limits_);
    get_envelope_ = read(reader_, get_, limits_);
    service_.add_to(router_, "bench");
    add_reading();
    add_dispatch();
    add_writing();
    add_wql();
    add_audit();
    pair_ = bench::make_sealed_pair();
    if (pair_) {
        parts.push_back({"seal_ntlm", [this] { benchmark::DoNotOptimize(pair_->seal()); }});
        parts.push_back({"unseal_ntlm", [this] { benchmark::DoNotOptimize(pair_->unseal()); },
                         [this] { pair_->prepare_unseal(); }});
    }
}

void Bench::add_reading() {
    parts.push_back({"charset", [this] { benchmark::DoNotOptimize(soap::decode(invoke_, "utf-8", buffer_)); }});
    parts.push_back({"gate", [this] { benchmark::DoNotOptimize(reader_.read(invoke_, content_type, limits_)); }});
    parts.push_back({"bind", [this] { benchmark::DoNotOptimize(soap::read_destroy_snapshot(invoke_envelope_.body)); }});
}

void Bench::add_dispatch() {
    parts.push_back({"dispatch_invoke", [this] {
                         plan_.clear();
                         benchmark::DoNotOptimize(wsman::make_plan(invoke_envelope_, router_, limits_, plan_));
                     }});
    parts.push_back({"dispatch_get", [this] {
                         plan_.clear();
                         benchmark::DoNotOptimize(wsman::make_plan(get_envelope_, router_, limits_, plan_));
                     }});
}

void Bench::add_writing() {
    parts.push_back({"serialise_invoke", [this] {
                         static constexpr std::string_view job =
                             "<a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>"
                             "<a:ReferenceParameters><w:ResourceURI>http://schemas.microsoft.com/wbem/wsman/1/wmi/root/"
                             "virtualization/v2/Msvm_ConcreteJob</w:ResourceURI><w:SelectorSet><w:Selector "
                             "Name=\"__cimnamespace\">root/virtualization/v2</w:Selector><w:Selector "
                             "Name=\"InstanceID\">0F2C0000-0000-4000-8000-000000000001</w:Selector></w:SelectorSet>"
                             "</a:ReferenceParameters>";
                         std::string out;
                         out.reserve(4096);
                         soap::begin_answer(out,
                                            {.action = invoke_envelope_.headers.action.text,
                                             .message_id = "uuid:0B1C0000-0000-4000-8000-000000000001",
                                             .relates_to = invoke_envelope_.headers.message_id.text},
                                            invoke_envelope_.body_namespace);
                         soap::write_destroy_snapshot({.job = std::string(job), .return_value = 4096}, out);
                         soap::end_answer(out);
                         benchmark::DoNotOptimize(out);
                     }});
    auto* const resource = router_.find({}, "Msvm_VirtualSystemSettingData");
    const cim::ObjectPath path{
        {}, {}, "Msvm_VirtualSystemSettingData", {{"InstanceID", "Microsoft:" + std::string(snapshot_id), false}}};
    parts.push_back({"make_instance", [this, resource, path] {
                         page_.clear(1);
                         benchmark::DoNotOptimize(resource->find(path, page_));
                     }});
    auto found = resource->get(path);
    if (!found || !*found) bench::give_up("no instance", snapshot_id);
    instance_ = std::move(**found);
    writer_.emplace(instance_->declaration());
    parts.push_back({"serialise_instance", [this] {
                         out_.clear();
                         writer_->append(out_, *instance_, cim::UriStyle::wmi);
                         benchmark::DoNotOptimize(out_);
                     }});
}

void Bench::add_wql() {
    static constexpr std::string_view query =
        "SELECT InstanceID, ElementName FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemType = "
        "'Microsoft:Hyper-V:Snapshot:Realized' AND (ElementName LIKE 'snap%' OR IsSaved = TRUE)";
    parts.push_back({"wql_parse", [] { benchmark::DoNotOptimize(cim::parse_wql(query)); }});
    auto parsed = cim::parse_wql(query);
    if (!parsed) bench::give_up("no query", parsed.error().message);
    condition_ = std::get<cim::WqlSelect>(*parsed).condition;
    if (!cim::matches(condition_, *instance_)) bench::give_up("does not match", query);
    parts.push_back({"wql_evaluate", [this] { benchmark::DoNotOptimize(cim::matches(condition_, *instance_)); }});
}

void Bench::add_audit() {
    event_.user = "alice";
    event_.scheme = "Basic";
    event_.peer = "192.0.2.7:50123";
    event_.operation = "Invoke";
    event_.class_name = "Msvm_VirtualSystemSnapshotService";
    event_.method = "DestroySnapshot";
    event_.detail =
        "DestroySnapshot Msvm_VirtualSystemSnapshotService Microsoft:534E4150-0000-4000-8000-000000000001 -> 4096 job "
        "0F2C0000-0000-4000-8000-000000000001";
    event_.message_id = "uuid:e6e07f68-526e-47ab-993c-7fee4500cd42";
    event_.answer_id = "uuid:0B1C0000-0000-4000-8000-000000000001";
    parts.push_back(
        {"audit_line", [this] { benchmark::DoNotOptimize(audit_line(event_, std::chrono::system_clock::now())); }});
}

void run_timed(benchmark::State& state, const Part& part) {
    using Clock = std::chrono::steady_clock;
    for ([[maybe_unused]] const auto round : state) {
        part.prepare();
        const auto begin = Clock::now();
        part.run();
        state.SetIterationTime(std::chrono::duration<double>(Clock::now() - begin).count());
    }
}

int count(const Bench& bench, std::string_view name, long rounds) {
    for (const auto& part : bench.parts) {
        if (part.name != name) continue;
        // What the first ones set up once is not what one costs.
        for (long i = -50; i < rounds; ++i) {
            part.prepare();
            if (i >= 0) CALLGRIND_TOGGLE_COLLECT;
            part.run();
            if (i >= 0) CALLGRIND_TOGGLE_COLLECT;
        }
        return 0;
    }
    bench::give_up("no such part:", name);
}

}  // namespace

int main(int argc, char** argv) {
    Bench bench;
    const std::string_view mode = argc > 1 ? argv[1] : "";
    if (mode == "list") {
        for (const auto& part : bench.parts) std::printf("%s\n", part.name.c_str());
        return 0;
    }
    if (mode == "count") {
        if (argc != 4) bench::give_up("usage: engine_parts count PART ROUNDS", "");
        return count(bench, argv[2], std::strtol(argv[3], nullptr, 10));
    }
    for (const auto& part : bench.parts) {
        benchmark::RegisterBenchmark(part.name.c_str(), [&part](benchmark::State& state) {
            run_timed(state, part);
        })->UseManualTime();
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
