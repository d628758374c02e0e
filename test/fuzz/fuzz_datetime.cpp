// Points in time and lengths of time, in every form there is: what is read is written, in both forms, so that it is
// read as the same.
#include <string>

#include "cim/datetime_reader.hpp"
#include "fuzz_input.hpp"
#include "wsman/duration.hpp"

using namespace tintype;

namespace {

void check(const tl::expected<cim::Scalar, std::string>& read, std::string_view text) {
    if (!read) {
        if (read.error().empty()) fuzz::expect_none("refused without a word: " + std::string(text));
        return;
    }
    const auto* const interval = std::get_if<cim::Interval>(&*read);
    const std::string cim_text =
        interval != nullptr ? cim::to_cim_datetime(*interval) : cim::to_cim_datetime(std::get<cim::Timestamp>(*read));
    if (cim_text.size() != 25) fuzz::expect_none("not CIM's 25 characters: " + cim_text);
    for (const auto& written : {cim_text, cim::to_text(*read)}) {
        const auto again = cim::read_datetime(written);
        if (!again) fuzz::expect_none(written + " is not read again: " + again.error());
        if (*again != *read) fuzz::expect_none(written + " is another one than " + std::string(text));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Budget budget;
    const auto text = fuzz::text_of(data, size);
    check(cim::read_datetime(text), text);
    check(cim::read_cim_datetime(text), text);
    check(cim::read_xml_date_time(text).map([](auto value) { return cim::Scalar(value); }), text);
    check(cim::read_xml_duration(text).map([](auto value) { return cim::Scalar(value); }), text);
    const auto line = text.find('\n');
    if (line != std::string_view::npos) {
        check(cim::read_xml_date_and_time(text.substr(0, line), text.substr(line + 1)).map([](auto value) {
            return cim::Scalar(value);
        }),
              text);
    }
    // The same words as WS-Management's control headers have them, which are shorter than 10,000 years.
    const auto interval = cim::read_xml_duration(text);
    if (!interval || *interval > std::chrono::hours(24 * 365 * 9'999)) return 0;
    const auto wait = wsman::parse_duration(text);
    if (!wait) fuzz::expect_none("a duration for CIM is none for a header: " + std::string(text));
    if (*wait != std::chrono::duration_cast<std::chrono::milliseconds>(*interval))
        fuzz::expect_none("a header lasts longer or shorter than CIM has it: " + std::string(text));
    return 0;
}
