#pragma once
/// \file
/// The table of configuration keys. Reading a file, the command line, --print-config, --help and the check that
/// docs/configuration.md is complete all go by it, so a key is added in one place.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "configuration.hpp"

namespace tintype::daemon {

/// A value as TOML has it, or as --print-config writes it.
using Scalar = std::variant<bool, std::int64_t, std::string, std::vector<std::string>>;

/// One key of a section of the configuration, whose value lives in a `Place`.
template <class Place>
struct Key {
    std::string_view name;     ///< Dotted, from the root of the file: `limits.max_envelope_size`.
    std::string type;          ///< As documentation calls it: `size, 8KiB to 64MiB`.
    std::string_view meaning;  ///< One sentence, no full stop.
    bool is_switch = false;    ///< True or false: its flag needs no value.
    bool is_list = false;      ///< An array of strings in the file, and a flag with spaces between them.
    /// Only this backend looks at it.
    std::optional<BackendKind> backend;

    /// Puts a value of the file in place. Errors: a sentence that says what is wrong with the value.
    std::function<tl::expected<void, std::string>(Place&, const Scalar&)> set;
    /// The same for the text of a flag.
    std::function<tl::expected<void, std::string>(Place&, std::string_view)> set_text;
    /// What set() would take to make this value.
    std::function<Scalar(const Place&)> get;
};

/// Every key but those of a listener, grouped by section.
[[nodiscard]] std::span<const Key<Configuration>> keys();

/// The keys of one [[listener]].
[[nodiscard]] std::span<const Key<ListenerOptions>> listener_keys();

/// The command-line twin: the key itself, `--limits.max_envelope_size`.
[[nodiscard]] std::string flag_of(std::string_view key);

/// A value as TOML text.
[[nodiscard]] std::string to_toml(const Scalar& value);

}  // namespace tintype::daemon
