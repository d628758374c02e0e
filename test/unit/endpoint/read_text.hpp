#pragma once
// Configurations from a text that stands for a file called t.toml.

#include <doctest/doctest.h>

#include <string>

#include "configuration_file.hpp"

namespace tintype::test {

/// Of a text that is right.
inline daemon::Configuration read(const std::string& text) {
    daemon::Configuration configuration;
    const auto given = daemon::read_toml(text, "t.toml", configuration);
    REQUIRE(given.has_value());
    return configuration;
}

/// What is said of one that isn't.
inline daemon::Messages mistakes(const std::string& text) {
    daemon::Configuration configuration;
    const auto given = daemon::read_toml(text, "t.toml", configuration);
    REQUIRE_FALSE(given.has_value());
    return given.error();
}

}  // namespace tintype::test
