#include "commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "inventory.hpp"
#include "job.hpp"
#include "tree.hpp"

namespace tintype::client {
namespace {

std::string shown(const Json& value) {
    if (value.is_null()) return "-";
    if (value.is_string()) return printable(value.get<std::string>());
    if (!value.is_array()) return value.dump();
    std::string all;
    for (const auto& each : value) all += (all.empty() ? "" : ", ") + shown(each);
    return all;
}

}  // namespace

Result<void> run(const Context& context) {
    switch (context.line.command) {
        case Command::identify:
            return identify(context);
        case Command::machines:
            return list_machines(context);
        case Command::tree:
            return show_tree(context);
        case Command::create:
            return create_snapshot(context);
        case Command::apply:
            return apply_snapshot(context);
        case Command::destroy:
            return destroy_snapshot(context);
        case Command::rename:
            return rename_snapshot(context);
        case Command::state:
            return change_state(context);
        case Command::jobs:
            return list_jobs(context);
        case Command::watch:
            return watch_job(context);
        case Command::query:
            return query(context);
        case Command::invoke:
            return invoke(context);
    }
    return {};
}

void print_instance(const Output& output, const Instance& instance) {
    std::size_t names = 0;
    for (const auto& [name, value] : instance.properties.items()) names = std::max(names, width(name));
    for (const auto& [name, value] : instance.properties.items())
        output.line(fmt::format("{}  {}", padded(name, names), shown(value)));
}

Result<void> identify(const Context& context) {
    const auto answer = context.session.identify();
    if (!answer) return tl::unexpected(answer.error());
    if (context.output.json()) {
        context.output.print(answer->properties);
    } else {
        print_instance(context.output, *answer);
    }
    return {};
}

Result<void> list_machines(const Context& context) {
    const auto inventory = read_inventory(context.session);
    if (!inventory) return tl::unexpected(inventory.error());
    const auto snapshots_of = [&](const Machine& machine) {
        return std::count_if(inventory->snapshots.begin(), inventory->snapshots.end(),
                             [&](const Snapshot& each) { return each.machine == machine.id; });
    };
    Json json = Json::array();
    std::vector<std::vector<std::string>> rows{{"NAME", "STATE", "SNAPSHOTS", "GUID"}};
    for (const auto& each : inventory->machines) {
        const auto snapshots = snapshots_of(each);
        json.push_back(
            {{"name", each.name}, {"id", each.id}, {"state", state_name(each.state)}, {"snapshots", snapshots}});
        rows.push_back({each.name, std::string(state_name(each.state)), std::to_string(snapshots), each.id});
    }
    if (context.output.json()) {
        context.output.print(json);
    } else {
        context.output.table(rows);
    }
    return {};
}

Result<void> show_tree(const Context& context) {
    const auto inventory = read_inventory(context.session);
    if (!inventory) return tl::unexpected(inventory.error());
    std::vector<const Machine*> machines;
    if (context.line.target.empty()) {
        for (const auto& each : inventory->machines) machines.push_back(&each);
    } else {
        const auto machine = inventory->machine(context.line.target);
        if (!machine) return tl::unexpected(machine.error());
        machines.push_back(*machine);
    }
    Json json = Json::array();
    for (const Machine* each : machines) {
        if (context.output.json()) {
            json.push_back(tree_as_json(*inventory, *each));
        } else {
            if (each != machines.front()) context.output.line("");
            draw_tree(*inventory, *each, context.output);
        }
    }
    if (context.output.json()) context.output.print(json);
    return {};
}

Result<void> list_jobs(const Context& context) {
    const auto instances = context.session.enumerate("Msvm_ConcreteJob");
    if (!instances) return tl::unexpected(instances.error());
    std::vector<Job> jobs;
    for (const auto& each : *instances) jobs.push_back(read_job(each));
    std::stable_sort(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) { return a.submitted < b.submitted; });
    Json json = Json::array();
    std::vector<std::vector<std::string>> rows{{"JOB", "STATE", "%", "OWNER", "SUBMITTED", "WHAT"}};
    for (const auto& each : jobs) {
        json.push_back(job_as_json(each));
        rows.push_back({each.id, std::string(job_state_name(each.state)), std::to_string(each.percent), each.owner,
                        readable_time(each.submitted), each.what});
    }
    if (context.output.json()) {
        context.output.print(json);
    } else {
        context.output.table(rows);
    }
    return {};
}

Result<void> watch_job(const Context& context) {
    const auto job = wait_for_job(context.session, context.output, context.line.target, context.line.wait_limit,
                                  watch_command(context.line));
    if (!job) return tl::unexpected(job.error());
    if (context.output.json()) context.output.print(job_as_json(*job));
    return {};
}

Result<void> query(const Context& context) {
    const auto found = context.session.query(context.line.target, context.line.cim_namespace);
    if (!found) return tl::unexpected(found.error());
    if (context.output.json()) {
        Json json = Json::array();
        for (const auto& each : *found) {
            Json item = {{"class", nullptr}, {"properties", each.properties}};
            if (!each.class_name.empty()) item["class"] = each.class_name;
            json.push_back(std::move(item));
        }
        context.output.print(json);
        return {};
    }
    for (const auto& each : *found) {
        if (&each != &found->front()) context.output.line("");
        if (!each.class_name.empty()) context.output.line(context.output.bold(printable(each.class_name)));
        print_instance(context.output, each);
    }
    return {};
}

}  // namespace tintype::client
