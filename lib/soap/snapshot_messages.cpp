#include "soap/snapshot_messages.hpp"

#include <span>
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

}  // namespace

tl::expected<DestroySnapshotInput, BindingError> read_destroy_snapshot(std::string_view body) {
    static constexpr Parameter parameters[] = {{.name = "AffectedSnapshot"}};
    auto& context = GsoapContext::of_this_thread();
    p__DestroySnapshot_USCOREINPUT message;
    const auto* const read = soap_in_p__DestroySnapshot_USCOREINPUT(context.begin_reading(body),
                                                                    "p:DestroySnapshot_INPUT", &message, nullptr);
    if (read != nullptr) {
        DestroySnapshotInput input{.affected_snapshot = message.AffectedSnapshot};
        if (context.end_reading()) return input;
    }
    context.reset();
    return tl::unexpected(explain(body, "DestroySnapshot_INPUT", parameters));
}

void write_destroy_snapshot(const DestroySnapshotOutput& output, std::string& out) {
    auto& context = GsoapContext::of_this_thread();
    p__DestroySnapshot_USCOREOUTPUT message;
    // gSOAP takes no const; it only reads it.
    message.Job = output.job ? const_cast<char*>(output.job->c_str()) : nullptr;
    message.ReturnValue = output.return_value;
    soap_out_p__DestroySnapshot_USCOREOUTPUT(context.begin_writing(out), "p:DestroySnapshot_OUTPUT", -1, &message,
                                             nullptr);
    context.end_writing();
}

}  // namespace tintype::soap
