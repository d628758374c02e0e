#include "snapshot/service_methods.hpp"

#include <string>
#include <utility>

#include "cim/embedded_elements.hpp"
#include "cim/reference.hpp"
#include "snapshot/classes.hpp"
#include "snapshot/inherited_methods.hpp"
#include "snapshot/method_messages.hpp"
#include "soap/element_cursor.hpp"
#include "soap/envelope.hpp"
#include "soap/snapshot_messages.hpp"
#include "wsman/typed_method.hpp"

namespace tintype::snapshot {

namespace {

using ReadSnapshot = tl::expected<soap::SnapshotInput, soap::BindingError> (*)(std::string_view body);

wsman::Result<void> read_reference_into(cim::ObjectPath& path, const wsman::Call& call, std::string_view content,
                                        std::string_view parameter) {
    const auto read = cim::read_reference_into(path, content, call.envelope->other_namespaces);
    if (read) return {};
    return wsman::fail(wsman::faults::invalid_parameter, std::string(parameter) + " is no reference: " + read.error());
}

/// A method whose only input of interest is a reference to a snapshot. \param run takes that, and who asks.
template <class Run>
wsman::Method on_snapshot(std::string_view parameter, ReturnTable table, ReadSnapshot read, WriteJob write, Run run) {
    return [=](const wsman::Call& call, std::string_view body, std::string& out) -> wsman::Result<void> {
        const auto input = read(body);
        if (!input) return tl::unexpected(wsman::to_fault(input.error()));
        // What its texts take stays allocated.
        thread_local cim::ObjectPath reference;
        if (auto read_in = read_reference_into(reference, call, input->snapshot, parameter); !read_in)
            return tl::unexpected(std::move(read_in.error()));
        return answer(call, run(reference, call.principal.name), table, reference.key("InstanceID"), write, out);
    };
}

wsman::Method task_method(SnapshotMethods& methods, const SnapshotTask& task, ReadSnapshot read, WriteJob write) {
    const auto& description = task.description();
    return on_snapshot(description.parameter, description.table, read, write,
                       [&methods, &task](const cim::ObjectPath& reference, std::string_view owner) {
                           return methods.run(task, reference, owner);
                       });
}

/// CIM-XML of the settings. The class's page wants it as text; clients that know only DSP0230 send the instance itself.
/// \param content of the parameter, canonical XML.
wsman::Result<std::string> read_settings(const wsman::Call& call, std::string_view content) {
    const auto wrapped = std::string("<t>").append(content).append("</t>");
    const auto element = soap::Element::first_in(wrapped);
    auto text = element->text();
    if (!element->has_children()) return text;
    if (!soap::trim(text).empty())
        return wsman::fail(wsman::faults::invalid_parameter_type_mismatch, "SnapshotSettings mixes text and elements.");
    auto embedded = cim::embedded_text(*element, snapshot_setting_data_class.name, call.envelope->other_namespaces);
    if (embedded) return *std::move(embedded);
    return wsman::fail(wsman::faults::invalid_parameter_type_mismatch, "SnapshotSettings: " + embedded.error() + '.');
}

wsman::Result<void> create(SnapshotMethods& methods, const wsman::Call& call, std::string_view body, std::string& out) {
    auto input = soap::read_create_snapshot(body);
    if (!input) return tl::unexpected(wsman::to_fault(input.error()));
    cim::ObjectPath reference;
    if (auto read = read_reference_into(reference, call, input->affected_system, "AffectedSystem"); !read)
        return tl::unexpected(std::move(read.error()));
    auto settings = read_settings(call, input->snapshot_settings.value_or(""));
    if (!settings) return tl::unexpected(settings.error());
    const CreateParameters parameters{std::move(reference), *std::move(settings), input->snapshot_type};
    return answer(call, methods.create(parameters, call.principal.name), ReturnTable::cim,
                  parameters.affected_system.key("Name"), soap::write_create_snapshot, out);
}

}  // namespace

wsman::NamedMethods service_methods(SnapshotMethods& methods) {
    wsman::NamedMethods all{
        {"DestroySnapshot",
         task_method(methods, destroy_snapshot(), soap::read_destroy_snapshot, soap::write_destroy_snapshot)},
        {"ApplySnapshot",
         task_method(methods, apply_snapshot(), soap::read_apply_snapshot, soap::write_apply_snapshot)},
        {"ClearSnapshotState", task_method(methods, clear_snapshot_state(), soap::read_clear_snapshot_state,
                                           soap::write_clear_snapshot_state)},
        {"ConvertToReferencePoint",
         on_snapshot("AffectedSnapshot", ReturnTable::cim, soap::read_convert_to_reference_point,
                     soap::write_convert_to_reference_point,
                     [&methods](const cim::ObjectPath& reference, std::string_view /*owner*/) {
                         return methods.convert(reference);
                     })},
        {"CreateSnapshot", [&methods](const wsman::Call& call, std::string_view body,
                                      std::string& out) { return create(methods, call, body, out); }},
        {"DestroySnapshotTree", task_method(methods, destroy_snapshot_tree(), soap::read_destroy_snapshot_tree,
                                            soap::write_destroy_snapshot_tree)},
    };
    for (auto& method : inherited_methods()) all.push_back(std::move(method));
    return all;
}

}  // namespace tintype::snapshot
