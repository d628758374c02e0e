#include "profile.hpp"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <utility>

#include "url.hpp"

namespace tintype::client {
namespace {

std::optional<std::string> environment(const char* name) {
    const char* const value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return std::string(value);
}

std::string default_file() {
    if (const auto folder = environment("XDG_CONFIG_HOME")) return *folder + "/tintype/client.toml";
    if (const auto home = environment("HOME")) return *home + "/.config/tintype/client.toml";
    return {};
}

/// `~/` is the home folder, as people write it; any other relative path is one from the configuration file's folder.
std::string resolved(const std::string& path, const std::string& file) {
    if (path.starts_with("~/")) {
        if (const auto home = environment("HOME")) return *home + path.substr(1);
    }
    const std::filesystem::path given(path);
    return given.is_absolute() ? path : (std::filesystem::path(file).parent_path() / given).string();
}

class ConfigurationFile {
  public:
    explicit ConfigurationFile(std::string name) : name_(std::move(name)) {}

    Result<void> read() {
        try {
            root_ = toml::parse_file(name_);
        } catch (const toml::parse_error& error) {
            return wrong(error.source(), error.description());
        }
        for (const auto& [key, node] : root_) {
            if (key == "default_profile" ? node.is_string() : key == "profile" && node.is_table()) continue;
            return wrong(node.source(),
                         fmt::format("\"{}\" is not known here: write default_profile = \"NAME\" and [profile.NAME]",
                                     key.str()));
        }
        return {};
    }

    [[nodiscard]] std::optional<std::string> default_profile() const {
        return root_["default_profile"].value<std::string>();
    }

    Result<void> apply(const std::string& profile, Access& access, std::string& auth) const {
        const toml::table* const table = root_["profile"][profile].as_table();
        if (table == nullptr) return fail(ExitCode::usage, fmt::format("{} has no [profile.{}].", name_, profile));
        for (const auto& [key, node] : *table) {
            const auto text = node.value_exact<std::string>();
            if (key == "insecure" && node.is_boolean()) {
                access.insecure = *node.value<bool>();
            } else if (key == "url" && text) {
                access.url = *text;
            } else if (key == "user" && text) {
                access.user = *text;
            } else if (key == "password_file" && text) {
                access.password_file = resolved(*text, name_);
            } else if (key == "ca" && text) {
                access.ca = resolved(*text, name_);
            } else if (key == "auth" && text) {
                auth = *text;
            } else if (key == "cert" && text) {
                access.certificate = resolved(*text, name_);
            } else if (key == "key" && text) {
                access.key = resolved(*text, name_);
            } else {
                return wrong(node.source(),
                             fmt::format("\"{}\" is no key of a profile, or its value has another type: url, user, "
                                         "password_file, ca, auth, cert and key are strings, insecure is true or false",
                                         key.str()));
            }
        }
        return {};
    }

  private:
    [[nodiscard]] tl::unexpected<Error> wrong(const toml::source_region& where, std::string_view what) const {
        return fail(ExitCode::usage, fmt::format("{}:{}:{}: {}.", name_, where.begin.line, where.begin.column, what));
    }

    std::string name_;
    toml::table root_;
};

Result<void> apply_file(const AccessFlags& flags, Access& access, std::string& auth) {
    const std::string name = flags.configuration_file ? *flags.configuration_file : default_file();
    std::error_code ignored;
    const bool there = !name.empty() && std::filesystem::exists(name, ignored);
    if (!there) {
        if (flags.configuration_file) return fail(ExitCode::usage, fmt::format("There is no file {}.", name));
        if (flags.profile)
            return fail(ExitCode::usage,
                        fmt::format("There is no profile '{}', as there is no file {}.", *flags.profile, name));
        return {};
    }
    ConfigurationFile file(name);
    if (auto done = file.read(); !done) return done;
    const auto profile = flags.profile ? flags.profile : file.default_profile();
    return profile ? file.apply(*profile, access, auth) : Result<void>();
}

void apply_environment(Access& access, std::string& auth) {
    if (auto url = environment("TINTYPE_URL")) access.url = std::move(*url);
    if (auto user = environment("TINTYPE_USER")) access.user = std::move(*user);
    if (auto ca = environment("TINTYPE_CA")) access.ca = std::move(*ca);
    if (auto certificate = environment("TINTYPE_CERT")) access.certificate = std::move(*certificate);
    if (auto key = environment("TINTYPE_KEY")) access.key = std::move(*key);
    if (auto given = environment("TINTYPE_AUTH")) auth = std::move(*given);
}

#ifdef TINTYPE_WITH_GSSAPI
constexpr bool has_negotiate = true;
#else
constexpr bool has_negotiate = false;
#endif

Result<Auth> read_auth(const std::string& text) {
    if (text == "basic") return Auth::basic;
    if (text == "certificate") return Auth::certificate;
    if (text != "negotiate" && text != "kerberos")
        return fail(ExitCode::usage,
                    fmt::format("'{}' is no way to log on: basic, negotiate, kerberos or certificate.", text));
    if (!has_negotiate)
        return fail(ExitCode::usage, fmt::format("This tintype was built without GSSAPI, and so without {}.", text));
    return text == "negotiate" ? Auth::negotiate : Auth::kerberos;
}

/// For whoever names no way to log on. \param visible others could read a password of Basic.
Auth usual_auth(const Access& access, bool visible) {
    if (!access.certificate.empty()) return Auth::certificate;
    if (access.user.empty()) return Auth::none;
    return visible && has_negotiate ? Auth::negotiate : Auth::basic;
}

Result<void> check_certificate(const Access& access) {
    if (access.plain_http)
        return fail(ExitCode::usage, fmt::format("A certificate is shown by https only, not to {}.", access.url));
    if (access.certificate.empty())
        return fail(ExitCode::usage, "Which certificate? --cert names a file, and --key one with its key.");
    const auto& name = access.key.empty() ? access.certificate : access.key;
    std::error_code error;
    const auto mode = std::filesystem::status(name, error).permissions();
    if (error) return fail(ExitCode::usage, fmt::format("The key file {} can't be read: {}.", name, error.message()));
    using std::filesystem::perms;
    if ((mode & (perms::group_all | perms::others_all)) != perms::none)
        return fail(ExitCode::usage, fmt::format("The key file {} may be read by others: chmod 600 {}", name, name));
    return {};
}

}  // namespace

Result<Access> find_access(const AccessFlags& flags) {
    Access access;
    std::string auth;
    if (auto done = apply_file(flags, access, auth); !done) return tl::unexpected(done.error());
    if (!flags.profile) apply_environment(access, auth);
    if (flags.url) access.url = *flags.url;
    if (flags.user) access.user = *flags.user;
    if (flags.ca) access.ca = *flags.ca;
    if (flags.certificate) access.certificate = *flags.certificate;
    if (flags.key) access.key = *flags.key;
    if (flags.auth) auth = *flags.auth;
    if (flags.password_file) access.password_file = *flags.password_file;
    access.password_file_is_flag = flags.password_file.has_value();
    access.insecure = access.insecure || flags.insecure;
    if (access.url.empty())
        return fail(
            ExitCode::usage,
            fmt::format("Which endpoint? Give --url, set TINTYPE_URL, or write a profile into {}.", default_file()));
    auto url = read_url(access.url);
    if (!url) return tl::unexpected(url.error());
    access.url = std::move(url->text);
    access.host = std::move(url->host);
    access.plain_http = url->plain;
    const bool visible = url->plain && !url->loopback && !flags.allow_plain_http;
    access.auth = usual_auth(access, visible);
    if (!auth.empty()) {
        const auto named = read_auth(auth);
        if (!named) return tl::unexpected(named.error());
        access.auth = *named;
    }
    if (access.auth == Auth::basic && access.user.empty())
        return fail(ExitCode::usage, "Basic asks for a user: --user says who.");
    if (access.auth == Auth::basic && visible)
        return fail(ExitCode::usage,
                    fmt::format("{} would carry the password for all to read: use https or --auth negotiate, or allow "
                                "it with --allow-plain-http.",
                                access.url));
    if (access.auth == Auth::certificate) {
        if (auto checked = check_certificate(access); !checked) return tl::unexpected(checked.error());
    }
    return access;
}

}  // namespace tintype::client
