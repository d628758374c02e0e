#include "snapshot/snapshot_settings.hpp"

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "cim/cim_xml.hpp"
#include "snapshot/classes.hpp"
#include "snapshot/modify_snapshot.hpp"

namespace tintype::snapshot {

namespace {

using Values = std::vector<std::optional<cim::Value>>;

tl::unexpected<Refused> invalid(std::string why) {
    return tl::unexpected(Refused(Outcome::invalid_parameter, std::move(why)));
}

/// The values of an embedded instance, by name.
class Given {
  public:
    Given(const cim::ClassDeclaration& declaration, Values values)
        : declaration_(&declaration), values_(std::move(values)) {}

    /// The value if it is given and not null.
    [[nodiscard]] const cim::Value* find(std::string_view property) const {
        const auto index = declaration_->find(property);
        if (!index || !values_[*index] || std::holds_alternative<std::monostate>(*values_[*index])) return nullptr;
        return &*values_[*index];
    }

    template <class T>
    [[nodiscard]] std::optional<T> scalar(std::string_view property) const {
        const auto* value = find(property);
        return value == nullptr ? std::nullopt : std::optional(std::get<T>(std::get<cim::Scalar>(*value)));
    }

  private:
    const cim::ClassDeclaration* declaration_;
    Values values_;
};

tl::expected<void, Refused> read_name_and_notes(const Given& given, SnapshotRequest& request) {
    std::vector<wsman::PropertyValue> values;
    for (const std::string_view property : {"ElementName", "Notes"}) {
        const auto* value = given.find(property);
        const bool empty = property == "ElementName" && given.scalar<std::string>(property) == std::string();
        if (value != nullptr && !empty)
            values.push_back({virtual_system_setting_data_class.find(property).value(), *value});
    }
    auto wanted = read_changes(values);
    if (!wanted) return invalid(wanted.error().message);
    if (wanted->name) request.name = *std::move(wanted->name);
    if (wanted->notes) request.notes = *std::move(wanted->notes);
    return {};
}

tl::expected<void, Refused> read_flags(const Given& given, SnapshotRequest& request) {
    constexpr std::uint64_t application_consistent = 1;
    constexpr std::uint64_t highest = 2;  // of both lists of values
    if (const auto level = given.scalar<std::uint64_t>("ConsistencyLevel")) {
        if (*level > highest) return invalid("ConsistencyLevel has no value " + std::to_string(*level) + '.');
        request.application_consistent = *level == application_consistent;
    }
    if (const auto type = given.scalar<std::uint64_t>("GuestBackupType"); type && *type > highest)
        return invalid("GuestBackupType has no value " + std::to_string(*type) + '.');
    request.skip_unsuitable_disks = given.scalar<bool>("IgnoreNonSnapshottableDisks").value_or(false);
    return {};
}

/// The longest beginning with at most so many characters of valid UTF-8, without control characters.
std::string printable_beginning(std::string_view text, std::size_t characters) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool begins = (byte & 0xC0U) != 0x80U;
        if (begins && characters-- == 0) break;
        out += byte < 0x20 || byte == 0x7F ? ' ' : c;
    }
    return out;
}

}  // namespace

tl::expected<void, Refused> read_snapshot_settings(std::string_view text, SnapshotRequest& request) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return {};
    const auto read = cim::read_cim_xml(text);
    if (!read) return invalid("SnapshotSettings: " + read.error());
    const auto* declaration = &snapshot_setting_data_class;
    if (cim::equal_names(read->class_name, virtual_system_setting_data_class.name))
        declaration = &virtual_system_setting_data_class;
    if (!declaration->is_a(read->class_name)) {
        return tl::unexpected(
            Refused(Outcome::invalid_type, "SnapshotSettings is an instance of " + read->class_name + '.'));
    }
    auto values = cim::given_values(*read, *declaration);
    if (!values) return invalid("SnapshotSettings: " + values.error());
    const Given given(*declaration, *std::move(values));
    if (auto named = read_name_and_notes(given, request); !named) return named;
    return read_flags(given, request);
}

std::string default_snapshot_name(std::string_view machine_name, std::chrono::system_clock::time_point time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm local{};
    localtime_r(&seconds, &local);
    const int hour = local.tm_hour % 12 == 0 ? 12 : local.tm_hour % 12;
    const auto two_digits = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    const std::string when = " - (" + std::to_string(local.tm_mon + 1) + '/' + std::to_string(local.tm_mday) + '/' +
                             std::to_string(local.tm_year + 1900) + " - " + std::to_string(hour) + ':' +
                             two_digits(local.tm_min) + ':' + two_digits(local.tm_sec) +
                             (local.tm_hour < 12 ? " AM)" : " PM)");
    return printable_beginning(machine_name, max_element_name - when.size()) + when;
}

}  // namespace tintype::snapshot
