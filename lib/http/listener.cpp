#include "http/listener.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/v6_only.hpp>
#include <new>
#include <utility>

#include "http/tls_context.hpp"

namespace tintype::http {
namespace {

constexpr std::chrono::milliseconds accept_pause{100};
constexpr int most_at_once = 16;  ///< Clients that are accepted before others of the thread have their turn.

error_code bind_to(const tcp::endpoint& endpoint,
                   net::basic_socket_acceptor<tcp, net::io_context::executor_type>& acceptor) {
    error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(net::socket_base::reuse_address(true), error);
    // So that 0.0.0.0 and [::] can be listened on side by side.
    if (!error && endpoint.address().is_v6()) acceptor.set_option(net::ip::v6_only(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(net::socket_base::max_listen_connections, error);
    // Who has gone before it is accepted must not keep the thread waiting for the next.
    if (!error) acceptor.non_blocking(true, error);
    if (!error) acceptor.set_option(net::socket_base::enable_connection_aborted(true), error);
    return error;
}

/// What is wrong with what was given, without a look at the files; empty: nothing.
const char* mistake_in(const ListenerOptions& options, bool tls) {
    const bool any = !(options.certificate.empty() && options.key.empty());
    const bool any_of_clients = !(options.client_ca.empty() && options.client_crl.empty());
    if (tls && (options.certificate.empty() || options.key.empty())) return "https needs a certificate and a key";
    if (tls && options.client_ca.empty() && any_of_clients) return "client_crl is given without client_ca";
    if (!tls && any) return "a certificate or key is given, but the URL is not https";
    if (!tls && any_of_clients) return "client_ca or client_crl is given, but the URL is not https";
    return "";
}

tl::expected<TlsFiles, std::string> read_tls_files(const ListenerOptions& options) {
    TlsFiles files;
    if (!options.client_ca.empty()) {
        auto trust = security::ClientTrust::read(options.client_ca, options.client_crl);
        if (!trust) return tl::unexpected(trust.error());
        files.trust = *std::move(trust);
    }
    auto context = make_tls_context(options.certificate, options.key, files.trust.get());
    if (!context) return tl::unexpected(context.error());
    files.context = *std::move(context);
    return files;
}

struct Read {
    ListenerUrl url;
    TlsFiles files;
};

/// Everything that a listener is made of but its address.
tl::expected<Read, std::string> read(const ListenerOptions& options) {
    const auto named = [&options](std::string_view why) { return fmt::format("listener {}: {}", options.url, why); };
    auto url = parse_listener_url(options.url);
    if (!url) return tl::unexpected(named(url.error()));
    if (const std::string_view mistake = mistake_in(options, url->tls); !mistake.empty())
        return tl::unexpected(named(mistake));
    if (!url->tls) return Read{*std::move(url), {}};
    auto files = read_tls_files(options);
    if (!files) return tl::unexpected(named(files.error()));
    return Read{*std::move(url), *std::move(files)};
}

}  // namespace

Listener::Listener(ListenerOptions options, ListenerUrl url, IoThread& thread, LogSink log)
    : options_(std::move(options)), url_(std::move(url)), thread_(thread), log_(std::move(log)) {}

tl::expected<void, std::string> Listener::check(const ListenerOptions& options) {
    return read(options).map([](const Read&) {});
}

tl::expected<std::unique_ptr<Listener>, std::string> Listener::open(const ListenerOptions& options, IoThread& thread,
                                                                    const LogSink& log) {
    auto all = read(options);
    if (!all) return tl::unexpected(all.error());
    std::unique_ptr<Listener> listener(new Listener(options, std::move(all->url), thread, log));
    listener->use(std::move(all->files));
    if (auto bound = listener->bind(); !bound)
        return tl::unexpected(fmt::format("listener {}: {}", options.url, bound.error()));
    return listener;
}

tl::expected<void, std::string> Listener::bind() {
    tcp::resolver resolver(thread_.context());
    error_code error;
    const auto found = resolver.resolve(url_.host, std::to_string(url_.port), tcp::resolver::passive, error);
    if (error) return tl::unexpected(fmt::format("{}: {}", url_.host, error.message()));
    error_code skipped;
    for (const auto& entry : found) {
        auto place = std::make_unique<Place>(thread_);
        // With port 0 all of a name's addresses get the port that the first one got.
        const tcp::endpoint endpoint(entry.endpoint().address(), url_.port);
        if ((error = bind_to(endpoint, place->acceptor))) {
            // A name may have addresses that this machine has no interface for (localhost's ::1).
            if (error != net::error::address_family_not_supported && error != std::errc::address_not_available) {
                return tl::unexpected(fmt::format("can't listen on {} port {}: {}", endpoint.address().to_string(),
                                                  endpoint.port(), error.message()));
            }
            skipped = error;
            continue;
        }
        url_.port = place->acceptor.local_endpoint().port();
        places_.push_back(std::move(place));
    }
    if (places_.empty()) return tl::unexpected(fmt::format("can't listen on {}: {}", url_.host, skipped.message()));
    return {};
}

void Listener::start(std::function<IoThread&()> next, std::function<void(Accepted)> accepted) {
    next_ = std::move(next);
    accepted_ = std::move(accepted);
    for (const auto& place : places_) accept(*place);
}

// Waits, and accepts when somebody is there: where Asio itself accepts, a client that there is no memory for takes the
// operation with it, and nobody would listen any more.
void Listener::accept(Place& place) {
    place.acceptor.async_wait(Acceptor::wait_read,
                              HandlerInPlace(place.memory, [this, &place](const error_code&) { on_ready(place); }));
}

void Listener::on_ready(Place& place) {
    error_code error;
    try {
        for (int left = most_at_once; left > 0 && place.acceptor.is_open(); --left) {
            auto client = take(place, error);
            if (client)
                accepted_(*std::move(client));
            else if (error != net::error::connection_aborted)
                break;
        }
    } catch (...) {
        accept(place);
        throw;
    }
    if (!place.acceptor.is_open()) return;
    if (error && error != net::error::would_block && error != net::error::connection_aborted)
        accept_later(place, error);
    else
        accept(place);
}

std::optional<Accepted> Listener::take(Place& place, error_code& error) {
    try {
        IoThread& thread = next_();
        Accepted client{Socket(thread.context().get_executor()), thread, {}};
        place.acceptor.accept(client.socket, client.peer, error);
        if (!error) return client;
    } catch (const std::bad_alloc&) {
        error = net::error::no_memory;
    }
    return std::nullopt;
}

// Out of descriptors or memory: trying again at once would only spin.
void Listener::accept_later(Place& place, const error_code& error) {
    try {
        if (log_) log_(LogLevel::error, fmt::format("{}: can't accept a connection: {}", url_.text(), error.message()));
        place.pause.expires_after(accept_pause);
        place.pause.async_wait([this, &place](const error_code&) {
            if (place.acceptor.is_open()) accept(place);
        });
    } catch (const std::bad_alloc&) {
        accept(place);  // Not even for the pause.
    }
}

void Listener::close() noexcept {
    for (const auto& place : places_) {
        error_code ignored;
        place->acceptor.close(ignored);
        place->pause.cancel();
    }
}

tl::expected<TlsFiles, std::string> Listener::load() const {
    return read(options_).map([](Read all) { return std::move(all.files); });
}

void Listener::use(TlsFiles files) {
    trust_->set(std::move(files.trust));
    const std::lock_guard guard(lock_);
    context_ = std::move(files.context);
}

std::shared_ptr<net::ssl::context> Listener::context() const {
    const std::lock_guard guard(lock_);
    return context_;
}

}  // namespace tintype::http
