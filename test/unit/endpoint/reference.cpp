// docs/configuration.md, the example and the man page are written by hand; here they are held against the program.
#include <doctest/doctest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "check.hpp"
#include "configuration_file.hpp"
#include "keys.hpp"

using tintype::ListenerOptions;
using tintype::daemon::BackendKind;
using tintype::daemon::Configuration;
using tintype::daemon::Key;

namespace {

std::string file(const std::string& path) {
    std::ifstream stream(TINTYPE_SOURCE_DIR "/" + path);
    REQUIRE(stream);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

template <class Place>
std::string row(const Key<Place>& key, const Place& defaults) {
    const auto value = key.get(defaults);
    const bool unset = value == tintype::daemon::Scalar(std::string());
    const std::string shown = unset ? "–" : "`" + tintype::daemon::to_toml(value) + "`";
    std::string only;
    if (key.backend == BackendKind::qcow2) only = " (`qcow2` only)";
    if (key.backend == BackendKind::memory) only = " (`memory` only)";
    if (key.backend == BackendKind::libvirt) only = " (`libvirt` only)";
    return "| `" + std::string(key.name) + "` | " + key.type + " | " + shown + " | " + std::string(key.meaning) + only +
           " |\n";
}

}  // namespace

TEST_CASE("docs/configuration.md has a row for every key, as the program has it") {
    const auto reference = file("docs/configuration.md");
    const Configuration configuration;
    for (const auto& key : tintype::daemon::listener_keys()) {
        const auto wanted = row(key, ListenerOptions{});
        CHECK_MESSAGE(reference.find(wanted) != std::string::npos, "missing in docs/configuration.md: ", wanted);
    }
    for (const auto& key : tintype::daemon::keys()) {
        const auto wanted = row(key, configuration);
        CHECK_MESSAGE(reference.find(wanted) != std::string::npos, "missing in docs/configuration.md: ", wanted);
    }
}

TEST_CASE("docs/configuration.md has no row for a key that is none") {
    std::set<std::string, std::less<>> names;
    for (const auto& key : tintype::daemon::listener_keys()) names.emplace(key.name);
    for (const auto& key : tintype::daemon::keys()) names.emplace(key.name);

    const auto reference = file("docs/configuration.md");
    static const std::regex form("\\| `([a-z]+\\.[a-z_.]+)` \\|");
    const auto end = std::sregex_iterator();
    for (auto match = std::sregex_iterator(reference.begin(), reference.end(), form); match != end; ++match) {
        CHECK_MESSAGE(names.contains((*match)[1].str()), "docs/configuration.md describes ", (*match)[1].str());
    }
}

TEST_CASE("the example configuration is good and warns of nothing") {
    Configuration configuration;
    const auto given =
        tintype::daemon::read_toml(file("endpoint/tintyped.toml"), "endpoint/tintyped.toml", configuration);
    REQUIRE(given.has_value());
    const auto findings = tintype::daemon::check(configuration, *given);
    CHECK(findings.errors.empty());
    CHECK(findings.warnings.empty());
}
