#include "soap/snapshot_messages.hpp"

#include <array>
#include <span>

#include "soap/element_cursor.hpp"
#include "soap/gsoap_context.hpp"

namespace tintype::soap {
namespace {

BindingError error(BindingError::Kind kind, std::string_view parameter, std::string message) {
    return {.kind = kind, .parameter = std::string(parameter), .message = std::move(message)};
}

/// What is wrong with a body that the generated code refused. It says only that something is; this walks the body again
/// to tell the client what. \param required names of the parameters, all of which must be there.
BindingError explain(std::string_view body, std::string_view message, std::span<const std::string_view> required) {
    using Kind = BindingError::Kind;
    const auto root = Element::first_in(body);
    if (!root || !root->is("p", message)) {
        return error(Kind::wrong_element, {}, "the body's element is not " + std::string(message));
    }
    std::array<bool, 16> seen{};
    for (auto child = root->first_child(); child; child = child->next()) {
        const std::string name(child->name());
        std::size_t i = 0;
        while (i < required.size() && !child->is("p", required[i])) ++i;
        if (i == required.size()) return error(Kind::unexpected, name, name + " is not a parameter of this method");
        if (seen[i]) return error(Kind::duplicate, name, "the parameter " + name + " stands more than once");
        if (child->is_nil()) return error(Kind::missing, name, "the parameter " + name + " must not be null");
        seen[i] = true;
    }
    for (std::size_t i = 0; i < required.size(); ++i) {
        if (!seen[i]) {
            return error(Kind::missing, required[i], "the parameter " + std::string(required[i]) + " is missing");
        }
    }
    return error(Kind::wrong_type, {}, std::string(message) + " is not as its schema says");
}

}  // namespace

tl::expected<DestroySnapshotInput, BindingError> read_destroy_snapshot(std::string_view body) {
    static constexpr std::string_view parameters[] = {"AffectedSnapshot"};
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
