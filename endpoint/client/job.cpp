#include "job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "interruption.hpp"
#include "tintype/guid.hpp"

namespace tintype::client {
namespace {

using Clock = std::chrono::steady_clock;

constexpr long access_denied = 32769;
// The first looks are close together, as most jobs are short.
constexpr std::chrono::milliseconds first_pause{50};
constexpr std::chrono::milliseconds longest_pause{1000};

/// Shows a job while it is waited for: a bar on a terminal, a line for each change elsewhere, nothing in JSON.
class Progress {
  public:
    explicit Progress(const Output& output) : output_(output) {}
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress() {
        if (line_open_) output_.end_line();
    }

    void show(const Job& job) {
        if (output_.json()) return;
        if (output_.terminal()) {
            output_.overwrite(bar(job));
            line_open_ = true;
            return;
        }
        auto text = fmt::format("{}: {}", printable(job.what), job_state_name(job.state));
        if (!job.ended()) text += fmt::format(", {} %", job.percent);
        if (text != last_) output_.line(text);
        last_ = std::move(text);
    }

  private:
    [[nodiscard]] std::string bar(const Job& job) const {
        constexpr long cells = 24;
        const long full = std::clamp(job.percent, 0L, 100L) * cells / 100;
        std::string done;
        std::string left;
        for (long i = 0; i < cells; ++i)
            (i < full ? done : left) += output_.unicode() ? (i < full ? "█" : "░") : (i < full ? "#" : ".");
        const std::string state = job.state == 4 || job.ended() ? "" : fmt::format(" ({})", job_state_name(job.state));
        const std::string words = printable(job.what) + state;
        constexpr std::size_t before_words = cells + 2 + 7;
        const std::size_t columns = output_.columns();
        return fmt::format("[{}{}] {:3}%  {}", output_.green(done), output_.faint(left), job.percent,
                           cut(words, columns > before_words + 1 ? columns - before_words - 1 : 0));
    }

    const Output& output_;
    std::string last_;
    bool line_open_ = false;
};

}  // namespace

Job read_job(const Instance& instance) {
    Job job;
    job.id = instance.text("InstanceID");
    job.state = instance.number("JobState");
    job.percent = instance.number("PercentComplete");
    job.what = instance.text("Description");
    if (job.what.empty()) job.what = instance.text("ElementName");
    job.owner = instance.text("Owner");
    job.submitted = instance.text("TimeSubmitted");
    job.error_code = instance.number("ErrorCode");
    job.error = instance.text("ErrorDescription");
    if (job.error.empty()) job.error = instance.text("ErrorSummaryDescription");
    return job;
}

Json job_as_json(const Job& job) {
    Json json = {
        {"id", job.id},           {"what", job.what},   {"state", job_state_name(job.state)}, {"ended", job.ended()},
        {"percent", job.percent}, {"owner", job.owner}, {"submitted", job.submitted},         {"error", nullptr}};
    if (!job.error.empty()) json["error"] = job.error;
    return json;
}

std::string_view job_state_name(long state) noexcept {
    switch (state) {
        case 2:
            return "waiting";
        case 3:
            return "starting";
        case 4:
            return "running";
        case 5:
            return "suspended";
        case 6:
            return "stopping";
        case 7:
            return "completed";
        case 8:
            return "terminated";
        case 9:
            return "killed";
        case 10:
            return "failed";
        case 32768:
            return "completed with warnings";
        default:
            return "unknown";
    }
}

std::optional<Error> failure_of(const Job& job) {
    if (!job.ended() || job.well()) return std::nullopt;
    const auto code = job.error_code == access_denied ? ExitCode::access_denied : ExitCode::failed;
    auto sentence = job.error;
    if (sentence.empty()) sentence = fmt::format("{}: {}.", job.what, job_state_name(job.state));
    return Error{code, sentence,
                 fmt::format("job {}: {}, error code {}", job.id, job_state_name(job.state), job.error_code)};
}

Result<Job> get_job(Session& session, const std::string& id) {
    if (!is_guid(id))
        return fail(ExitCode::not_found, fmt::format("There is no job '{}'; a job is named by its GUID.", id));
    const std::array<cim::Key, 1> keys{{{"InstanceID", id}}};
    const auto instance = session.get("Msvm_ConcreteJob", keys);
    if (instance) return read_job(*instance);
    Error error = instance.error();
    if (error.code == ExitCode::not_found)
        error.sentence = fmt::format("There is no job {}; an ended one is kept for some minutes only.", id);
    return tl::unexpected(std::move(error));
}

Result<Job> wait_for_job(Session& session, const Output& output, const std::string& id,
                         std::optional<std::chrono::seconds> limit, const std::string& how_to_watch) {
    const auto goes_on = [&](ExitCode code, std::string_view why) {
        return fail(code, fmt::format("{}; the job goes on. Watch it with: {} {}", why, how_to_watch, id));
    };
    const Interruption interruption;
    const auto begun = Clock::now();
    Progress progress(output);
    for (auto pause = first_pause;; pause = std::min(pause * 2, longest_pause)) {
        auto job = get_job(session, id);
        if (Interruption::came()) return goes_on(ExitCode::interrupted, "Stopped waiting");
        if (!job) return job;
        progress.show(*job);
        if (auto error = failure_of(*job)) return tl::unexpected(std::move(*error));
        if (job->ended()) return job;
        auto rest = pause;
        if (limit) {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(begun + *limit - Clock::now());
            if (left.count() <= 0) return goes_on(ExitCode::timed_out, "The time to wait is over");
            rest = std::min(rest, left);
        }
        Interruption::wait(rest);
        if (Interruption::came()) return goes_on(ExitCode::interrupted, "Stopped waiting");
    }
}

}  // namespace tintype::client
