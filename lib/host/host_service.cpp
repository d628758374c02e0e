#include "tintype/host_service.hpp"

#include <chrono>
#include <utility>

#include "host/classes.hpp"
#include "host/instances.hpp"
#include "host/singleton.hpp"
#include "tintype/wsman/router.hpp"

namespace tintype {

HostService::HostService(HostServiceOptions options) : options_(std::move(options)) {}
HostService::~HostService() = default;

void HostService::add_to(wsman::Router& router, const std::string& host_name) {
    using namespace host;
    const SystemFiles files(options_.root);
    const auto hardware = std::make_shared<const Hardware>(read_hardware(files));  // it stays as it is
    router.add(make_singleton(computer_system_class, [=] {
        return computer_system_instance(*hardware, read_memory(files), host_name, std::chrono::system_clock::now());
    }));
    router.add(
        make_singleton(computer_system_product_class, [=] { return computer_system_product_instance(*hardware); }));
    router.add(make_singleton(operating_system_class, [=] {
        return operating_system_instance(read_operating_system(files), *hardware, host_name,
                                         std::chrono::system_clock::now());
    }));
}

}  // namespace tintype
