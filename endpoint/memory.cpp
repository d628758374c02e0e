#include "memory.hpp"

#include <link.h>
#include <malloc.h>
#include <sqlite3.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TINTYPE_SANITIZED_MEMORY
#include <sanitizer/allocator_interface.h>
#endif
#endif

namespace tintype::daemon {
namespace {

struct Range {
    std::uintptr_t begin;
    std::uintptr_t end;
};

std::span<const ElfW(Phdr)> segments_of(const dl_phdr_info& object) {
    return {object.dlpi_phdr, object.dlpi_phnum};
}

/// The whole pages that a segment lies in.
Range pages_of(const dl_phdr_info& object, const ElfW(Phdr) & segment) {
    const auto page = static_cast<std::uintptr_t>(::getpagesize());
    const auto begin = object.dlpi_addr + segment.p_vaddr;
    return {begin / page * page, (begin + segment.p_memsz + page - 1) / page * page};
}

/// What the linker wrote into code that isn't independent of its position would be lost.
bool has_relocated_code(const dl_phdr_info& object) {
    for (const auto& segment : segments_of(object)) {
        if (segment.p_type != PT_DYNAMIC) continue;
        const auto* entry = std::bit_cast<const ElfW(Dyn)*>(object.dlpi_addr + segment.p_vaddr);
        for (; entry->d_tag != DT_NULL; ++entry) {
            if (entry->d_tag == DT_TEXTREL || (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL) != 0))
                return true;
        }
    }
    return false;
}

/// All of it was mapped from a file, and nothing was written to it.
bool is_as_in_its_file(const dl_phdr_info& object, const ElfW(Phdr) & segment) {
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0 || segment.p_filesz != segment.p_memsz) return false;
    const auto pages = pages_of(object, segment);
    return std::ranges::none_of(segments_of(object), [&](const auto& other) {
        if (other.p_type != PT_LOAD || (other.p_flags & PF_W) == 0) return false;
        const auto written = pages_of(object, other);
        return written.begin < pages.end && pages.begin < written.end;
    });
}

int give_back(dl_phdr_info* object, std::size_t /*size*/, void* /*unused*/) {
    // The kernel's own object is in no file.
    const bool is_the_kernels = std::ranges::any_of(segments_of(*object), [&](const auto& segment) {
        return segment.p_type == PT_LOAD && object->dlpi_addr + segment.p_vaddr == ::getauxval(AT_SYSINFO_EHDR);
    });
    if (is_the_kernels || has_relocated_code(*object)) return 0;
    for (const auto& segment : segments_of(*object)) {
        if (!is_as_in_its_file(*object, segment)) continue;
        const auto pages = pages_of(*object, segment);
        // Refused where pages are locked into memory: then they stay.
        static_cast<void>(::madvise(std::bit_cast<void*>(pages.begin), pages.end - pages.begin, MADV_DONTNEED));
    }
    return 0;
}

}  // namespace

void take_memory_when_needed() noexcept {
    // Refused where SQLite is at work already, as in a program of tests: then it stays as it is.
    static_cast<void>(::sqlite3_config(SQLITE_CONFIG_PAGECACHE, static_cast<void*>(nullptr), 0, 0));
    static_cast<void>(::sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0));
}

void give_back_what_starting_needed() noexcept {
    ::dl_iterate_phdr(give_back, nullptr);
    give_back_freed_memory();
}

void give_back_freed_memory() noexcept {
#ifdef TINTYPE_SANITIZED_MEMORY
    ::__sanitizer_purge_allocator();
#else
    ::malloc_trim(0);
#endif
}

}  // namespace tintype::daemon
