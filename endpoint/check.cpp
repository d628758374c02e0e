#include "check.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "audit_sink.hpp"
#include "built_in.hpp"
#include "http/url.hpp"
#include "keys.hpp"
#include "negotiate.hpp"
#include "parts.hpp"
#include "tintype/authenticator.hpp"
#include "tintype/authorization.hpp"
#include "tintype/backends.hpp"
#include "tintype/certificates.hpp"
#include "tintype/job_store.hpp"

namespace tintype::daemon {
namespace {

bool is_https(const ListenerOptions& listener) {
    return listener.url.starts_with("https://");
}

void check_listeners(const Configuration& configuration, Findings& findings) {
    const auto& listeners = configuration.server.listeners;
    if (listeners.empty()) findings.errors.emplace_back("there is no listener");
    for (const auto& listener : listeners) {
        if (const auto url = http::parse_listener_url(listener.url); !url) {
            findings.errors.push_back(fmt::format("listener \"{}\": {}", listener.url, url.error()));
        } else if (is_https(listener) && (listener.certificate.empty() || listener.key.empty())) {
            findings.errors.push_back(
                fmt::format("listener \"{}\": https needs a certificate and a key", listener.url));
        } else if (!is_https(listener) && !(listener.certificate.empty() && listener.key.empty())) {
            findings.errors.push_back(
                fmt::format("listener \"{}\": a certificate and a key are for https", listener.url));
        } else if (!is_https(listener) && !(listener.client_ca.empty() && listener.client_crl.empty())) {
            findings.errors.push_back(
                fmt::format("listener \"{}\": client_ca and client_crl are for https", listener.url));
        } else if (listener.client_ca.empty() && !listener.client_crl.empty()) {
            findings.errors.push_back(fmt::format("listener \"{}\": client_crl needs client_ca", listener.url));
        }
    }
}

/// Whether certificates of clients are both asked for and mapped to users: one alone lets nobody in.
void check_certificates(const Configuration& configuration, Findings& findings) {
    const auto& listeners = configuration.server.listeners;
    const auto asks = [](const ListenerOptions& listener) { return !listener.client_ca.empty(); };
    const bool asked = std::any_of(listeners.begin(), listeners.end(), asks);
    if (asked && configuration.certificate_mappings.empty()) {
        findings.warnings.emplace_back(
            "nobody can log on with a certificate: listener.client_ca is set and auth.certificate.mappings is not");
    } else if (!asked && !configuration.certificate_mappings.empty()) {
        findings.warnings.emplace_back(
            "nobody can log on with a certificate: auth.certificate.mappings is set and no listener has client_ca");
    }
}

void check_negotiate(const Configuration& configuration, Findings& findings) {
#ifdef TINTYPE_WITH_GSSAPI
    static_cast<void>(configuration);
    static_cast<void>(findings);
#else
    if (!has_negotiate(configuration)) return;
    if (const auto opened = open_negotiate(configuration, {}); !opened) findings.errors.push_back(opened.error());
#endif
}

void check_log_on(const Configuration& configuration, Findings& findings) {
    if (has_negotiate(configuration)) return;
    if (configuration.users.empty() && configuration.pam.empty() && !configuration.certificate_mappings.empty()) return;
    if (configuration.users.empty() && configuration.pam.empty()) {
        findings.warnings.emplace_back("nobody can log on: auth.basic.users is not set");
        return;
    }
    if (configuration.server.allow_unencrypted) return;
    for (const auto& listener : configuration.server.listeners) {
        if (is_https(listener)) continue;
        findings.warnings.push_back(
            fmt::format("listener \"{}\": nobody can log on there, since Basic over plain HTTP needs "
                        "auth.allow_unencrypted = true; use https",
                        listener.url));
    }
}

void check_authorization(const Configuration& configuration, Findings& findings) {
    const auto& roles = configuration.roles;
    if (const auto made = make_role_authorizer(roles); !made) {
        findings.errors.push_back(fmt::format("authorization: {}", made.error()));
    }
    if (!configuration.has_roles) {
        if (!roles.groups.empty() || !roles.definitions.empty()) {
            findings.errors.emplace_back("authorization: nobody has a role: say who does in authorization.roles");
        }
        if (!configuration.negotiate.keytab.empty() || !configuration.pam.empty()) {
            findings.warnings.emplace_back(
                "authorization: there are no roles, so everybody whom the realm or PAM lets log on may do everything");
        }
        return;
    }
    const auto is_nobodys = [](const auto& role) { return role.second.empty(); };
    if (std::all_of(roles.members.begin(), roles.members.end(), is_nobodys)) {
        findings.warnings.emplace_back("authorization: nobody has a role, so whoever logs on may do nothing");
    }
}

void check_audit(const Configuration& configuration, Findings& findings) {
    if (const auto checked = check_audit_sink(configuration.audit_sink); !checked) {
        findings.errors.push_back(checked.error());
    }
}

void check_pam(const Configuration& configuration, Findings& findings) {
    if (configuration.pam.empty()) return;
#ifndef TINTYPE_WITH_PAM
    findings.errors.emplace_back("auth.basic.pam: this tintyped was built without PAM");
#endif
    if (!configuration.users.empty()) {
        findings.errors.emplace_back("auth.basic.pam and auth.basic.users: only one can say who may log on");
    }
}

void check_job_store(const Configuration& configuration, Findings& findings) {
    if (configuration.job_store != "memory" && sqlite_path(configuration).empty()) {
        findings.errors.push_back(
            fmt::format("jobs.store: must be \"memory\" or \"sqlite:PATH\", not \"{}\"", configuration.job_store));
    }
}

void check_built_in(const Configuration& configuration, Findings& findings) {
    const auto need = [&findings](bool wanted, bool there, std::string_view key, std::string_view what) {
        if (!wanted || there) return;
        findings.errors.push_back(fmt::format("{}: this tintyped was built without {}", key, what));
    };
    const auto backend = configuration.backend;
    need(backend == BackendKind::qcow2, built_in::qcow2, "backend.kind", "qcow2 files");
    need(backend == BackendKind::memory, built_in::memory_backend, "backend.kind", "the simulation in memory");
    need(!sqlite_path(configuration).empty(), built_in::sqlite, "jobs.store", "SQLite; `memory` is there");
    need(!configuration.certificate_mappings.empty(), built_in::certificates, "auth.certificate.mappings",
         "client certificates");
}

void check_backend(const Configuration& configuration, Findings& findings) {
    if (configuration.backend != BackendKind::libvirt) return;
#ifndef TINTYPE_WITH_LIBVIRT
    findings.errors.emplace_back("backend.kind: this tintyped was built without libvirt");
#endif
    const auto& uris = configuration.libvirt_uris;
    if (uris.empty()) findings.errors.emplace_back("backend.uris: there is no libvirt URI");
    for (auto uri = uris.begin(); uri != uris.end(); ++uri) {
        if (uri->empty()) findings.errors.emplace_back("backend.uris: a libvirt URI is empty");
        if (std::find(uris.begin(), uri, *uri) != uri) {
            findings.errors.push_back(fmt::format("backend.uris: \"{}\" is there twice", *uri));
        }
    }
}

void check_effect(const Configuration& configuration, const GivenKeys& given, Findings& findings) {
    for (const auto& key : keys()) {
        if (key.backend && *key.backend != configuration.backend && given.contains(key.name)) {
            findings.warnings.push_back(fmt::format("{} has no effect with this backend.kind", key.name));
        }
    }
}

std::string reason(int error) {
    return std::generic_category().message(error);
}

void check_stores(const Configuration& configuration, Messages& errors) {
    if constexpr (built_in::qcow2) {
        if (configuration.backend == BackendKind::qcow2) {
            const auto checked = check_qcow2_backend(configuration.qcow2);
            if (!checked) errors.push_back(checked.error().message);
        }
    }
    if constexpr (built_in::sqlite) {
        if (const auto jobs = sqlite_path(configuration); !jobs.empty()) {
            if (const auto checked = check_sqlite_job_store(jobs); !checked) errors.push_back(checked.error().message);
        }
    }
}

/// The folder that jobs are kept in; empty if they are kept in memory.
std::filesystem::path folder_of_jobs(const Configuration& configuration) {
    const std::filesystem::path jobs = sqlite_path(configuration);
    return jobs.empty() || jobs.has_parent_path() ? jobs.parent_path() : ".";
}

}  // namespace

Findings check(const Configuration& configuration, const GivenKeys& given) {
    Findings findings;
    check_listeners(configuration, findings);
    check_log_on(configuration, findings);
    check_certificates(configuration, findings);
    check_negotiate(configuration, findings);
    check_pam(configuration, findings);
    check_authorization(configuration, findings);
    check_audit(configuration, findings);
    check_built_in(configuration, findings);
    check_backend(configuration, findings);
    check_job_store(configuration, findings);
    check_effect(configuration, given, findings);
    return findings;
}

Messages check_files(const Configuration& configuration) {
    Messages errors;
    for (const auto& listener : configuration.server.listeners) {
        if (const auto checked = check_listener_files(listener); !checked) errors.push_back(checked.error());
    }
    if constexpr (built_in::certificates) {
        if (!configuration.certificate_mappings.empty()) {
            const auto mappings = open_certificate_mappings(configuration.certificate_mappings);
            if (!mappings) errors.push_back(mappings.error());
        }
    }
    if (!configuration.users.empty()) {
        if (const auto users = open_users_file(configuration.users); !users) errors.push_back(users.error());
    }
    if (const auto negotiate = open_negotiate(configuration, {}); !negotiate) errors.push_back(negotiate.error());
    if (!configuration.pam.empty()) {
        if (const auto pam = open_pam_part({.service = configuration.pam}); !pam) errors.push_back(pam.error());
    }
    if (const auto audit = probe_audit_sink(configuration.audit_sink); !audit) errors.push_back(audit.error());
    check_stores(configuration, errors);
    return errors;
}

Messages check_writable(const Configuration& configuration) {
    Messages errors;
    const auto check = [&errors](std::string_view what, const std::filesystem::path& folder) {
        if (folder.empty() || ::access(folder.c_str(), R_OK | W_OK | X_OK) == 0) return;
        errors.push_back(
            fmt::format("{} {}: this process may not read and write there: {}", what, folder.string(), reason(errno)));
    };
    if (configuration.backend == BackendKind::qcow2) check("backend.store", configuration.qcow2.store);
    check("the folder of jobs.store", folder_of_jobs(configuration));
    return errors;
}

}  // namespace tintype::daemon
