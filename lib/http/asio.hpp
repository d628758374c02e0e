#pragma once
/// \file
/// Asio and Beast as this room uses them.

// Boost 1.74's asio uses std::exchange without including this.
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

namespace tintype::http {

namespace net = boost::asio;
using boost::system::error_code;
using tcp = net::ip::tcp;

/// Bound to the one kind of executor there is, so that no operation goes through a type-erased one.
using Socket = net::basic_stream_socket<tcp, net::io_context::executor_type>;

}  // namespace tintype::http
