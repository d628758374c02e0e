#pragma once
/// \file
/// What the benchmarks of the engine share: the snapshot service in memory behind an endpoint, and the requests that
/// are sent to it, as python3-winrm writes them.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tintype/authorization.hpp"
#include "tintype/backends.hpp"
#include "tintype/endpoint.hpp"
#include "tintype/executor.hpp"
#include "tintype/job_store.hpp"
#include "tintype/snapshot_service.hpp"

namespace tintype::bench {

/// Keeps work for later: the jobs' own cost is no part of a request's.
class Postponed final : public Executor {
  public:
    Postponed();
    void post(std::function<void()> work) override;
    void run_all();

  private:
    std::vector<std::function<void()>> work_;
    std::vector<std::function<void()>> now_;
};

struct EngineOptions {
    std::size_t machines =
        1;  ///< A machine for each snapshot that is to be destroyed: jobs of one wait for each other.
    std::size_t snapshots_per_machine = 1;
    AuditSink audit{};
    std::size_t max_contexts = 10'000;
};

/// An endpoint with everything behind it in memory. An operator asks, so that roles are looked at.
class Engine {
  public:
    explicit Engine(const EngineOptions& options);

    /// Ids of the snapshots, at most so many.
    [[nodiscard]] std::vector<std::string> snapshots(std::size_t most);

    /// A request as the listener hands it over.
    [[nodiscard]] static Request request(std::string body);
    Response handle(Request request);
    /// The same, and ends the program if the answer has not these words in it.
    Response expect(std::string body, std::string_view words);

    std::unique_ptr<MemoryBackend> backend;
    std::unique_ptr<JobStore> store = make_memory_job_store();
    Postponed workers;

  private:
    std::unique_ptr<RoleAuthorizer> roles_;
    std::unique_ptr<SnapshotService> service_;
    std::unique_ptr<Endpoint> endpoint_;
};

/// Msvm_VirtualSystemSnapshotService.DestroySnapshot, to the letter what python3-winrm sends.
[[nodiscard]] std::string destroy_request(std::string_view snapshot);
/// Get of an instance of one key, InstanceID.
[[nodiscard]] std::string get_request(std::string_view class_name, std::string_view instance_id);
[[nodiscard]] std::string identify_request();
/// Optimised Enumerate. \param wql a query; empty: all instances of the class.
[[nodiscard]] std::string enumerate_request(std::string_view class_name, std::size_t max_elements,
                                            std::string_view wql = {});
[[nodiscard]] std::string pull_request(std::string_view class_name, std::string_view context, std::size_t max_elements);

/// The enumeration context that an answer names.
[[nodiscard]] std::string context_of(const Response& response);

[[noreturn]] void give_up(std::string_view why, std::string_view detail);

}  // namespace tintype::bench
