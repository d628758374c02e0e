#include "roles_section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tl/expected.hpp>
#include <vector>

#include "keys.hpp"

namespace tintype::daemon {
namespace {

using Texts = std::vector<std::string>;
using Check = tl::expected<void, std::string> (*)(std::string_view);

class Reader {
  public:
    Reader(Configuration& configuration, const Complain& complain) : roles_(configuration.roles), complain_(complain) {}

    void read_definitions(const toml::node& node) {
        const auto* all = node.as_array();
        const bool tables = all != nullptr &&
                            std::all_of(all->begin(), all->end(), [](const toml::node& one) { return one.is_table(); });
        if (!tables) return complain_(node.source().begin, "a role is written as [[authorization.role]]");
        for (const auto& one : *all) read_definition(*one.as_table());
    }

    void read_lists(std::string_view path, const toml::node& node, std::map<std::string, Texts>& lists) {
        const auto* table = node.as_table();
        if (table == nullptr) {
            return complain_(node.source().begin, fmt::format("{} must be NAME = [\"user\", …] for each", path));
        }
        for (const auto& [name, list] : *table) {
            const auto key = fmt::format("{}.{}", path, name.str());
            lists[std::string(name.str())] = texts(key, list, check_role_member);
        }
    }

    /// Every role that somebody has must be there.
    void check_names(const toml::table& members) {
        const auto known = [&](std::string_view name) {
            const auto is = [&](const Role& role) { return role.name == name; };
            return std::any_of(predefined_roles().begin(), predefined_roles().end(), is) ||
                   std::any_of(roles_.definitions.begin(), roles_.definitions.end(), is);
        };
        for (const auto& [name, list] : members) {
            if (known(name.str())) continue;
            complain_(name.source().begin,
                      fmt::format("authorization.roles.{}: there is no such role: viewer, operator and administrator "
                                  "are, and those of [[authorization.role]]",
                                  name.str()));
        }
    }

  private:
    Texts texts(std::string_view key, const toml::node& node, Check check) {
        Texts read;
        const auto* array = node.as_array();
        if (array == nullptr) {
            complain_(node.source().begin, fmt::format("{}: must be a list of texts", key));
            return read;
        }
        for (const auto& element : *array) {
            const auto* text = element.as_string();
            if (text == nullptr) {
                complain_(element.source().begin, fmt::format("{}: must be a list of texts", key));
            } else if (const auto checked = check(text->get()); !checked) {
                complain_(element.source().begin, fmt::format("{}: {}", key, checked.error()));
            } else {
                read.push_back(text->get());
            }
        }
        return read;
    }

    void read_definition(const toml::table& table) {
        Role role;
        for (const auto& [name, value] : table) {
            const auto key = fmt::format("authorization.role.{}", name.str());
            if (name == "allow") {
                role.allow = texts(key, value, check_role_rule);
            } else if (name == "deny") {
                role.deny = texts(key, value, check_role_rule);
            } else if (name != "name") {
                complain_(name.source().begin, fmt::format("unknown key \"{}\"", key));
            } else if (const auto* text = value.as_string()) {
                role.name = text->get();
            } else {
                complain_(value.source().begin, fmt::format("{}: must be text", key));
            }
        }
        if (role.name.empty()) complain_(table.source().begin, "this role has no name");
        roles_.definitions.push_back(std::move(role));
    }

    Roles& roles_;
    const Complain& complain_;
};

std::string toml_key(const std::string& name) {
    const auto bare = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    return !name.empty() && std::all_of(name.begin(), name.end(), bare) ? name : to_toml(name);
}

void print_lists(std::string& text, std::string_view name, const std::map<std::string, Texts>& lists) {
    text += fmt::format("\n[authorization.{}]\n", name);
    for (const auto& [key, list] : lists) text += fmt::format("{} = {}\n", toml_key(key), to_toml(list));
}

}  // namespace

bool is_about_roles(std::string_view name) noexcept {
    return name == "role" || name == "roles" || name == "groups";
}

void read_roles(const toml::table& section, Configuration& configuration, const Complain& complain) {
    auto& roles = configuration.roles;
    roles.definitions.clear();
    roles.members.clear();
    roles.groups.clear();
    Reader reader(configuration, complain);
    if (const auto* node = section.get("role")) reader.read_definitions(*node);
    if (const auto* node = section.get("groups")) reader.read_lists("authorization.groups", *node, roles.groups);
    const auto* members = section.get("roles");
    configuration.has_roles = members != nullptr;
    if (members == nullptr) return;
    reader.read_lists("authorization.roles", *members, roles.members);
    if (const auto* table = members->as_table()) reader.check_names(*table);
}

std::string print_roles(const Configuration& configuration) {
    const auto& roles = configuration.roles;
    std::string text;
    if (configuration.has_roles) print_lists(text, "roles", roles.members);
    if (!roles.groups.empty()) print_lists(text, "groups", roles.groups);
    for (const auto& role : roles.definitions) {
        text += fmt::format("\n[[authorization.role]]\nname = {}\nallow = {}\ndeny = {}\n", to_toml(role.name),
                            to_toml(role.allow), to_toml(role.deny));
    }
    return text;
}

}  // namespace tintype::daemon
