#include "http/client_address.hpp"

#include <boost/asio/ip/network_v6.hpp>

namespace tintype::http {

std::string source_of(const net::ip::address& address) {
    if (!address.is_v6()) return address.to_string();
    constexpr unsigned short prefix = 64;
    return net::ip::make_network_v6(address.to_v6(), prefix).canonical().to_string();
}

}  // namespace tintype::http
