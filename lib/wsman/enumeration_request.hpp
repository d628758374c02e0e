#pragma once
/// \file
/// The bodies of Enumerate, Pull, Release, Renew and GetStatus, read.

#include <chrono>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "tintype/wsman/fault.hpp"
#include "wsman/enumeration_context.hpp"
#include "wsman/filter.hpp"

namespace tintype::wsman {

/// What a class with subclasses answers with (DSP0227 8.1).
enum class Polymorphism { include_subclass_properties, exclude_subclass_properties, none };

/// Until when a context is to stay (WS-Enumeration 3.1): a duration, or a point in time, which is answered with one.
struct Expiration {
    std::chrono::milliseconds lifetime{};
    bool is_point_in_time = false;
};

/// What one of these messages asks for. Members that it has no element for are as they come.
struct EnumerationRequest {
    std::string context;
    ItemForm form = ItemForm::object;
    Polymorphism polymorphism = Polymorphism::include_subclass_properties;
    bool optimised = false;
    std::size_t max_elements = 1;  ///< WS-Enumeration's default.
    std::size_t max_characters = std::numeric_limits<std::size_t>::max();
    std::optional<std::chrono::milliseconds> max_time;
    std::optional<Expiration> expires;
};

/// What an Enumerate's body holds, each part with what is wrong with it: its filter is judged with the plan, the rest
/// when that is carried out.
struct EnumerateBody {
    std::optional<Filter> filter;
    Result<void> filter_read;
    Result<EnumerationRequest> request;
};
[[nodiscard]] EnumerateBody read_enumerate(const soap::Envelope& envelope);

/// Errors: the fault of the element that is not as it should be; SchemaValidationError for one that doesn't belong.
[[nodiscard]] Result<EnumerationRequest> read_pull(std::string_view body);
/// Release, Renew or GetStatus. \param may_expire whether n:Expires belongs (Renew).
[[nodiscard]] Result<EnumerationRequest> read_about_context(std::string_view body, bool may_expire);

}  // namespace tintype::wsman
