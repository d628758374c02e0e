#pragma once
/// \file
/// Jobs: what one is, and waiting for its end.

#include <chrono>
#include <optional>
#include <string>

#include "error.hpp"
#include "output.hpp"
#include "session.hpp"

namespace tintype::client {

struct Job {
    std::string id;
    long state = 0;  ///< JobState.
    long percent = 0;
    std::string what;  ///< A sentence without its full stop.
    std::string owner;
    std::string submitted;
    long error_code = 0;
    std::string error;

    [[nodiscard]] bool ended() const noexcept { return state >= 7; }
    [[nodiscard]] bool well() const noexcept { return state == 7 || state == 32768; }
};

[[nodiscard]] Job read_job(const Instance& instance);
[[nodiscard]] Json job_as_json(const Job& job);
/// JobState in a word.
[[nodiscard]] std::string_view job_state_name(long state) noexcept;
/// Nothing for a job that is not at an end or has ended well.
[[nodiscard]] std::optional<Error> failure_of(const Job& job);

[[nodiscard]] Result<Job> get_job(Session& session, const std::string& id);

/// Waits until the job is at an end, showing how it gets on. \param limit nothing: as long as it takes.
/// \param how_to_watch the command that goes on waiting, for whoever is told that the job does.
/// Errors: the job's own; timed_out, interrupted, and the session's.
[[nodiscard]] Result<Job> wait_for_job(Session& session, const Output& output, const std::string& id,
                                       std::optional<std::chrono::seconds> limit, const std::string& how_to_watch);

}  // namespace tintype::client
