#pragma once
// What the tests of the job engine run on: a small executor, latches, a store that can be told to fail, a clock.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "jobs/engine.hpp"
#include "tintype/executor.hpp"
#include "tintype/job_store.hpp"

namespace tintype::jobs::test {

class Pool final : public Executor {
  public:
    explicit Pool(unsigned threads = 4) {
        for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { serve(); });
    }
    ~Pool() override {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        wake_.notify_all();
        for (std::thread& thread : threads_) thread.join();
    }
    void post(std::function<void()> work) override {
        {
            const std::lock_guard lock(mutex_);
            work_.push_back(std::move(work));
        }
        wake_.notify_one();
    }

  private:
    void serve() {
        for (;;) {
            std::function<void()> work;
            {
                std::unique_lock lock(mutex_);
                wake_.wait(lock, [this] { return closed_ || !work_.empty(); });
                if (work_.empty()) return;
                work = std::move(work_.front());
                work_.pop_front();
            }
            work();
        }
    }
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> work_;
    bool closed_ = false;
    std::vector<std::thread> threads_;
};

/// Runs nothing until it is told to, on the thread that tells it: for tests of order.
class ManualExecutor final : public Executor {
  public:
    void post(std::function<void()> work) override {
        const std::lock_guard lock(mutex_);
        if (refuses || work_.size() >= room) throw std::runtime_error("no room");
        work_.push_back(std::move(work));
    }
    /// \returns false if there was nothing to run.
    bool run_one() {
        std::function<void()> work;
        {
            const std::lock_guard lock(mutex_);
            if (work_.empty()) return false;
            work = std::move(work_.front());
            work_.pop_front();
        }
        work();
        return true;
    }
    void run_all() {
        while (run_one()) {
        }
    }
    std::size_t posted() {
        const std::lock_guard lock(mutex_);
        return work_.size();
    }
    std::atomic<bool> refuses{false};
    std::atomic<std::size_t> room{1'000'000};  ///< For so many at once.

  private:
    std::mutex mutex_;
    std::deque<std::function<void()>> work_;
};

/// Opens once, for all who wait and will wait.
class Gate {
  public:
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    void wait() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return open_; });
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
};

class TestClock {
  public:
    std::function<std::chrono::system_clock::time_point()> reader() {
        return [this] { return now_.load(); };
    }
    void advance(std::chrono::system_clock::duration by) { now_ = now_.load() + by; }
    [[nodiscard]] std::chrono::system_clock::time_point now() const { return now_.load(); }

  private:
    std::atomic<std::chrono::system_clock::time_point> now_{
        std::chrono::system_clock::time_point(std::chrono::hours(500'000))};
};

/// A real store, of which single functions can be made to fail, and whose writes are counted.
class FaultyStore final : public JobStore {
  public:
    explicit FaultyStore(JobStore& store) : store_(store) {}
    std::atomic<bool> insert_fails{false}, update_fails{false}, read_fails{false}, remove_fails{false}, throws{false};
    std::atomic<int> updates{0}, removals{0};
    std::function<void(const JobRecord&)> before_update;
    bool durable = true;

    [[nodiscard]] bool answers_from_memory() const noexcept override { return store_.answers_from_memory(); }
    [[nodiscard]] bool is_durable() const noexcept override { return durable; }
    JobStoreResult<void> insert(const JobRecord& record) override {
        if (insert_fails) return failure();
        return store_.insert(record);
    }
    JobStoreResult<void> update(const JobRecord& record) override {
        ++updates;
        if (before_update) before_update(record);
        if (update_fails) return failure();
        return store_.update(record);
    }
    JobStoreResult<std::optional<JobRecord>> find(std::string_view id) override {
        if (read_fails) return failure();
        return store_.find(id);
    }
    JobStoreResult<std::vector<JobRecord>> page(std::string_view after, std::size_t limit) override {
        if (read_fails) return failure();
        return store_.page(after, limit);
    }
    JobStoreResult<std::vector<JobRecord>> unfinished() override {
        if (read_fails) return failure();
        return store_.unfinished();
    }
    JobStoreResult<std::size_t> remove_finished_before(std::chrono::system_clock::time_point time) override {
        ++removals;
        if (remove_fails) return failure();
        return store_.remove_finished_before(time);
    }

  private:
    [[nodiscard]] tl::unexpected<JobStoreError> failure() const {
        if (throws) throw std::runtime_error("the disk is on fire");
        return tl::make_unexpected(JobStoreError{"the disk is on fire"});
    }
    JobStore& store_;
};

/// Collects what is logged.
class Journal {
  public:
    LogSink sink() {
        return [this](LogLevel level, std::string_view line) {
            const std::lock_guard lock(mutex_);
            lines_.emplace_back(level, std::string(line));
        };
    }
    [[nodiscard]] bool has(LogLevel level, std::string_view part) const {
        const std::lock_guard lock(mutex_);
        for (const auto& [each, line] : lines_)
            if (each == level && line.find(part) != std::string::npos) return true;
        return false;
    }

  private:
    mutable std::mutex mutex_;
    std::vector<std::pair<LogLevel, std::string>> lines_;
};

/// A folder of its own, gone with the test.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "tintype-jobs-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::string file(std::string_view name) const { return (path_ / name).string(); }

  private:
    std::filesystem::path path_;
};

inline tl::expected<void, JobError> nothing_to_do(Progress&) {
    return {};
}

inline Submission job(std::string queue, std::vector<std::string> subjects = {}, Work work = nothing_to_do) {
    Submission submission;
    submission.record.queue = std::move(queue);
    submission.record.subjects = std::move(subjects);
    submission.record.cancellable = true;
    submission.work = std::move(work);
    return submission;
}

/// Everything page() knows, in pages of a few.
inline std::vector<JobRecord> all_pages(Engine& engine, std::size_t limit = 3) {
    std::vector<JobRecord> all;
    for (std::string after;;) {
        auto page = engine.page(after, limit);
        const bool last = page.size() < limit;
        if (!page.empty()) after = page.back().id;
        all.insert(all.end(), page.begin(), page.end());
        if (last) return all;
    }
}

}  // namespace tintype::jobs::test
