#include "http/running_server.hpp"
#include "wsman/desk_lamps.hpp"

using namespace tintype;
using namespace tintype::test;
namespace desk = ::test::desk;

namespace {

/// A server over an endpoint with a class whose Get waits for the test. What has to be done by a time is looked at
/// every few milliseconds.
class SlowServer {
  public:
    /// \param places requests of one user in flight.
    explicit SlowServer(std::size_t places = 500)
        : server_([places](ServerOptions& options) { often(options, places); },
                  [this](Request request, Executor& workers, std::function<void(Response)> done) {
                      return fixture.endpoint->handle(std::move(request), workers, std::move(done));
                  }) {}

    ~SlowServer() { fixture.gate.open(); }  // A worker may be at it when a claim fails.
    SlowServer(const SlowServer&) = delete;
    SlowServer& operator=(const SlowServer&) = delete;

    [[nodiscard]] SocketClient connect() const { return server_.connect(); }
    bool logs(const std::string& text) { return server_.log.wait_for(text, LogLevel::info); }

    LogLines endpoint_log;
    desk::LampFixture fixture{options()};

  private:
    EndpointOptions options() {
        EndpointOptions options;
        options.log = endpoint_log.sink();
        return options;
    }
    static void often(ServerOptions& options, std::size_t places) {
        options.header_timeout = std::chrono::milliseconds(40);
        options.max_requests_in_flight_per_user = places;
    }

    RunningServer server_;
};

std::string get_slow(const std::string& timeout) {
    const ::test::Message message{.action = std::string(::test::get),
                                  .resource = std::string(desk::lamps) + "Test_Slow",
                                  .selectors = {},
                                  .headers = "<w:OperationTimeout>" + timeout + "</w:OperationTimeout>",
                                  .body = {}};
    return post(as_alice + "Content-Type: application/soap+xml\r\n", message.text());
}

}  // namespace

TEST_CASE("a client whose time is over gets TimedOut while the work goes on, and may ask again on its connection") {
    SlowServer server;
    auto client = server.connect();
    client.send(get_slow("PT1S"));
    server.fixture.here.wait();
    const auto reply = client.read();
    CHECK(reply.status == 500);
    CHECK(reply.body.find("w:TimedOut</s:Value>") != std::string::npos);
    CHECK(server.logs("Get Test_Slow -> w:TimedOut"));

    server.fixture.gate.open();
    CHECK(server.endpoint_log.wait_for("TimedOut: Get Test_Slow", LogLevel::warning));
    client.send(get_slow("PT20S"));
    const auto next = client.read();
    CHECK(next.status == 200);
    CHECK(next.body.find(">slow</p:Name>") != std::string::npos);
}

TEST_CASE("a client that asked and went leaves nothing behind when its time is over") {
    SlowServer server;
    {
        auto client = server.connect();
        client.send(get_slow("PT1S"));
        server.fixture.here.wait();
    }
    CHECK(server.logs("Get Test_Slow -> w:TimedOut"));
    server.fixture.gate.open();
    CHECK(server.endpoint_log.wait_for("TimedOut: Get Test_Slow", LogLevel::warning));
    auto client = server.connect();
    client.send(get_slow("PT20S"));
    CHECK(client.read().status == 200);
}

TEST_CASE("a request whose time is over keeps its place until the worker that has it is through") {
    SlowServer server(1);
    auto client = server.connect();
    auto other = server.connect();
    client.send(get_slow("PT1S"));
    server.fixture.here.wait();
    CHECK(client.read().body.find("w:TimedOut</s:Value>") != std::string::npos);
    other.send(get_slow("PT20S"));
    CHECK(other.read().status == 503);

    server.fixture.gate.open();
    int status = 503;
    while (status == 503) {  // until the worker has put it down
        other.send(get_slow("PT20S"));
        status = other.read().status;
    }
    CHECK(status == 200);
}
