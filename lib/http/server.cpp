#include "tintype/server.hpp"

#include <utility>

#include "http/http_server.hpp"

namespace tintype {
namespace {

http::Application application_of(Endpoint& endpoint) {
    http::Application application;
    application.handle = [&endpoint](Request request, Executor& workers, std::function<void(Response)> done) {
        return endpoint.handle(std::move(request), workers, std::move(done));
    };
    application.metadata = [&endpoint](std::string_view query, std::string_view url, const Principal& principal) {
        return endpoint.metadata(query, url, principal);
    };
    application.max_body = endpoint.limits().max_envelope_size;
    application.anonymous_identify = endpoint.anonymous_identify();
    return application;
}

}  // namespace

tl::expected<void, std::string> check_listener_files(const ListenerOptions& listener) {
    return http::Listener::check(listener);
}

struct Server::State {
    http::HttpServer server;
};

Server::Server(Endpoint& endpoint, Authenticators authenticators, Executor& workers, ServerOptions options)
    : state_(new State{{application_of(endpoint), authenticators, workers, std::move(options)}}) {}

Server::~Server() = default;

tl::expected<void, std::string> Server::open() {
    return state_->server.open();
}
std::vector<std::string> Server::urls() const {
    return state_->server.urls();
}
void Server::run() {
    state_->server.run();
}
tl::expected<void, std::string> Server::reload_certificates() {
    return state_->server.reload_certificates();
}
void Server::stop(std::chrono::milliseconds grace) {
    state_->server.stop(grace);
}

}  // namespace tintype
