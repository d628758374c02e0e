// The files of the qcow2 store (machine.toml, snapshots.toml, intents): what is read is written so that it is read as
// the same. The first byte says which file.
#include <string>

#include "backend/disk.hpp"
#include "backend/machine_files.hpp"
#include "fuzz_input.hpp"

using namespace tintype;

namespace {

constexpr std::string_view machine = "11111111-AAAA-4000-8000-000000000001";

void check_description(std::string_view text) {
    const auto read = backend::parse_description(text);
    if (!read) return;
    for (const auto& disk : read->disks) {
        if (!backend::is_disk_name(disk)) fuzz::expect_none("a disk outside of the machine's folder: " + disk);
    }
    const auto again = backend::parse_description(backend::format_description(*read));
    if (!again) fuzz::expect_none("a description is not read again: " + again.error().message);
    if (again->id != read->id || again->name != read->name || again->disks != read->disks)
        fuzz::expect_none("a description changes: " + backend::format_description(*again));
}

void check_tree(std::string_view text) {
    const auto read = backend::parse_tree(text, machine);
    if (!read) return;
    const auto written = backend::format_tree(*read, machine);
    // It says so itself where what it wrote does not read back as the same.
    if (!written) fuzz::expect_none("a tree can't be written: " + written.error().message);
    auto less = *read;
    while (!less.entries.empty()) {
        less.remove(less.entries.begin()->first);
        if (!backend::format_tree(less, machine)) fuzz::expect_none("a tree with one snapshot less can't be written");
    }
}

void check_intent(std::string_view text, backend::Intent::Kind kind) {
    const auto read = backend::parse_intent(text, kind);
    if (!read) return;
    const auto again = backend::parse_intent(backend::format_intent(*read), kind);
    if (!again) fuzz::expect_none("an intent is not read again: " + again.error().message);
    if (again->snapshot != read->snapshot || again->tag != read->tag || again->disks != read->disks ||
        again->done != read->done) {
        fuzz::expect_none("an intent changes: " + backend::format_intent(*again));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Budget budget;
    if (size == 0) return 0;
    const auto text = fuzz::text_of(data + 1, size - 1);
    switch (data[0] % 5) {
        case 0:
            check_description(text);
            break;
        case 1:
            check_tree(text);
            break;
        default:
            check_intent(text, backend::intent_kinds.at(data[0] % 5 - 2U));
    }
    return 0;
}
