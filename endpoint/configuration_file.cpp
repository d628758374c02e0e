#include "configuration_file.hpp"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <cerrno>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>
#include <vector>

#include "keys.hpp"
#include "roles_section.hpp"

namespace tintype::daemon {
namespace {

std::string_view article_and_type(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::table:
            return "a table";
        case toml::node_type::array:
            return "an array";
        case toml::node_type::floating_point:
            return "a floating-point number";
        case toml::node_type::date:
        case toml::node_type::time:
        case toml::node_type::date_time:
            return "a date or time";
        default:
            return "a value of another type";
    }
}

std::optional<Scalar> scalar(const toml::node& node) {
    if (const auto* boolean = node.as_boolean()) return boolean->get();
    if (const auto* integer = node.as_integer()) return integer->get();
    if (const auto* text = node.as_string()) return text->get();
    return std::nullopt;
}

/// An array of strings and of nothing else, or what is there instead of an array.
std::optional<Scalar> texts(const toml::node& node) {
    const auto* array = node.as_array();
    if (array == nullptr) return scalar(node);
    std::vector<std::string> texts;
    for (const auto& element : *array) {
        const auto* text = element.as_string();
        if (text == nullptr) return std::nullopt;
        texts.push_back(text->get());
    }
    return texts;
}

class Reader {
  public:
    Reader(std::string name, Configuration& configuration) : name_(std::move(name)), configuration_(configuration) {}

    void read(const toml::table& root) {
        for (const auto& [key, node] : root) {
            if (key.str() == "listener") {
                read_listeners(key, node);
            } else if (key.str() == "authorization" && node.is_table()) {
                read_authorization(*node.as_table());
            } else {
                read_node(keys(), std::string(key.str()), key, node, configuration_);
            }
        }
    }

    void complain(const toml::source_position& where, std::string_view what) {
        errors_.push_back(fmt::format("{}:{}:{}: {}", name_, where.line, where.column, what));
    }

    tl::expected<GivenKeys, Messages> result() && {
        if (!errors_.empty()) return tl::unexpected(std::move(errors_));
        return std::move(given_);
    }

  private:
    void read_listeners(const toml::key& key, const toml::node& node) {
        const auto* array = node.as_array();
        if (array == nullptr) {
            complain(key.source().begin, "\"listener\" must be written as [[listener]], once for each listener");
            return;
        }
        configuration_.server.listeners.clear();
        for (const auto& element : *array) {
            const auto* table = element.as_table();
            if (table == nullptr) {
                complain(element.source().begin,
                         "\"listener\" must be written as [[listener]], once for each listener");
                continue;
            }
            ListenerOptions listener;
            for (const auto& [name, value] : *table) {
                read_node(listener_keys(), fmt::format("listener.{}", name.str()), name, value, listener);
            }
            if (listener.url.empty()) complain(element.source().begin, "this listener has no url");
            configuration_.server.listeners.push_back(std::move(listener));
        }
    }

    void read_authorization(const toml::table& section) {
        for (const auto& [name, node] : section) {
            if (is_about_roles(name.str())) continue;
            read_node(keys(), fmt::format("authorization.{}", name.str()), name, node, configuration_);
        }
        read_roles(section, configuration_, [this](const auto& where, auto what) { complain(where, what); });
    }

    // A key of the table sets a value; a table on the way to one is walked; everything else is unknown.
    template <class Place>
    void read_node(std::span<const Key<Place>> table, const std::string& path, const toml::key& key,
                   const toml::node& node, Place& place) {
        bool leads_to_keys = false;
        for (const auto& known : table) {
            if (known.name == path) {
                set(known, node, place);
                return;
            }
            leads_to_keys = leads_to_keys || known.name.starts_with(path + ".");
        }
        if (!leads_to_keys) {
            complain(key.source().begin, fmt::format("unknown key \"{}\"", path));
        } else if (const auto* inner = node.as_table()) {
            for (const auto& [name, value] : *inner) {
                read_node(table, fmt::format("{}.{}", path, name.str()), name, value, place);
            }
        } else {
            complain(key.source().begin, fmt::format("\"{}\" is a section, write [{}] and its keys below", path, path));
        }
    }

    template <class Place>
    void set(const Key<Place>& known, const toml::node& node, Place& place) {
        const auto value = known.is_list ? texts(node) : scalar(node);
        if (!value) {
            complain(node.source().begin,
                     fmt::format("{}: must be {}, not {}", known.name, known.type, article_and_type(node)));
            return;
        }
        const auto done = known.set(place, *value);
        if (!done) {
            complain(node.source().begin, fmt::format("{}: {}", known.name, done.error()));
            return;
        }
        given_.emplace(known.name);
    }

    std::string name_;
    Configuration& configuration_;
    Messages errors_;
    GivenKeys given_;
};

/// The section of a key and its name within: `auth` and `basic.users`.
std::pair<std::string_view, std::string_view> split(std::string_view name) {
    const auto dot = name.find('.');
    return {name.substr(0, dot), name.substr(dot + 1)};
}

}  // namespace

tl::expected<GivenKeys, Messages> read_toml(std::string_view text, const std::string& name,
                                            Configuration& configuration) {
    try {
        const toml::table root = toml::parse(text, std::string_view(name));
        Reader reader(name, configuration);
        reader.read(root);
        return std::move(reader).result();
    } catch (const toml::parse_error& error) {
        const auto& where = error.source().begin;
        return tl::unexpected(
            Messages{fmt::format("{}:{}:{}: {}", name, where.line, where.column, error.description())});
    }
}

tl::expected<GivenKeys, Messages> read_file(const std::string& path, Configuration& configuration) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    // A folder opens well and fails at the first read; an empty file has nothing to hand over, which counts as a
    // failure.
    const bool empty = file.is_open() && file.peek() == std::ifstream::traits_type::eof() && !file.bad();
    if (!empty && (!file || !(text << file.rdbuf()))) {
        const int reason = errno;
        return tl::unexpected(
            Messages{fmt::format("{}: can't be read: {}", path, std::generic_category().message(reason))});
    }
    return read_toml(text.str(), path, configuration);
}

std::string print_toml(const Configuration& configuration) {
    std::string text;
    for (const auto& listener : configuration.server.listeners) {
        text += "[[listener]]\n";
        for (const auto& key : listener_keys()) {
            const auto value = key.get(listener);
            if (value != Scalar(std::string()))
                text += fmt::format("{} = {}\n", split(key.name).second, to_toml(value));
        }
        text += '\n';
    }
    std::string_view section;
    for (const auto& key : keys()) {
        if (key.backend && *key.backend != configuration.backend) continue;
        const auto [of, name] = split(key.name);
        const auto value = key.get(configuration);
        if (of != section) {
            text += fmt::format("{}[{}]\n", section.empty() ? "" : "\n", of);
            section = of;
        }
        // Empty means "not given", which for a path can't be written.
        if (value != Scalar(std::string())) text += fmt::format("{} = {}\n", name, to_toml(value));
    }
    text += print_roles(configuration);
    return text;
}

}  // namespace tintype::daemon
