#include "http/io_thread.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <exception>
#include <utility>

namespace tintype::http {

// The hint says that one thread runs the loop; posting from others stays allowed.
IoThread::IoThread(std::chrono::milliseconds interval, LogSink log, std::function<void()> connections_gone)
    : context_(1),
      guard_(context_.get_executor()),
      timer_(context_.get_executor()),
      interval_(interval),
      log_(std::move(log)),
      connections_gone_(std::move(connections_gone)) {}

void IoThread::run() {
    for (;;) {
        try {
            context_.run();
            return;
        } catch (const std::exception& error) {
            // Out of memory, most likely: the connection whose handler threw is gone with it, the others go on.
            say_dropped(error);
        }
    }
}

void IoThread::say_dropped(const std::exception& error) const noexcept {
    if (!log_) return;
    try {
        log_(LogLevel::error, fmt::format("a connection was dropped: {}", error.what()));
    } catch (const std::exception&) {
        return;  // there is no memory to say it in
    }
}

void IoThread::stop(Clock::time_point deadline, std::function<void()> at_end) {
    at_end_ = std::move(at_end);
    end_ = std::min(end_, deadline);
    if (!std::exchange(stopping_, true)) guard_.reset();
    for (auto* connection : connections_) connection->stop();
    if (looking_) timer_.cancel();  // Looks at once, and then at the new deadline.
}

IoThread::Place IoThread::add(Attended& connection) {
    // What may throw first: a connection that isn't made after all must not be in the list.
    if (!looking_) look_later();
    const auto place = connections_.insert(connections_.end(), &connection);
    most_ = std::max(most_, connections_.size());
    return place;
}

void IoThread::remove(Place place) noexcept {
    connections_.erase(place);
    // The loop must not go on for the timer's sake.
    if (connections_.empty() && stopping_) timer_.cancel();
}

void IoThread::write_soon(std::shared_ptr<Attended> connection) {
    if (alone_ > 0) {
        --alone_;
        return connection->write_now();
    }
    writing_.push_back(std::move(connection));
    // Behind all that is ready now.
    if (writing_.size() > 1) return;
    try {
        net::post(context_, [this] { write_all(); });
    } catch (...) {
        writing_.pop_back();  // or all that come later would wait for what never runs
        throw;
    }
}

void IoThread::write_all() {
    constexpr unsigned next_try = 16;  // Whether others have come costs a look at all sockets.
    writing_.swap(written_);
    if (written_.size() == 1) alone_ = next_try - 1;
    for (auto& connection : written_) {
        try {
            connection->write_now();
        } catch (const std::exception& error) {
            say_dropped(error);
            connection->close();
        }
    }
    written_.clear();
}

void IoThread::look_later() {
    timer_.expires_at(std::min(Clock::now() + interval_, end_));
    timer_.async_wait([this](const error_code&) {
        looking_ = false;
        look();
    });
    looking_ = true;
}

void IoThread::look() {
    const auto now = Clock::now();
    for (auto* connection : connections_) {
        if (now >= end_) {
            connection->close();
        } else if (now >= connection->deadline()) {
            try {
                connection->expire();
            } catch (const std::exception& error) {
                say_dropped(error);
                connection->close();
            }
        }
    }
    tell_of_those_gone();
    // Past the end all are closed, and each goes when its last operation has.
    if (connections_.empty()) return;
    if (now < end_) return look_later();
    if (at_end_) at_end_();
}

// The last connection's going is seen, too: while there is one, a look is always due.
void IoThread::tell_of_those_gone() noexcept {
    constexpr std::size_t many = 64;
    const auto left = connections_.size();
    if (!connections_gone_ || most_ < left + many || left > most_ / 2) return;
    try {
        connections_gone_();
        most_ = left;
    } catch (const std::exception&) {
        return;  // as many are gone at the next look
    }
}

}  // namespace tintype::http
