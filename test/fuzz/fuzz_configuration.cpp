// The configuration file: what is taken is printed so that it is read as the same; every complaint has its place.
#include <string>

#include "configuration_file.hpp"
#include "fuzz_input.hpp"
#include "units.hpp"

using namespace tintype;

namespace {

void check_units(std::string_view text) {
    if (const auto time = daemon::parse_duration(text);
        time && daemon::parse_duration(daemon::print_duration(*time)) != time)
        fuzz::expect_none("a duration changes: " + daemon::print_duration(*time));
    if (const auto bytes = daemon::parse_size(text); bytes && daemon::parse_size(daemon::print_size(*bytes)) != bytes)
        fuzz::expect_none("a size changes: " + daemon::print_size(*bytes));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Budget budget;
    const auto text = fuzz::text_of(data, size);
    check_units(text);
    daemon::Configuration configuration;
    const auto read = daemon::read_toml(text, "file", configuration);
    if (!read) {
        for (const auto& message : read.error()) {
            if (!message.starts_with("file:")) fuzz::expect_none("a complaint without its place: " + message);
        }
        return 0;
    }
    const auto printed = daemon::print_toml(configuration);
    daemon::Configuration again;
    const auto back = daemon::read_toml(printed, "printed", again);
    if (!back) fuzz::expect_none("what is printed is not read: " + back.error().front() + "\n" + printed);
    if (daemon::print_toml(again) != printed)
        fuzz::expect_none("it changes:\n" + printed + "\n" + daemon::print_toml(again));
    return 0;
}
