#pragma once
/// \file
/// How a client is refused that there is no place for.

#include "http/asio.hpp"

#include <array>
#include <memory>

#include "http/io_thread.hpp"
#include "http/places.hpp"

namespace tintype::http {

/// Answers a client 503 and reads, for a moment, what it has sent: a socket that is closed with unread bytes is reset,
/// and then many clients never see the answer. Lives on its IoThread, and holds itself until the client has gone or
/// time is over.
class Farewell final : public Attended, public std::enable_shared_from_this<Farewell> {
  public:
    /// \param place among those who may be refused like this at the same time, given back when it goes.
    Farewell(IoThread& thread, Socket socket, Places::Place place);
    ~Farewell() override;
    Farewell(const Farewell&) = delete;
    Farewell& operator=(const Farewell&) = delete;

    /// Once, on the thread.
    void start();

    /// Says it at once and without waiting for anything, where there is no place for more.
    static void say(Socket& socket);

    [[nodiscard]] Clock::time_point deadline() const noexcept override { return deadline_; }
    void expire() override { close(); }
    void close() noexcept override;
    void stop() noexcept override { close(); }

  private:
    void read();

    IoThread& thread_;
    Socket socket_;
    Places::Place place_;
    IoThread::Place attended_;
    Clock::time_point deadline_;
    std::array<char, 1024> unread_{};
};

}  // namespace tintype::http
