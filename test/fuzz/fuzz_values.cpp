// The text of one value: what is read fits its type, and is written so that it is read as the same.
#include <string>

#include "cim/type_name.hpp"
#include "cim/value_fit.hpp"
#include "cim/value_reader.hpp"
#include "fuzz_input.hpp"

using namespace tintype;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Budget budget;
    if (size == 0) return 0;
    constexpr auto types = static_cast<std::size_t>(cim::Type::reference) + 1;
    const auto type = static_cast<cim::Type>(data[0] % types);
    const auto value = cim::read_value(type, {reinterpret_cast<const char*>(data) + 1, size - 1});
    if (!value) return 0;
    if (!cim::fits(type, false, *value)) fuzz::expect_none("what was read does not fit its type");
    const std::string text = cim::to_text(*value);
    const auto again = cim::read_value(type, text);
    const std::string what = std::string(cim::type_name(type)) + " " + text;
    if (!again) fuzz::expect_none(what + " is not read again: " + again.error());
    if (cim::to_text(*again) != text) fuzz::expect_none(what + " changes to " + cim::to_text(*again));
    for (const auto& cim_text :
         {std::get_if<cim::Timestamp>(&*value) != nullptr  ? cim::to_cim_datetime(std::get<cim::Timestamp>(*value))
          : std::get_if<cim::Interval>(&*value) != nullptr ? cim::to_cim_datetime(std::get<cim::Interval>(*value))
                                                           : std::string()}) {
        if (cim_text.empty()) continue;
        if (cim::read_value(type, cim_text) != *value) fuzz::expect_none(what + " is another one in CIM's form");
    }
    return 0;
}
