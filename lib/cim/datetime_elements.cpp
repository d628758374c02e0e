#include "cim/datetime_elements.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include "cim/datetime_reader.hpp"
#include "cim/value_reader.hpp"

namespace tintype::cim {
namespace {

using Failure = tl::unexpected<std::string>;

constexpr const char* mixed = "its elements are not those of one datetime";

/// A part that is a datetime by itself.
tl::expected<Scalar, std::string> read_whole(std::string_view name, std::string_view text) {
    if (name == "Datetime") return read_xml_date_time(text).map([](Timestamp value) { return Scalar(value); });
    if (name == "Interval") return read_xml_duration(text).map([](Interval value) { return Scalar(value); });
    if (name == "CIM_DateTime") return read_cim_datetime(text);
    return Failure("belongs to none");
}

}  // namespace

tl::expected<Scalar, std::string> read_datetime_elements(const soap::Element& parent) {
    std::optional<std::string> date;
    std::optional<std::string> time;
    std::optional<Scalar> whole;
    for (auto part = parent.first_child(); part; part = part->next()) {
        const std::string name(part->name());
        if (part->prefix() != "cim" || part->has_children() || part->is_nil())
            return Failure("the element " + quoted(name) + " is no part of a datetime");
        const std::string held = part->text();
        const std::string_view text = soap::trim(held);
        if (name == "Date" || name == "Time") {
            auto& kept = name == "Date" ? date : time;
            if (kept) return Failure(mixed);
            kept = text;
            continue;
        }
        if (whole) return Failure(mixed);
        auto read = read_whole(name, text);
        if (!read) return Failure("the datetime " + quoted(text) + " in cim:" + name + " " + read.error());
        whole = std::move(*read);
    }
    if (whole && !date && !time) return std::move(*whole);
    if (whole || !date || (time && time->empty())) return Failure(mixed);
    const auto read = read_xml_date_and_time(*date, time.value_or(std::string()));
    if (!read) return Failure("the datetime " + quoted(*date) + " " + read.error());
    return Scalar(*read);
}

}  // namespace tintype::cim
