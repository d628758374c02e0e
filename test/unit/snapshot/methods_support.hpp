#pragma once
/// \file
/// What the tests of the snapshot service's methods stand on: the memory backend with two machines, an engine whose
/// jobs run when the test says so, and a backend whose capabilities a test chooses.

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "jobs/engine.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/snapshot_methods.hpp"
#include "tintype/backends.hpp"

namespace test {

inline const std::string machine_id = "11111111-AAAA-4000-8000-000000000001";
inline const std::string running_id = "11111111-AAAA-4000-8000-000000000002";
inline const std::string root_id = "5E6F7081-0000-4000-8000-0000000000A0";
inline const std::string middle_id = "5E6F7081-0000-4000-8000-0000000000A1";
inline const std::string leaf_id = "5E6F7081-0000-4000-8000-0000000000A2";
inline const std::string saved_id = "5E6F7081-0000-4000-8000-0000000000B0";  ///< Of the running machine, with memory.
inline const std::string nobody_id = "5E6F7081-0000-4000-8000-0000000000FF";

/// Runs nothing until it is told to.
class LaterExecutor final : public tintype::Executor {
  public:
    void post(std::function<void()> work) override { work_.push_back(std::move(work)); }
    void run_all() {
        while (!work_.empty()) {
            auto work = std::move(work_.front());
            work_.pop_front();
            work();
        }
    }

  private:
    std::deque<std::function<void()>> work_;
};

/// Another backend with capabilities that a test chooses, and reading and changes that fail if it says so.
class ChosenBackend final : public tintype::SnapshotBackend {
  public:
    explicit ChosenBackend(tintype::SnapshotBackend& inner) : inner_(&inner), can(inner.capabilities()) {}

    [[nodiscard]] tintype::BackendCapabilities capabilities() const noexcept override { return can; }
    tintype::BackendResult<std::vector<tintype::Machine>> machines(std::string_view after, std::size_t limit) override {
        return inner_->machines(after, limit);
    }
    tintype::BackendResult<tintype::Machine> machine(std::string_view id) override {
        if (unreadable) return tl::unexpected(*unreadable);
        return inner_->machine(id);
    }
    tintype::BackendResult<std::vector<tintype::Snapshot>> snapshots(std::string_view after,
                                                                     std::size_t limit) override {
        return inner_->snapshots(after, limit);
    }
    tintype::BackendResult<tintype::Snapshot> snapshot(std::string_view id) override {
        if (unreadable) return tl::unexpected(*unreadable);
        return inner_->snapshot(id);
    }
    tintype::BackendResult<tintype::Destroyed> destroy_snapshot(std::string_view id,
                                                                tintype::Operation& operation) override {
        return inner_->destroy_snapshot(id, operation);
    }
    tintype::BackendResult<tintype::Destroyed> destroy_snapshot_tree(std::string_view id,
                                                                     tintype::Operation& operation) override {
        return inner_->destroy_snapshot_tree(id, operation);
    }
    tintype::BackendResult<tintype::Snapshot> create_snapshot(const tintype::SnapshotRequest& request,
                                                              tintype::Operation& operation) override {
        created = request;
        return inner_->create_snapshot(request, operation);
    }
    tintype::BackendResult<tintype::Machine> apply_snapshot(std::string_view id,
                                                            tintype::Operation& operation) override {
        return inner_->apply_snapshot(id, operation);
    }
    tintype::BackendResult<tintype::Machine> request_state(std::string_view machine, tintype::StateRequest request,
                                                           tintype::Operation& operation) override {
        return inner_->request_state(machine, request, operation);
    }
    tintype::BackendResult<tintype::Snapshot> clear_saved_state(std::string_view id,
                                                                tintype::Operation& operation) override {
        return inner_->clear_saved_state(id, operation);
    }
    tintype::BackendResult<tintype::Snapshot> modify_snapshot(std::string_view id,
                                                              const tintype::SnapshotChanges& changes) override {
        if (unchangeable) return tl::unexpected(*unchangeable);
        return inner_->modify_snapshot(id, changes);
    }

  private:
    tintype::SnapshotBackend* inner_;

  public:
    tintype::BackendCapabilities can;
    std::optional<tintype::BackendError> unreadable;
    std::optional<tintype::BackendError> unchangeable;  ///< What modify_snapshot() answers.
    tintype::SnapshotRequest created;                   ///< The last that was asked for.
};

inline tintype::cim::ObjectPath settings(std::string_view id) {
    return tintype::snapshot::settings_path(id);
}

/// A machine that is off with the chain root, middle, leaf, and one that runs with a snapshot that holds memory.
class MethodsFixture {
  public:
    MethodsFixture() {
        memory->put_machine(
            {.id = machine_id, .name = "vm", .state = tintype::MachineState::off, .current_snapshot = leaf_id});
        memory->put_snapshot({.id = root_id, .machine = machine_id, .name = "root"});
        memory->put_snapshot({.id = middle_id, .machine = machine_id, .parent = root_id, .name = "middle"});
        memory->put_snapshot({.id = leaf_id,
                              .machine = machine_id,
                              .parent = middle_id,
                              .name = "leaf",
                              .kind = tintype::SnapshotKind::recovery});
        memory->put_machine({.id = running_id, .name = "busy", .state = tintype::MachineState::running});
        memory->put_snapshot({.id = saved_id, .machine = running_id, .name = "saved", .holds_memory = true});
    }

    /// The number that a method returned, -1 for a fault.
    static std::int64_t value(const tintype::wsman::Result<tintype::snapshot::MethodAnswer>& answer,
                              tintype::snapshot::ReturnTable table) {
        return answer ? std::int64_t{tintype::snapshot::return_value(answer->outcome, table)} : -1;
    }
    std::int64_t run(const tintype::snapshot::SnapshotTask& task, const tintype::cim::ObjectPath& reference) {
        last = methods.run(task, reference, "alice");
        return value(last, task.description().table);
    }
    std::int64_t run(const tintype::snapshot::SnapshotTask& task, std::string_view id) {
        return run(task, settings(id));
    }
    std::int64_t create(std::string_view machine, std::optional<std::uint16_t> type = 2, std::string with = {}) {
        last = methods.create({tintype::snapshot::machine_path(machine), std::move(with), type}, "alice");
        return value(last, tintype::snapshot::ReturnTable::cim);
    }
    std::int64_t convert(const tintype::cim::ObjectPath& reference) {
        last = methods.convert(reference);
        return value(last, tintype::snapshot::ReturnTable::cim);
    }
    /// The job that the last method started, as it is now.
    tintype::JobRecord job() { return jobs.find(last.value().job).value(); }
    tintype::JobRecord finished_job() {
        executor.run_all();
        return job();
    }

    /// What the backend answers to the next operation; nothing: it works.
    std::optional<tintype::BackendErrorCode> failure;
    std::unique_ptr<tintype::MemoryBackend> memory = tintype::make_memory_backend(
        {.machines = 0, .fail = [this](std::string_view) -> tl::expected<void, tintype::BackendError> {
             if (!failure) return {};
             return tl::unexpected(tintype::BackendError{*failure, "the storage says so"});
         }});
    ChosenBackend backend{*memory};
    std::unique_ptr<tintype::JobStore> store = tintype::make_memory_job_store();
    LaterExecutor executor;
    tintype::jobs::Engine jobs{*store, executor, {}};
    tintype::snapshot::SnapshotMethods methods{backend, jobs};
    tintype::wsman::Result<tintype::snapshot::MethodAnswer> last;
};

}  // namespace test
