#include "tintype/server.hpp"

#include <doctest/doctest.h>

#include <string>
#include <thread>

#include "http/socket_client.hpp"
#include "tintype/backends.hpp"
#include "tintype/job_store.hpp"
#include "tintype/snapshot_service.hpp"
#include "tintype/worker_pool.hpp"

using namespace tintype;
using namespace tintype::test;

TEST_CASE("a server carries an endpoint: Identify without a log-on is answered, anything else is not") {
    const auto backend = make_memory_backend();
    const auto store = make_memory_job_store();
    WorkerPool workers(2);
    SnapshotService service(*backend, *store, workers);
    Endpoint endpoint(service);
    ServerOptions options;
    options.listeners.push_back({"http://127.0.0.1:0/wsman", {}, {}});
    Server server(endpoint, {}, workers, options);
    REQUIRE(server.open());
    REQUIRE(server.urls().size() == 1);
    const auto url = server.urls().front();
    const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    std::thread running([&server] { server.run(); });

    const std::string body =
        "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
        "xmlns:i=\"http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd\"><s:Header/><s:Body><i:Identify/></"
        "s:Body>"
        "</s:Envelope>";
    const auto request = [&body](const std::string& field) {
        return "POST /wsman HTTP/1.1\r\nHost: a\r\nContent-Type: application/soap+xml;charset=UTF-8\r\n" + field +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    };
    SocketClient client(port);
    client.send(request("WSMANIDENTIFY: unauthenticated\r\n"));
    const auto reply = client.read();
    CHECK(reply.status == 200);
    CHECK(reply.field("Content-Type") == "application/soap+xml;charset=UTF-8");
    CHECK(reply.body.find("IdentifyResponse") != std::string::npos);
    client.send(request({}));
    CHECK(client.read().status == 401);
    client.send("POST /wsman HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n");
    CHECK(client.read().status == 413);

    server.stop();
    running.join();
}
