#include "soap/snapshot_messages.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

#include "soap/element_cursor.hpp"
#include "soap/gsoap_context.hpp"

namespace tintype::soap {
namespace {

BindingError error(BindingError::Kind kind, std::string_view parameter, std::string message) {
    return {.kind = kind, .parameter = std::string(parameter), .message = std::move(message)};
}

struct Parameter {
    std::string_view name;
    bool required = true;
};

/// What is wrong with a body that the generated code refused. It says only that something is; this walks the body again
/// to tell the client what.
BindingError explain(std::string_view body, std::string_view message, std::span<const Parameter> parameters) {
    using Kind = BindingError::Kind;
    const auto root = Element::first_in(body);
    if (!root || !root->is("p", message)) {
        return error(Kind::wrong_element, {}, "the body's element is not " + std::string(message));
    }
    std::vector<bool> seen(parameters.size());
    for (auto child = root->first_child(); child; child = child->next()) {
        const std::string name(child->name());
        std::size_t i = 0;
        while (i < parameters.size() && !child->is("p", parameters[i].name)) ++i;
        if (i == parameters.size()) return error(Kind::unexpected, name, name + " is not a parameter of this method");
        if (seen[i]) return error(Kind::duplicate, name, "the parameter " + name + " stands more than once");
        if (parameters[i].required && child->is_nil()) {
            return error(Kind::missing, name, "the parameter " + name + " must not be null");
        }
        seen[i] = true;
    }
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (!parameters[i].required || seen[i]) continue;
        const std::string name(parameters[i].name);
        return error(Kind::missing, name, "the parameter " + name + " is missing");
    }
    return error(Kind::wrong_type, {}, std::string(message) + " is not as its schema says");
}

/// A generated reader.
template <class Message>
using SoapIn = Message* (*)(::soap*, const char* tag, Message*, const char* type);
/// A generated writer.
template <class Message>
using SoapOut = int (*)(::soap*, const char* tag, int id, const Message*, const char* type);

/// \param tag `p:METHOD_INPUT`. \param take makes of the message what is returned; what it points to is gone after
/// that.
template <class Message, class Take>
auto read(std::string_view body, const char* tag, SoapIn<Message> soap_in, std::span<const Parameter> parameters,
          Take take) -> tl::expected<std::invoke_result_t<Take, const Message&>, BindingError> {
    auto& context = GsoapContext::of_this_thread();
    Message message;
    if (soap_in(context.begin_reading(body), tag, &message, nullptr) != nullptr) {
        auto input = take(message);
        if (context.end_reading()) return input;
    }
    context.reset();
    return tl::unexpected(explain(body, std::string_view(tag).substr(2), parameters));
}

/// Takes `<` `name` `>` from the beginning of `canonical`, and `</` `name` `>` from its end.
bool unwrap(std::string_view& canonical, std::string_view name) {
    const auto tags = 2 * name.size() + std::string_view("<></>").size();
    if (canonical.size() < tags || canonical[0] != '<' || canonical.substr(1, name.size()) != name ||
        canonical[name.size() + 1] != '>' || !canonical.ends_with('>'))
        return false;
    auto end = canonical.substr(canonical.size() - name.size() - 3);
    if (!end.starts_with("</") || end.substr(2, name.size()) != name) return false;
    canonical = canonical.substr(name.size() + 2, canonical.size() - tags);
    return true;
}

/// What the reference of a message holds that has nothing besides, as clients write it; nothing where it isn't as
/// plain: then gSOAP has a look. That takes ten times as long.
std::optional<std::string_view> read_alone(std::string_view body, std::string_view message,
                                           std::string_view parameter) {
    if (!unwrap(body, message) || body.size() < 3 || body.substr(1, 2) != "p:") return std::nullopt;
    const auto name = body.substr(1, parameter.size() + 2);
    if (name.substr(2) != parameter || !unwrap(body, name)) return std::nullopt;
    // Another element of its name: a second one behind it, or one inside.
    if (::memmem(body.data(), body.size(), name.data(), name.size()) != nullptr) return std::nullopt;
    return body;
}

/// A message that is a reference to a snapshot. \param parameters the first is that reference.
template <class Message>
tl::expected<SnapshotInput, BindingError> read_snapshot(std::string_view body, const char* tag, SoapIn<Message> soap_in,
                                                        char* Message::*reference,
                                                        std::span<const Parameter> parameters) {
    if (const auto alone = read_alone(body, tag, parameters.front().name)) return SnapshotInput{std::string(*alone)};
    return read<Message>(body, tag, soap_in, parameters,
                         [=](const Message& message) { return SnapshotInput{message.*reference}; });
}

template <class Message>
tl::expected<void, BindingError> read_nothing(std::string_view body, const char* tag, SoapIn<Message> soap_in) {
    return read<Message>(body, tag, soap_in, {}, [](const Message&) { return true; }).map([](bool) {});
}

template <class Message>
void write(const Message& message, const char* tag, SoapOut<Message> soap_out, std::string& out) {
    auto& context = GsoapContext::of_this_thread();
    soap_out(context.begin_writing(out), tag, -1, &message, nullptr);
    context.end_writing();
}

// As gSOAP writes it, at a third of its cost: what a method answers that may start a job has no other types.
void write_job(const JobOutput& output, std::string_view tag, std::string& out) {
    out.append("<").append(tag);
    if (output.job) {
        out.append("><p:Job>").append(*output.job).append("</p:Job><p:ReturnValue>");
    } else {
        out.append("><p:ReturnValue>");
    }
    std::array<char, std::numeric_limits<std::uint32_t>::digits10 + 1> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), output.return_value).ptr;
    out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
    out.append("</p:ReturnValue></").append(tag).append(">");
}

template <class Message>
void write_return_value(std::uint32_t return_value, const char* tag, SoapOut<Message> soap_out, std::string& out) {
    Message message;
    message.ReturnValue = return_value;
    write(message, tag, soap_out, out);
}

template <class T, class P>
std::optional<T> optional_of(const P* value) {
    return value == nullptr ? std::nullopt : std::optional<T>(*value);
}

std::optional<std::string> optional_text(const char* text) {
    return text == nullptr ? std::nullopt : std::optional<std::string>(text);
}

}  // namespace

tl::expected<SnapshotInput, BindingError> read_apply_snapshot(std::string_view body) {
    static constexpr Parameter parameters[] = {{.name = "Snapshot"}};
    return read_snapshot(body, "p:ApplySnapshot_INPUT", soap_in_p__ApplySnapshot_USCOREINPUT,
                         &p__ApplySnapshot_USCOREINPUT::Snapshot, parameters);
}

tl::expected<SnapshotInput, BindingError> read_clear_snapshot_state(std::string_view body) {
    static constexpr Parameter parameters[] = {{.name = "SnapshotSettingData"}};
    return read_snapshot(body, "p:ClearSnapshotState_INPUT", soap_in_p__ClearSnapshotState_USCOREINPUT,
                         &p__ClearSnapshotState_USCOREINPUT::SnapshotSettingData, parameters);
}

tl::expected<SnapshotInput, BindingError> read_convert_to_reference_point(std::string_view body) {
    static constexpr Parameter parameters[] = {{.name = "AffectedSnapshot"},
                                               {.name = "ReferencePointSettings", .required = false},
                                               {.name = "ResultingReferencePoint", .required = false}};
    return read_snapshot(body, "p:ConvertToReferencePoint_INPUT", soap_in_p__ConvertToReferencePoint_USCOREINPUT,
                         &p__ConvertToReferencePoint_USCOREINPUT::AffectedSnapshot, parameters);
}

tl::expected<CreateSnapshotInput, BindingError> read_create_snapshot(std::string_view body) {
    using Message = p__CreateSnapshot_USCOREINPUT;
    static constexpr Parameter parameters[] = {{.name = "AffectedSystem"},
                                               {.name = "SnapshotSettings", .required = false},
                                               {.name = "SnapshotType", .required = false},
                                               {.name = "ResultingSnapshot", .required = false}};
    return read<Message>(body, "p:CreateSnapshot_INPUT", soap_in_p__CreateSnapshot_USCOREINPUT, parameters,
                         [](const Message& message) {
                             return CreateSnapshotInput{message.AffectedSystem, optional_text(message.SnapshotSettings),
                                                        optional_of<std::uint16_t>(message.SnapshotType)};
                         });
}

tl::expected<SnapshotInput, BindingError> read_destroy_snapshot(std::string_view body) {
    static constexpr Parameter parameters[] = {{.name = "AffectedSnapshot"}};
    return read_snapshot(body, "p:DestroySnapshot_INPUT", soap_in_p__DestroySnapshot_USCOREINPUT,
                         &p__DestroySnapshot_USCOREINPUT::AffectedSnapshot, parameters);
}

tl::expected<SnapshotInput, BindingError> read_destroy_snapshot_tree(std::string_view body) {
    static constexpr Parameter parameters[] = {{.name = "SnapshotSettingData"}};
    return read_snapshot(body, "p:DestroySnapshotTree_INPUT", soap_in_p__DestroySnapshotTree_USCOREINPUT,
                         &p__DestroySnapshotTree_USCOREINPUT::SnapshotSettingData, parameters);
}

tl::expected<RequestStateChangeInput, BindingError> read_request_state_change(std::string_view body) {
    using Message = p__RequestStateChange_USCOREINPUT;
    static constexpr Parameter parameters[] = {{.name = "RequestedState", .required = false},
                                               {.name = "TimeoutPeriod", .required = false}};
    return read<Message>(body, "p:RequestStateChange_INPUT", soap_in_p__RequestStateChange_USCOREINPUT, parameters,
                         [](const Message& message) {
                             return RequestStateChangeInput{optional_of<std::uint16_t>(message.RequestedState),
                                                            optional_text(message.TimeoutPeriod)};
                         });
}

tl::expected<void, BindingError> read_start_service(std::string_view body) {
    return read_nothing(body, "p:StartService_INPUT", soap_in_p__StartService_USCOREINPUT);
}

tl::expected<void, BindingError> read_stop_service(std::string_view body) {
    return read_nothing(body, "p:StopService_INPUT", soap_in_p__StopService_USCOREINPUT);
}

void write_apply_snapshot(const JobOutput& output, std::string& out) {
    write_job(output, "p:ApplySnapshot_OUTPUT", out);
}

void write_clear_snapshot_state(const JobOutput& output, std::string& out) {
    write_job(output, "p:ClearSnapshotState_OUTPUT", out);
}

void write_convert_to_reference_point(const JobOutput& output, std::string& out) {
    write_job(output, "p:ConvertToReferencePoint_OUTPUT", out);
}

void write_create_snapshot(const JobOutput& output, std::string& out) {
    write_job(output, "p:CreateSnapshot_OUTPUT", out);
}

void write_destroy_snapshot(const JobOutput& output, std::string& out) {
    write_job(output, "p:DestroySnapshot_OUTPUT", out);
}

void write_destroy_snapshot_tree(const JobOutput& output, std::string& out) {
    write_job(output, "p:DestroySnapshotTree_OUTPUT", out);
}

void write_request_state_change(const JobOutput& output, std::string& out) {
    write_job(output, "p:RequestStateChange_OUTPUT", out);
}

void write_start_service(std::uint32_t return_value, std::string& out) {
    write_return_value(return_value, "p:StartService_OUTPUT", soap_out_p__StartService_USCOREOUTPUT, out);
}

void write_stop_service(std::uint32_t return_value, std::string& out) {
    write_return_value(return_value, "p:StopService_OUTPUT", soap_out_p__StopService_USCOREOUTPUT, out);
}

}  // namespace tintype::soap
