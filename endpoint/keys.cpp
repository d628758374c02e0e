#include "keys.hpp"

#include <toml++/toml.h>
#include <array>
#include <chrono>
#include <sstream>
#include <type_traits>
#include <utility>
#include <vector>

#include "value_types.hpp"

namespace tintype::daemon {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 3> backend_words{"qcow2", "memory", "libvirt"};
constexpr std::array<std::string_view, 3> binding_words{"none", "relaxed", "strict"};
constexpr std::array<std::string_view, 4> level_words{"debug", "info", "warning", "error"};

/// What a type read, as the place wants it; ranges are checked before, so nothing is lost.
template <class Value, class Read>
Value convert(Read read) {
    if constexpr (std::is_same_v<Value, std::chrono::seconds>) {
        return std::chrono::duration_cast<std::chrono::seconds>(read);
    } else if constexpr (std::is_same_v<Value, std::string> && std::is_same_v<Read, std::filesystem::path>) {
        return read.string();
    } else if constexpr (std::is_class_v<Value>) {
        return read;
    } else {
        return static_cast<Value>(read);
    }
}

/// Where a value of a place is.
template <class Place, class Value>
using At = Value& (*)(Place&);

/// \param at a plain function, so that what reads and writes is made once for each type and not for each key.
template <class Place, class Type, class Value>
void add_key(std::vector<Key<Place>>& all, std::string_view name, Type type, At<Place, Value> at,
             std::string_view meaning, std::optional<BackendKind> backend) {
    auto& made = all.emplace_back();
    made.name = name;
    made.type = type.describe();
    made.meaning = meaning;
    made.is_switch = std::is_same_v<Type, Boolean>;
    made.is_list = std::is_same_v<Type, Texts>;
    made.backend = backend;
    made.set = [type, at](Place& place, const Scalar& value) {
        return type.read(value).map([&](auto read) { at(place) = convert<Value>(std::move(read)); });
    };
    made.set_text = [type, at](Place& place, std::string_view text) {
        return type.read_text(text).map([&](auto read) { at(place) = convert<Value>(std::move(read)); });
    };
    made.get = [type, at](const Place& place) {
        // Only looked at.
        return type.print(at(const_cast<Place&>(place)));
    };
}

/// The keys that a section is given, one after the other.
template <class Place>
class Keys {
  public:
    explicit Keys(std::vector<Key<Place>>& all) : all_(&all) {}

    /// \param access names the place: `[](auto& c) -> auto& { return c.users; }`.
    template <class Type, class Access>
    void operator()(std::string_view name, Type type, Access access, std::string_view meaning,
                    std::optional<BackendKind> backend = std::nullopt) const {
        using Value = std::remove_cvref_t<decltype(access(std::declval<Place&>()))>;
        add_key<Place, Type, Value>(*all_, name, type, access, meaning, backend);
    }

  private:
    std::vector<Key<Place>>* all_;
};

constexpr Duration wait_limit{1ms, 24h};
constexpr Duration in_seconds{1s, 24h * 30, 1s};

std::vector<Key<ListenerOptions>> make_listener_keys() {
    std::vector<Key<ListenerOptions>> all;
    const Keys<ListenerOptions> key(all);
    key(
        "listener.url", Text{}, [](auto& l) -> auto& { return l.url; },
        "Where to listen: `http://ADDRESS:PORT/PATH` or `https://…`; port 0 picks a free one");
    key(
        "listener.certificate", Path{}, [](auto& l) -> auto& { return l.certificate; },
        "PEM file with the certificate and its chain; https listeners need it, read again on SIGHUP");
    key(
        "listener.key", Path{}, [](auto& l) -> auto& { return l.key; },
        "PEM file with the private key, readable by its owner only; https listeners need it, read again on SIGHUP");
    key(
        "listener.client_ca", Path{}, [](auto& l) -> auto& { return l.client_ca; },
        "PEM file with the authorities of client certificates, writable by its owner only; with it clients are "
        "asked for one; read again on SIGHUP");
    key(
        "listener.client_crl", Path{}, [](auto& l) -> auto& { return l.client_crl; },
        "PEM file with the revocation lists of these authorities, writable by its owner only; read again on "
        "SIGHUP");
    return all;
}

void add_access_keys(std::vector<Key<Configuration>>& all) {
    const Keys<Configuration> key(all);
    key(
        "auth.allow_unencrypted", Boolean{}, [](auto& c) -> auto& { return c.server.allow_unencrypted; },
        "Take passwords (Basic) and messages that are not sealed over plain HTTP, where whoever listens on the "
        "network reads them");
    key(
        "auth.anonymous_identify", Boolean{}, [](auto& c) -> auto& { return c.endpoint.anonymous_identify; },
        "Answer Identify without a log-on, without telling the product's version");
    key(
        "auth.basic.users", Path{}, [](auto& c) -> auto& { return c.users; },
        "File of users and password hashes, made by `tintyped user add`; read again on SIGHUP");
    key(
        "auth.basic.pam", Text{}, [](auto& c) -> auto& { return c.pam; },
        "PAM service that says who may log on, `/etc/pam.d/NAME`; in the place of a users file");
    key(
        "auth.certificate.mappings", Path{}, [](auto& c) -> auto& { return c.certificate_mappings; },
        "File that says which client certificate logs on as which user, writable by its owner only; read again "
        "on SIGHUP");
    key(
        "auth.negotiate.keytab", Path{}, [](auto& c) -> auto& { return c.negotiate.keytab; },
        "Keys of the service, `HTTP/host` for one: clients with Kerberos tickets may log on; read again on "
        "SIGHUP");
    key(
        "auth.negotiate.ntlm_users", Path{}, [](auto& c) -> auto& { return c.negotiate.ntlm_users; },
        "File of `DOMAIN:user:password` lines: these users may log on by NTLM; read again on SIGHUP");
    key(
        "auth.negotiate.ntlm_host", Text{}, [](auto& c) -> auto& { return c.negotiate.host; },
        "What this machine calls itself in NTLM, the host of its clients' URLs; empty: the system's name");
    key(
        "auth.negotiate.replay_cache", Path{}, [](auto& c) -> auto& { return c.negotiate.replay_cache; },
        "File that notes used Kerberos tickets, so that none is taken twice; empty: krb5's own in /var/tmp");
    key(
        "auth.channel_binding", Choice{binding_words}, [](auto& c) -> auto& { return c.negotiate.channel_binding; },
        "Inside TLS, what Negotiate's clients say of the channel is not looked at (`none`), must be true "
        "(`relaxed`), or must be there and true (`strict`)");
}

void add_authorization_keys(std::vector<Key<Configuration>>& all) {
    const Keys<Configuration> key(all);
    key(
        "authorization.system_groups", Boolean{}, [](auto& c) -> auto& { return c.roles.system_groups; },
        "Ask the operating system (NSS: files, sssd, winbind) for groups that are not configured here");
    key(
        "authorization.ignore_case", Boolean{}, [](auto& c) -> auto& { return c.roles.ignore_case; },
        "Compare users without regard to case, as Active Directory does");
    key(
        "audit.sink", Text{}, [](auto& c) -> auto& { return c.audit_sink; },
        "Where security-relevant events go: `log` (standard error), `journal`, `file:PATH` (opened anew on "
        "SIGHUP), or `none`");
}

void add_backend_keys(std::vector<Key<Configuration>>& all) {
    const Keys<Configuration> key(all);
    constexpr auto qcow2 = BackendKind::qcow2;
    constexpr auto memory = BackendKind::memory;
    constexpr auto libvirt = BackendKind::libvirt;
    key(
        "backend.kind", Choice{backend_words}, [](auto& c) -> auto& { return c.backend; },
        "Where machines and snapshots are: `qcow2` files in a folder, hosts of `libvirt`, or a simulation in "
        "`memory`");
    key(
        "backend.store", Path{}, [](auto& c) -> auto& { return c.qcow2.store; },
        "Folder that holds a folder for each machine", qcow2);
    key(
        "backend.qemu_img", Path{}, [](auto& c) -> auto& { return c.qcow2.qemu_img; },
        "The qemu-img program; looked for in PATH if it has no slash", qcow2);
    key(
        "backend.timeout", Duration{1s, 24h, 1s}, [](auto& c) -> auto& { return c.qcow2.timeout; },
        "A qemu-img that takes longer is ended, and its job fails", qcow2);
    key(
        "backend.machines", Count{0, 1'000'000}, [](auto& c) -> auto& { return c.memory.machines; },
        "How many machines to simulate", memory);
    key(
        "backend.snapshots_per_machine", Count{0, 1'000'000},
        [](auto& c) -> auto& { return c.memory.snapshots_per_machine; }, "Snapshots of each machine at the start",
        memory);
    key(
        "backend.branching", Count{1, 1'000}, [](auto& c) -> auto& { return c.memory.branching; },
        "Children of a snapshot; 1 makes a chain", memory);
    key(
        "backend.delay", Duration{0ms, 1h}, [](auto& c) -> auto& { return c.memory.delay; },
        "How long destroying a snapshot takes", memory);
    key(
        "backend.keeps_dependants", Boolean{}, [](auto& c) -> auto& { return c.memory.keeps_dependants; },
        "Destroying a snapshot keeps its children; false: they go with it", memory);
    key(
        "backend.uris", Texts{}, [](auto& c) -> auto& { return c.libvirt_uris; },
        "libvirt URIs, one for each host: `qemu:///system`, `qemu+tls://host/system`", libvirt);
}

void add_job_keys(std::vector<Key<Configuration>>& all) {
    const Keys<Configuration> key(all);
    key(
        "jobs.store", Text{}, [](auto& c) -> auto& { return c.job_store; },
        "Where jobs are written down: `sqlite:PATH`, which survives a crash, or `memory`, which does not");
    key(
        "jobs.retention", in_seconds, [](auto& c) -> auto& { return c.snapshots.job_retention; },
        "How long a finished job stays visible");
    key(
        "jobs.max_running", Count{1, 1'000}, [](auto& c) -> auto& { return c.snapshots.max_running_jobs; },
        "Jobs side by side, over all machines; one machine has one at a time");
    key(
        "jobs.max_unfinished", Count{1, 1'000'000}, [](auto& c) -> auto& { return c.snapshots.max_unfinished_jobs; },
        "Jobs that run or wait; more are refused");
    key(
        "jobs.max_unfinished_per_user", Count{1, 1'000'000},
        [](auto& c) -> auto& { return c.snapshots.max_unfinished_jobs_per_user; }, "Of these, of one user");
    key(
        "jobs.stop_timeout", Duration{0ms, 24h}, [](auto& c) -> auto& { return c.stop_timeout; },
        "How long a stop waits for running jobs; what is left is settled at the next start");
}

void add_message_limits(std::vector<Key<Configuration>>& all) {
    const Keys<Configuration> key(all);
    key(
        "limits.max_envelope_size", Size{8ULL << 10U, 64ULL << 20U},
        [](auto& c) -> auto& { return c.endpoint.limits.max_envelope_size; },
        "Largest SOAP message, asked or answered");
    key(
        "limits.max_depth", Count{16, 1'000}, [](auto& c) -> auto& { return c.endpoint.limits.max_depth; },
        "Nested elements in a message");
    key(
        "limits.max_elements", Count{100, 10'000'000}, [](auto& c) -> auto& { return c.endpoint.limits.max_elements; },
        "Elements in a message");
    key(
        "limits.max_attributes", Count{8, 1'000}, [](auto& c) -> auto& { return c.endpoint.limits.max_attributes; },
        "Attributes of an element, namespace declarations not counted");
    key(
        "limits.max_namespaces", Count{16, 100'000}, [](auto& c) -> auto& { return c.endpoint.limits.max_namespaces; },
        "Namespace declarations in a message");
    key(
        "limits.max_selectors", Count{8, 10'000}, [](auto& c) -> auto& { return c.endpoint.limits.max_selectors; },
        "Selectors in a message");
    key(
        "limits.max_options", Count{1, 10'000}, [](auto& c) -> auto& { return c.endpoint.limits.max_options; },
        "Options in a message");
    key(
        "limits.max_uri_length", Count{256, 65'536}, [](auto& c) -> auto& { return c.endpoint.limits.max_uri_length; },
        "Characters of a URI in a message");
    key(
        "limits.max_contexts", Count{1, 10'000'000}, [](auto& c) -> auto& { return c.endpoint.limits.max_contexts; },
        "Open enumerations, over all users");
    key(
        "limits.max_contexts_per_user", Count{1, 10'000'000},
        [](auto& c) -> auto& { return c.endpoint.limits.max_contexts_per_user; }, "Open enumerations of one user");
    key(
        "limits.context_idle", in_seconds, [](auto& c) -> auto& { return c.endpoint.limits.context_idle; },
        "An enumeration that nobody pulls from ends after this");
    key(
        "limits.max_context_lifetime", in_seconds,
        [](auto& c) -> auto& { return c.endpoint.limits.max_context_lifetime; },
        "The longest that an enumeration lives whose client says for how long");
    key(
        "limits.max_page", Count{1, 100'000}, [](auto& c) -> auto& { return c.endpoint.limits.max_page; },
        "Items in one answer, whatever the client asks for");
    key(
        "limits.operation_timeout", wait_limit,
        [](auto& c) -> auto& { return c.endpoint.limits.default_operation_timeout; },
        "How long an operation may take when the client does not say");
}

void add_connection_limits(std::vector<Key<Configuration>>& all) {
    const Keys<Configuration> key(all);
    key(
        "limits.max_connections", Count{1, 1'000'000}, [](auto& c) -> auto& { return c.server.max_connections; },
        "Open connections, over all listeners");
    key(
        "limits.max_connections_per_address", Count{1, 1'000'000},
        [](auto& c) -> auto& { return c.server.max_connections_per_address; },
        "Open connections of one address, or of one /64 network of IPv6");
    key(
        "limits.max_requests_in_flight", Count{1, 1'000'000},
        [](auto& c) -> auto& { return c.server.max_requests_in_flight; },
        "Requests that are read or answered at the same time; more get a 503");
    key(
        "limits.max_requests_in_flight_per_user", Count{1, 1'000'000},
        [](auto& c) -> auto& { return c.server.max_requests_in_flight_per_user; }, "Of these, of one user");
    key(
        "limits.log_on_delay", Duration{0ms, 1h}, [](auto& c) -> auto& { return c.server.log_on_delay; },
        "Wait after a failed log-on until the next of the same user and address is checked, doubled with each "
        "further failure; `0ms`: none");
    key(
        "limits.max_log_on_delay", Duration{0ms, 1h}, [](auto& c) -> auto& { return c.server.max_log_on_delay; },
        "The longest that it gets");
    key(
        "limits.max_handshakes", Count{1, 1'000'000}, [](auto& c) -> auto& { return c.server.max_handshakes; },
        "Log-ons by Negotiate that are under way, over all clients");
    key(
        "limits.max_handshakes_per_address", Count{1, 1'000'000},
        [](auto& c) -> auto& { return c.server.max_handshakes_per_address; },
        "Log-ons by Negotiate that are under way from one address, or one /64 network of IPv6");
    key(
        "limits.handshake_timeout", wait_limit, [](auto& c) -> auto& { return c.server.handshake_timeout; },
        "For the next token of a log-on by Negotiate");
    key(
        "limits.max_header_size", Size{1ULL << 10U, 1ULL << 20U},
        [](auto& c) -> auto& { return c.server.max_header_size; }, "Head of an HTTP request");
    key(
        "limits.header_timeout", wait_limit, [](auto& c) -> auto& { return c.server.header_timeout; },
        "From the first byte of a request to the end of its head");
    key(
        "limits.body_timeout", wait_limit, [](auto& c) -> auto& { return c.server.body_timeout; },
        "For a request's body to arrive");
    key(
        "limits.idle_timeout", wait_limit, [](auto& c) -> auto& { return c.server.idle_timeout; },
        "For the next request on a connection, and for a TLS handshake");
    key(
        "limits.write_timeout", wait_limit, [](auto& c) -> auto& { return c.server.write_timeout; },
        "For a client to take its answer");
}

void add_process_keys(std::vector<Key<Configuration>>& all) {
    const Keys<Configuration> key(all);
    key(
        "log.level", Choice{level_words}, [](auto& c) -> auto& { return c.log_level; },
        "How much is logged to standard error");
    key(
        "server.host_name", Text{}, [](auto& c) -> auto& { return c.endpoint.host_name; },
        "Name of this machine in answers; empty: the system's");
    key(
        "server.io_threads", Count{1, 256}, [](auto& c) -> auto& { return c.server.io_threads; },
        "Threads that read and write sockets");
    key(
        "server.worker_threads", Count{0, 1'024}, [](auto& c) -> auto& { return c.worker_threads; },
        "Threads for log-ons and whatever else may wait, and as many for jobs; 0: one a processor, at least 2");
    key(
        "run_as.user", Text{}, [](auto& c) -> auto& { return c.run_as; },
        "User to run as when started as root; empty: `tintype` if there is such a user; `root` stays root");
}

std::vector<Key<Configuration>> make_keys() {
    std::vector<Key<Configuration>> all;
    add_access_keys(all);
    add_authorization_keys(all);
    add_backend_keys(all);
    add_job_keys(all);
    add_message_limits(all);
    add_connection_limits(all);
    add_process_keys(all);
    return all;
}

}  // namespace

std::span<const Key<Configuration>> keys() {
    static const auto all = make_keys();
    return all;
}

std::span<const Key<ListenerOptions>> listener_keys() {
    static const auto all = make_listener_keys();
    return all;
}

std::string flag_of(std::string_view key) {
    return "--" + std::string(key);
}

std::string to_toml(const Scalar& value) {
    std::ostringstream out;
    // Without flags strings come in double quotes, which hold every text.
    std::visit(
        [&](const auto& plain) {
            if constexpr (std::is_same_v<std::remove_cvref_t<decltype(plain)>, std::vector<std::string>>) {
                // One line, as documentation shows it; the formatter would break a long one.
                std::string_view between = "";
                out << '[';
                for (const auto& text : plain) out << std::exchange(between, ", ") << to_toml(text);
                out << ']';
            } else {
                const toml::value node(plain);
                out << toml::toml_formatter(node, toml::format_flags::none);
            }
        },
        value);
    return out.str();
}

}  // namespace tintype::daemon
