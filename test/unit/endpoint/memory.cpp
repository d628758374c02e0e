#include "memory.hpp"

#include <doctest/doctest.h>
#include <link.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

using tintype::daemon::give_back_what_starting_needed;

namespace {

using Bytes = std::vector<std::byte>;

Bytes bytes_of(const dl_phdr_info& object, const ElfW(Phdr) & segment) {
    const auto* const begin = std::bit_cast<const std::byte*>(object.dlpi_addr + segment.p_vaddr);
    return {begin, begin + segment.p_memsz};
}

/// What the dynamic linker wrote and then protected, of every library: addresses, which are in no file. (Under
/// sanitizers the program has gaps that may not be looked at.)
std::vector<Bytes> relocated() {
    std::vector<Bytes> all;
    const auto add = [](dl_phdr_info* object, std::size_t /*size*/, void* to) {
        if (std::string_view(object->dlpi_name).empty()) return 0;
        for (std::size_t i = 0; i < object->dlpi_phnum; ++i) {
            if (object->dlpi_phdr[i].p_type == PT_GNU_RELRO)
                static_cast<std::vector<Bytes>*>(to)->push_back(bytes_of(*object, object->dlpi_phdr[i]));
        }
        return 0;
    };
    ::dl_iterate_phdr(add, &all);
    return all;
}

/// Looks at every byte of the code and the constants of libcrypto.
void touch_libcrypto() {
    const auto touch = [](dl_phdr_info* object, std::size_t /*size*/, void* /*unused*/) {
        if (std::string_view(object->dlpi_name).find("libcrypto") == std::string_view::npos) return 0;
        for (std::size_t i = 0; i < object->dlpi_phnum; ++i) {
            const auto& segment = object->dlpi_phdr[i];
            if (segment.p_type == PT_LOAD && (segment.p_flags & PF_W) == 0) CHECK(!bytes_of(*object, segment).empty());
        }
        return 0;
    };
    ::dl_iterate_phdr(touch, nullptr);
}

/// KiB of libcrypto in memory that nobody can write to but the dynamic linker.
std::size_t resident_libcrypto() {
    std::ifstream smaps("/proc/self/smaps");
    std::size_t kib = 0;
    bool counts = false;
    for (std::string line; std::getline(smaps, line);) {
        std::istringstream words(line);
        std::string first;
        std::string second;
        words >> first >> second;
        if (first.find('-') != std::string::npos && second.size() == 4) {
            counts = line.find("libcrypto") != std::string::npos && second[1] == '-';
        } else if (counts && first == "Rss:") {
            kib += std::stoul(second);
        }
    }
    return kib;
}

int counted = 41;  // in the program's data

}  // namespace

TEST_CASE("pages of files that only starting needed are given back") {
    touch_libcrypto();
    const auto before = resident_libcrypto();
    REQUIRE(before > 1'000);
    give_back_what_starting_needed();
    CHECK(resident_libcrypto() < before / 2);
}

TEST_CASE("what was written to memory is there when pages are given back") {
    const auto before = relocated();
    REQUIRE(before.size() > 5);
    const std::string heap(100'000, 'x');
    ++counted;
    give_back_what_starting_needed();
    CHECK(counted == 42);
    CHECK(heap == std::string(100'000, 'x'));
    CHECK(relocated() == before);
}
