#include "fault.hpp"

#include <fmt/format.h>

#include <array>
#include <initializer_list>
#include <optional>
#include <string>

namespace tintype::client {
namespace {

using Step = std::pair<std::string_view, std::string_view>;

std::string text_at(const soap::Element& from, std::initializer_list<Step> steps) {
    std::optional<soap::Element> at = from;
    for (const auto& [prefix, name] : steps) {
        at = at->child(prefix, name);
        if (!at) return {};
    }
    return std::string(soap::trim(at->text()));
}

ExitCode code_of(std::string_view subcode, std::string_view detail) {
    if (subcode == "AccessDenied") return ExitCode::access_denied;
    if (subcode == "TimedOut") return ExitCode::timed_out;
    if (subcode == "DestinationUnreachable" || detail.ends_with("/InvalidResourceURI")) return ExitCode::not_found;
    return ExitCode::failed;
}

struct Meaning {
    long value;
    ExitCode code;
    std::string_view words;
};

// Both of Hyper-V's series: the snapshot methods' own, and 32768 and up.
constexpr std::array<Meaning, 19> meanings{{
    {1, ExitCode::failed, "this is not supported"},
    {2, ExitCode::failed, "it failed"},
    {3, ExitCode::timed_out, "it took too long"},
    {4, ExitCode::failed, "a parameter is not valid, or what it names is gone"},
    {5, ExitCode::failed, "the present state doesn't allow it; perhaps another job is at work there"},
    {6, ExitCode::failed, "what is named is of the wrong class"},
    {4097, ExitCode::failed, "the present state doesn't allow this change"},
    {32768, ExitCode::failed, "it failed"},
    {32769, ExitCode::access_denied, "access is denied"},
    {32770, ExitCode::failed, "this is not supported"},
    {32771, ExitCode::failed, "its status is not known"},
    {32772, ExitCode::timed_out, "it took too long"},
    {32773, ExitCode::failed, "a parameter is not valid, or what it names is gone"},
    {32774, ExitCode::failed, "it is in use"},
    {32775, ExitCode::failed, "the present state doesn't allow it; perhaps another job is at work there"},
    {32776, ExitCode::failed, "a value has the wrong type"},
    {32777, ExitCode::failed, "it is not available"},
    {32778, ExitCode::failed, "there is not enough memory"},
    {32779, ExitCode::not_found, "a file is missing"},
}};

}  // namespace

Error read_fault(const soap::Element& fault) {
    std::string subcode = text_at(fault, {{"s", "Code"}, {"s", "Subcode"}, {"s", "Value"}});
    const std::string detail = text_at(fault, {{"s", "Detail"}, {"w", "FaultDetail"}});
    const std::string windows = text_at(fault, {{"s", "Detail"}, {"f", "WSManFault"}, {"f", "Message"}});
    std::string reason = text_at(fault, {{"s", "Reason"}, {"s", "Text"}});
    if (reason.empty()) reason = windows.empty() ? "The endpoint answered with a fault." : windows;

    Error error;
    error.code = code_of(std::string_view(subcode).substr(subcode.find(':') + 1), detail);
    error.detail = fmt::format("fault {}", subcode.empty() ? text_at(fault, {{"s", "Code"}, {"s", "Value"}}) : subcode);
    if (!detail.empty()) error.detail += fmt::format("\ndetail {}", detail);
    if (!windows.empty() && windows != reason) error.detail += fmt::format("\nmessage {}", windows);
    error.sentence = std::move(reason);
    return error;
}

Error read_return_value(std::string_view method, long value) {
    const auto detail = fmt::format("{} returned {}", method, value);
    for (const auto& meaning : meanings) {
        if (meaning.value == value)
            return {meaning.code, fmt::format("{} is refused: {}.", method, meaning.words), detail};
    }
    return {ExitCode::failed, fmt::format("{} failed with the return value {}.", method, value), detail};
}

}  // namespace tintype::client
