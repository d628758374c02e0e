#include "tintype/host_service.hpp"

#include <chrono>
#include <functional>
#include <utility>

#include "host/classes.hpp"
#include "host/instances.hpp"
#include "tintype/wsman/router.hpp"
#include "wsman/singleton.hpp"

namespace tintype {

HostService::HostService(HostServiceOptions options) : options_(std::move(options)) {}
HostService::~HostService() = default;

void HostService::add_to(wsman::Router& router, const std::string& host_name) {
    using namespace host;
    const SystemFiles files(options_.root);
    const auto hardware = std::make_shared<const Hardware>(read_hardware(files));  // it stays as it is
    const auto serve = [&](const cim::ClassDeclaration& declaration, std::function<cim::Instance()> make) {
        // /etc lies on a disk.
        router.add(wsman::make_singleton(declaration, std::move(make), {.host_key = "CSName", .may_block = true}));
    };
    serve(computer_system_class, [=] {
        return computer_system_instance(*hardware, read_memory(files), host_name, std::chrono::system_clock::now());
    });
    serve(computer_system_product_class, [=] { return computer_system_product_instance(*hardware); });
    serve(operating_system_class, [=] {
        return operating_system_instance(read_operating_system(files), *hardware, host_name,
                                         std::chrono::system_clock::now());
    });
}

}  // namespace tintype
