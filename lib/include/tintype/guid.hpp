#pragma once
/// \file
/// GUIDs as text, the names of machines, snapshots and jobs: `8-4-4-4-12` hexadecimal digits without braces, upper case
/// in answers, either case in requests.

#include <sys/mman.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace tintype {

/// True for a GUID in either case.
[[nodiscard]] constexpr bool is_guid(std::string_view text) noexcept {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool digit = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
        if (dash ? c != '-' : !digit) return false;
    }
    return true;
}

/// The same GUID in upper case.
[[nodiscard]] inline std::string upper_guid(std::string_view guid) {
    std::string out(guid);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

/// Appends the text of 16 bytes.
inline void append_guid(std::string& out, const std::array<unsigned char, 16>& bytes) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::array<char, 36> text{};
    std::size_t at = 0;
    for (const unsigned char byte : bytes) {
        if (at == 8 || at == 13 || at == 18 || at == 23) text[at++] = '-';
        text[at++] = digits[byte >> 4U];
        text[at++] = digits[byte & 0x0FU];
    }
    out.append(text.data(), text.size());
}

/// The bytes with six of their bits as the version 4 has them (RFC 4122, 4.4).
[[nodiscard]] constexpr std::array<unsigned char, 16> as_version_4(std::array<unsigned char, 16> bytes) noexcept {
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x40U);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);
    return bytes;
}

/// The GUID of version 4 that 16 bytes make.
[[nodiscard]] inline std::string format_guid(const std::array<unsigned char, 16>& bytes) {
    std::string guid;
    append_guid(guid, as_version_4(bytes));
    return guid;
}

namespace detail {

/// Random bytes, asked of the kernel many at a time. For one thread. They lie in a page of their own that a forked
/// child finds empty, so that parent and child never use the same ones.
class RandomBytes {
  public:
    RandomBytes() {
        void* const page = ::mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (page == MAP_FAILED) return;
        if (::madvise(page, sizeof(Page), MADV_WIPEONFORK) == 0)
            page_ = static_cast<Page*>(page);
        else
            ::munmap(page, sizeof(Page));
    }
    RandomBytes(const RandomBytes&) = delete;
    RandomBytes& operator=(const RandomBytes&) = delete;
    ~RandomBytes() {
        if (page_ != nullptr) ::munmap(page_, sizeof(Page));
    }

    std::array<unsigned char, 16> next() {
        std::array<unsigned char, 16> bytes{};
        if (page_ == nullptr) {
            fill(bytes.data(), bytes.size());
            return bytes;
        }
        if (page_->left == 0) {
            fill(page_->bytes.data(), page_->bytes.size());
            page_->left = page_->bytes.size();
        }
        page_->left -= bytes.size();
        std::copy_n(page_->bytes.begin() + static_cast<std::ptrdiff_t>(page_->left), bytes.size(), bytes.begin());
        return bytes;
    }

  private:
    struct Page {
        std::size_t left;
        std::array<unsigned char, 240> bytes;  // The kernel gives up to 256 in one piece, whatever signals come.
    };

    static void fill(unsigned char* into, std::size_t size) {
        while (::getrandom(into, size, 0) != static_cast<ssize_t>(size)) {
            if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
        }
    }

    Page* page_ = nullptr;  // Null where the kernel has no such page: then each is asked for.
};

}  // namespace detail

/// Appends a new one: RFC 4122 version 4, 122 random bits from the kernel. Any thread.
/// Errors: throws std::system_error if the kernel gives no random bytes, which Linux does only before it has booted.
inline void append_random_guid(std::string& out) {
    thread_local detail::RandomBytes random;
    append_guid(out, as_version_4(random.next()));
}

/// Appends a new one that is greater, as text, than those of earlier milliseconds: RFC 9562 version 7, 48 bits of which
/// are `time` and 74 random. What is kept in order of such ids is kept in order of time, and grows at its end.
/// Otherwise as append_random_guid().
inline void append_ordered_guid(std::string& out, std::chrono::system_clock::time_point time) {
    thread_local detail::RandomBytes random;
    auto bytes = as_version_4(random.next());
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x70U);
    auto milliseconds = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
    for (std::size_t at = 6; at-- > 0; milliseconds >>= 8U)
        bytes[at] = static_cast<unsigned char>(milliseconds & 0xFFU);
    append_guid(out, bytes);
}

/// A random one by itself.
[[nodiscard]] inline std::string random_guid() {
    std::string guid;
    append_random_guid(guid);
    return guid;
}

}  // namespace tintype
