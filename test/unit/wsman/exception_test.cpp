#include <array>
#include <future>

#include "support.hpp"
#include "tintype/service.hpp"
#include "tintype/wsman/resource.hpp"
#include "tintype/wsman/router.hpp"

using namespace test;

namespace {

namespace cim = tintype::cim;
namespace wsman = tintype::wsman;

constexpr std::array properties{cim::PropertyDeclaration{.name = "Name", .key = true}};

constexpr cim::ClassDeclaration broken_class(std::string_view name) {
    return {.name = name,
            .cim_namespace = "root/broken",
            .superclasses = {},
            .properties = properties,
            .methods = {},
            .singleton = true};
}
constexpr auto quick_class = broken_class("Test_BrokenAtOnce");
constexpr auto slow_class = broken_class("Test_BrokenOnWorker");

/// Throws what is no std::exception.
class Broken final : public wsman::Resource {
  public:
    explicit Broken(const cim::ClassDeclaration& declaration) : declaration_(declaration) {}
    [[nodiscard]] const cim::ClassDeclaration& declaration() const noexcept override { return declaration_; }
    [[nodiscard]] std::span<const std::string_view> required_keys() const noexcept override { return {}; }
    [[nodiscard]] bool may_block() const noexcept override { return &declaration_ == &slow_class; }
    wsman::Result<std::optional<cim::Instance>> get(const cim::ObjectPath&) override { throw 42; }
    wsman::Result<std::unique_ptr<wsman::InstanceCursor>> enumerate() override { throw 42; }

  private:
    const cim::ClassDeclaration& declaration_;
};

class BrokenService final : public tintype::Service {
  public:
    void add_to(wsman::Router& router, const std::string&) override {
        router.add(std::make_unique<Broken>(quick_class));
        router.add(std::make_unique<Broken>(slow_class));
    }
};

class BrokenAuthorizer final : public tintype::Authorizer {
  public:
    [[nodiscard]] std::shared_ptr<const tintype::Permissions> recall(const tintype::Principal&) override { throw 42; }
    [[nodiscard]] std::shared_ptr<const tintype::Permissions> find(const tintype::Principal&) override { throw 42; }
};

tintype::Request about(const cim::ClassDeclaration& declaration) {
    Message message;
    message.resource = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/broken/" + std::string(declaration.name);
    return {message.text(), "application/soap+xml", {"alice", "Basic", true}, "peer"};
}

/// Both ways of asking: on this thread, and with a worker for what may wait.
void check_that_it_is_an_internal_error(tintype::Endpoint& endpoint, const cim::ClassDeclaration& declaration) {
    const auto here = endpoint.handle(about(declaration));
    tintype::WorkerPool workers(1);
    std::promise<tintype::Response> promised;
    endpoint.handle(about(declaration), workers,
                    [&](tintype::Response response) { promised.set_value(std::move(response)); });
    for (const auto& answer : {here, promised.get_future().get()}) {
        CHECK(fault_of(answer) == "500 w:InternalError");
        CHECK(inside(answer.body, "a:RelatesTo") == "uuid:1");
        CHECK(answer.summary == "something was thrown that is no std::exception -> w:InternalError");
    }
}

}  // namespace

TEST_CASE("a class that throws what is no std::exception is InternalError, at once and on a worker") {
    BrokenService service;
    tintype::Endpoint endpoint(service);
    check_that_it_is_an_internal_error(endpoint, quick_class);
    check_that_it_is_an_internal_error(endpoint, slow_class);
}

TEST_CASE("an authorizer that throws what is no std::exception is InternalError before anything is done") {
    BrokenService service;
    BrokenAuthorizer authorizer;
    tintype::EndpointOptions options;
    options.authorizer = &authorizer;
    tintype::Endpoint endpoint(service, options);
    check_that_it_is_an_internal_error(endpoint, quick_class);
}
