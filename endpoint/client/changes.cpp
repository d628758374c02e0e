#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "cim/cim_xml.hpp"
#include "commands.hpp"
#include "fault.hpp"
#include "inventory.hpp"
#include "job.hpp"

namespace tintype::client {
namespace {

constexpr long job_started = 4096;

/// What became of a method: done, or left to a job.
struct Done {
    MethodAnswer answer;
    std::optional<Job> job;  ///< At its end; nothing if there is none or nobody waits for it.

    [[nodiscard]] bool left_to_job() const { return !answer.job.empty() && !job; }
    [[nodiscard]] Json as_json() const {
        Json json = {{"done", !left_to_job()}, {"return_value", answer.return_value}, {"job", nullptr}};
        if (job) {
            json["job"] = job_as_json(*job);
        } else if (!answer.job.empty()) {
            json["job"] = {{"id", answer.job}};
        }
        return json;
    }
};

Result<Done> call(const Context& context, const cim::ObjectPath& target, const std::string& method,
                  const std::vector<Argument>& arguments) {
    auto answer = context.session.invoke(target, method, arguments);
    if (!answer) return tl::unexpected(answer.error());
    Done done{std::move(*answer), std::nullopt};
    if (done.answer.return_value != 0 && done.answer.return_value != job_started)
        return tl::unexpected(read_return_value(method, done.answer.return_value));
    if (done.answer.job.empty() || context.line.no_wait) return done;
    auto job = wait_for_job(context.session, context.output, done.answer.job, context.line.wait_limit,
                            watch_command(context.line));
    if (!job) return tl::unexpected(job.error());
    done.job = std::move(*job);
    return done;
}

Result<Done> call_service(const Context& context, const std::string& method, const std::vector<Argument>& arguments) {
    return call(context, {.class_name = "Msvm_VirtualSystemSnapshotService"}, method, arguments);
}

/// Says what was done, or which job does it. \param more further members of the JSON.
void report(const Context& context, const Done& done, const std::string& sentence, const Json& more) {
    if (context.output.json()) {
        Json json = done.as_json();
        json.update(more);
        context.output.print(json);
    } else if (done.left_to_job()) {
        context.output.line(fmt::format("Job {} does it. Watch it with: {} {}", done.answer.job,
                                        watch_command(context.line), done.answer.job));
    } else {
        context.output.line(printable(sentence));
    }
}

std::string machine_name(const Inventory& inventory, const Snapshot& snapshot) {
    const Machine* const machine = inventory.machine_of(snapshot);
    return machine != nullptr ? machine->name : snapshot.machine;
}

Json as_json(const Inventory& inventory, const Snapshot& snapshot) {
    return {{"snapshot", {{"name", snapshot.name}, {"id", snapshot.guid()}}},
            {"vm", {{"name", machine_name(inventory, snapshot)}, {"id", snapshot.machine}}}};
}

/// The snapshot that a job made, found through the job's affected elements.
std::optional<std::string> made_by(Session& session, const std::string& job) {
    const auto associations = session.enumerate("Msvm_AffectedJobElement");
    if (!associations) return std::nullopt;
    for (const auto& each : *associations) {
        const auto affecting = cim::parse_object_path(each.text("AffectingElement"));
        const auto affected = cim::parse_object_path(each.text("AffectedElement"));
        if (!affecting || !affected || affected->class_name != "Msvm_VirtualSystemSettingData") continue;
        const auto* id = affecting->key("InstanceID");
        const auto* snapshot = affected->key("InstanceID");
        if (id != nullptr && snapshot != nullptr && cim::equal_names(*id, job)) return *snapshot;
    }
    return std::nullopt;
}

/// One snapshot given to one method of the service.
Result<void> change_snapshot(const Context& context, const std::string& method, const std::string& parameter,
                             const std::string& what_was_done) {
    const auto inventory = read_inventory(context.session);
    if (!inventory) return tl::unexpected(inventory.error());
    const auto snapshot = inventory->snapshot(context.line.target);
    if (!snapshot) return tl::unexpected(snapshot.error());
    const auto done = call_service(context, method, {{parameter, path_of(**snapshot)}});
    if (!done) return tl::unexpected(done.error());
    report(context, *done,
           fmt::format("{} '{}' of {}.", what_was_done, (*snapshot)->name, machine_name(*inventory, **snapshot)),
           as_json(*inventory, **snapshot));
    return {};
}

/// `key=value`, the key the name of a parameter. A value such as `Class.Key="…"` is a reference.
Result<std::vector<Argument>> read_arguments(const std::vector<std::string>& words, const std::string& cim_namespace) {
    std::vector<Argument> arguments;
    for (const auto& word : words) {
        const auto equals = word.find('=');
        const auto key = word.substr(0, equals);
        if (equals == std::string::npos || !cim::is_name(key))
            return fail(ExitCode::usage, fmt::format("'{}' is no argument of a method such as Name=value.", word));
        const auto value = word.substr(equals + 1);
        // Without the quotes, text such as a.b=c would be one, too.
        auto path = cim::parse_object_path(value);
        if (path && !path->keys.empty() && value.find("=\"") != std::string::npos) {
            if (path->cim_namespace.empty()) path->cim_namespace = cim_namespace;
            arguments.push_back({key, std::move(*path)});
        } else {
            arguments.push_back({key, value});
        }
    }
    return arguments;
}

}  // namespace

Result<void> create_snapshot(const Context& context) {
    const auto inventory = read_inventory(context.session);
    if (!inventory) return tl::unexpected(inventory.error());
    const auto machine = inventory->machine(context.line.target);
    if (!machine) return tl::unexpected(machine.error());

    std::string settings;
    if (!context.line.name.empty()) {
        cim::append_cim_xml(settings, {.class_name = "Msvm_VirtualSystemSnapshotSettingData",
                                       .properties = {{.name = "ElementName", .values = {{context.line.name}}}}});
    }
    const auto done =
        call_service(context, "CreateSnapshot",
                     {{"AffectedSystem", path_of(**machine)}, {"SnapshotSettings", settings}, {"SnapshotType", "2"}});
    if (!done) return tl::unexpected(done.error());

    Json more = {{"snapshot", nullptr}, {"vm", {{"name", (*machine)->name}, {"id", (*machine)->id}}}};
    std::string sentence = fmt::format("Created a snapshot of {}.", (*machine)->name);
    if (done->job) {
        const auto made = made_by(context.session, done->job->id);
        const auto after = made ? read_inventory(context.session) : inventory;
        const auto snapshot = made && after ? after->snapshot(*made) : fail(ExitCode::not_found, "");
        if (snapshot) {
            more = as_json(*after, **snapshot);
            sentence = fmt::format("Created the snapshot '{}' of {}: {}", (*snapshot)->name, (*machine)->name,
                                   (*snapshot)->guid());
        }
    }
    report(context, *done, sentence, more);
    return {};
}

Result<void> apply_snapshot(const Context& context) {
    return change_snapshot(context, "ApplySnapshot", "Snapshot", "Applied the snapshot");
}

Result<void> destroy_snapshot(const Context& context) {
    if (context.line.whole_tree)
        return change_snapshot(context, "DestroySnapshotTree", "SnapshotSettingData",
                               "Destroyed with all below it the snapshot");
    return change_snapshot(context, "DestroySnapshot", "AffectedSnapshot", "Destroyed the snapshot");
}

Result<void> rename_snapshot(const Context& context) {
    const auto inventory = read_inventory(context.session);
    if (!inventory) return tl::unexpected(inventory.error());
    const auto snapshot = inventory->snapshot(context.line.target);
    if (!snapshot) return tl::unexpected(snapshot.error());
    const std::array<cim::Key, 1> keys{{{"InstanceID", (*snapshot)->id}}};
    const auto done = context.session.put("Msvm_VirtualSystemSettingData", keys, "ElementName", context.line.name);
    if (!done) return tl::unexpected(done.error());
    if (context.output.json()) {
        Snapshot renamed = **snapshot;
        renamed.name = context.line.name;
        Json json = {{"done", true}};
        json.update(as_json(*inventory, renamed));
        context.output.print(json);
    } else {
        context.output.line(printable(fmt::format("The snapshot '{}' of {} is now called '{}'.", (*snapshot)->name,
                                                  machine_name(*inventory, **snapshot), context.line.name)));
    }
    return {};
}

Result<void> change_state(const Context& context) {
    struct Change {
        std::string_view word, number, done;
    };
    // Numbers of the page of Msvm_ComputerSystem's RequestStateChange.
    constexpr std::array<Change, 6> changes{{{"start", "2", "Started"},
                                             {"stop", "3", "Turned off"},
                                             {"shutdown", "4", "Shut down"},
                                             {"pause", "9", "Paused"},
                                             {"save", "6", "Saved"},
                                             {"reset", "11", "Reset"}}};
    const auto* const change =
        std::find_if(changes.begin(), changes.end(), [&](const Change& one) { return one.word == context.line.name; });
    if (change == changes.end())
        return fail(ExitCode::usage, fmt::format("'{}' is no state to ask for.", context.line.name));
    const auto inventory = read_inventory(context.session);
    if (!inventory) return tl::unexpected(inventory.error());
    const auto machine = inventory->machine(context.line.target);
    if (!machine) return tl::unexpected(machine.error());
    const auto done =
        call(context, path_of(**machine), "RequestStateChange", {{"RequestedState", std::string(change->number)}});
    if (!done) return tl::unexpected(done.error());
    report(context, *done, fmt::format("{} {}.", change->done, (*machine)->name),
           {{"vm", {{"name", (*machine)->name}, {"id", (*machine)->id}}}});
    return {};
}

Result<void> invoke(const Context& context) {
    auto target = cim::parse_object_path(context.line.target);
    if (!target)
        return fail(ExitCode::usage, fmt::format("'{}' is neither a class nor an object path.", context.line.target),
                    target.error());
    if (target->cim_namespace.empty()) target->cim_namespace = context.line.cim_namespace;
    if (!cim::is_name(context.line.name))
        return fail(ExitCode::usage, fmt::format("'{}' is no name of a method.", context.line.name));
    const auto arguments = read_arguments(context.line.arguments, target->cim_namespace);
    if (!arguments) return tl::unexpected(arguments.error());
    const auto done = call(context, *target, context.line.name, *arguments);
    if (!done) return tl::unexpected(done.error());
    if (context.output.json()) {
        Json json = done->as_json();
        json["output"] = done->answer.output.properties;
        context.output.print(json);
    } else {
        print_instance(context.output, done->answer.output);
    }
    return {};
}

}  // namespace tintype::client
