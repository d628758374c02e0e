#pragma once
/// \file
/// One thread that reads and writes sockets.

#include "http/asio.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "http/answer.hpp"
#include "tintype/log.hpp"

namespace tintype::http {

using Clock = std::chrono::steady_clock;

/// What an IoThread knows of a connection.
class Attended {
  public:
    Attended() = default;
    Attended(const Attended&) = delete;
    Attended& operator=(const Attended&) = delete;
    virtual ~Attended() = default;

    /// When expire() is due.
    [[nodiscard]] virtual Clock::time_point deadline() const noexcept = 0;
    /// What was waited for hasn't come. Its object never goes in here.
    virtual void expire() = 0;
    /// Ends the connection now. Its object goes when the operation under way has noticed, never in here.
    virtual void close() noexcept = 0;
    /// The server stops: a connection that waits for a request closes.
    virtual void stop() noexcept = 0;
    /// It has its turn after IoThread::write_soon(). May throw when memory runs out.
    virtual void write_now() {}
};

/// An event loop with the connections that live on it. Each connection has one thread for all its life, so nothing of
/// it needs a lock or a strand.
///
/// Deadlines are looked at by one timer for all connections, at an interval: a timer a connection would have to be set
/// twice for each request.
class IoThread {
  public:
    /// \param interval between two looks at the deadlines. \param connections_gone as in ServerOptions.
    IoThread(std::chrono::milliseconds interval, LogSink log, std::function<void()> connections_gone = {});

    /// Runs the loop on the calling thread until stop() and the end of the last connection.
    void run();

    /// From the loop's thread: connections that wait for a request close at once, the others at `deadline`; run()
    /// returns when none is left. May be called again with an earlier deadline. \param at_end called when the deadline
    /// has passed with connections still there.
    void stop(Clock::time_point deadline, std::function<void()> at_end);

    [[nodiscard]] net::io_context& context() noexcept { return context_; }
    /// These from the loop's thread.
    [[nodiscard]] bool stopping() const noexcept { return stopping_; }
    [[nodiscard]] DateField& date() noexcept { return date_; }
    /// Room for what somebody has to say, who leaves it empty.
    [[nodiscard]] std::string& scratch() noexcept { return scratch_; }

    /// Has the connection write once all that has arrived is read: clients that were answered in between would be woken
    /// one by one, which costs more than the writing. A connection that is alone writes at once.
    void write_soon(std::shared_ptr<Attended> connection);

    using Place = std::list<Attended*>::iterator;
    [[nodiscard]] Place add(Attended& connection);
    void remove(Place place) noexcept;

  private:
    void look_later();
    void look();
    void tell_of_those_gone() noexcept;
    void write_all();
    void say_dropped(const std::exception& error) const noexcept;

    net::io_context context_;
    net::executor_work_guard<net::io_context::executor_type> guard_;
    net::basic_waitable_timer<Clock, net::wait_traits<Clock>, net::io_context::executor_type> timer_;
    const std::chrono::milliseconds interval_;
    LogSink log_;
    DateField date_;
    std::string scratch_;
    std::function<void()> connections_gone_;
    std::list<Attended*> connections_;
    std::size_t most_ = 0;                            ///< Connections, since connections_gone_ was called.
    std::vector<std::shared_ptr<Attended>> writing_;  ///< Who asked for write_soon().
    std::vector<std::shared_ptr<Attended>> written_;  ///< Empty; what it takes is used again.
    unsigned alone_ = 0;                              ///< So many more don't wait for others.
    bool looking_ = false;
    bool stopping_ = false;
    Clock::time_point end_ = Clock::time_point::max();
    std::function<void()> at_end_;
};

}  // namespace tintype::http
