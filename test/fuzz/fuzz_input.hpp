#pragma once
/// \file
/// What the targets share: bytes as a request, what ends a run, and the bounds of one input.

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace tintype::fuzz {

struct Request {
    std::string_view content_type;
    std::string_view message;
};

/// A fuzzer's bytes as a request: the first says which Content-Type the rest came with.
inline Request request_of(const std::uint8_t* data, std::size_t size) {
    static constexpr std::array<std::string_view, 8> types = {"",
                                                              "application/soap+xml;charset=UTF-8",
                                                              "application/soap+xml;charset=utf-16",
                                                              "application/soap+xml; charset=\"utf-16le\"",
                                                              "application/soap+xml;charset=utf-16be",
                                                              "application/soap+xml;charset=us-ascii",
                                                              "application/soap+xml;charset=latin1",
                                                              "application/soap+xml"};
    if (size == 0) return {};
    return {types[data[0] % types.size()], {reinterpret_cast<const char*>(data) + 1, size - 1}};
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// Ends the run if `failure` says something.
inline void expect_none(const std::string& failure) {
    if (failure.empty()) return;
    std::fprintf(stderr, "%s\n", failure.c_str());
    std::abort();
}

/// What one input may cost: made when it comes, ends the run when it goes and the input took more than a second of
/// processor time, or more than 32 MiB of memory at once.
class Budget {
  public:
    Budget();
    ~Budget();
    Budget(const Budget&) = delete;
    Budget& operator=(const Budget&) = delete;

  private:
    double began_;
};

}  // namespace tintype::fuzz
