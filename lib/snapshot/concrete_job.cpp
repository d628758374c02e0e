#include <array>

#include "snapshot/classes.hpp"
#include "snapshot/instances.hpp"
#include "snapshot/job_methods.hpp"
#include "snapshot/paging_cursor.hpp"
#include "snapshot/resources.hpp"
#include "snapshot/snapshot_jobs.hpp"

namespace tintype::snapshot {

namespace {

class ConcreteJob final : public wsman::Resource {
  public:
    ConcreteJob(jobs::Engine& jobs, std::chrono::seconds retention)
        : jobs_(&jobs), retention_(retention), methods_(jobs) {}

    [[nodiscard]] const cim::ClassDeclaration& declaration() const noexcept override { return concrete_job_class; }

    [[nodiscard]] std::span<const std::string_view> required_keys() const noexcept override {
        static constexpr std::array<std::string_view, 1> keys{"InstanceID"};
        return keys;
    }

    [[nodiscard]] bool may_block() const noexcept override { return !jobs_->answers_from_memory(); }

    wsman::Result<std::optional<cim::Instance>> get(const cim::ObjectPath& keys) override {
        return first_found(*this, keys);
    }

    wsman::Result<bool> find(const cim::ObjectPath& keys, cim::InstancePage& page) override {
        const auto record = jobs_->look_up(*keys.key("InstanceID"));
        if (!record) return tl::unexpected(unreadable_jobs(record.error()));
        if (!*record) return false;
        describe(**record, page.add(concrete_job_class));
        return true;
    }

    wsman::Result<std::unique_ptr<wsman::InstanceCursor>> enumerate() override {
        return std::make_unique<PagingCursor<JobRecord>>(
            concrete_job_class,
            [jobs = jobs_](std::string_view after, std::size_t limit) -> wsman::Result<std::vector<JobRecord>> {
                return jobs->page(after, limit);
            },
            [this](const JobRecord& record, cim::Instance& into) { describe(record, into); });
    }

    [[nodiscard]] const wsman::Method* method(std::string_view name) const noexcept override {
        return methods_.find(name);
    }

  private:
    void describe(const JobRecord& record, cim::Instance& into) const {
        describe_job(record, std::chrono::system_clock::now(), retention_, into);
    }

    jobs::Engine* jobs_;
    std::chrono::seconds retention_;
    JobMethods methods_;
};

}  // namespace

std::unique_ptr<wsman::Resource> make_concrete_job(jobs::Engine& jobs, std::chrono::seconds retention) {
    return std::make_unique<ConcreteJob>(jobs, retention);
}

}  // namespace tintype::snapshot
