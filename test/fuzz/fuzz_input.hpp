#pragma once
/// \file
/// A fuzzer's bytes as a request: the first says which Content-Type the rest came with.

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

/// Ends the run if `failure` says something.
inline void expect_none(const std::string& failure) {
    if (failure.empty()) return;
    std::fprintf(stderr, "%s\n", failure.c_str());
    std::abort();
}

}  // namespace tintype::fuzz
