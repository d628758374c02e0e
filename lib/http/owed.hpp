#pragma once
/// \file
/// An answer that somebody else has been asked for.

#include "http/asio.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "http/operation_memory.hpp"

namespace tintype::http {

/// Brings a result back to its receiver's own thread, whichever thread has it, and keeps that thread's loop and the
/// receiver alive until then. Dropped without a result it closes the receiver. What both take is set aside at once: a
/// thread that has run out of memory has nobody to tell it to.
/// \tparam To has close() and is used on the loop's thread only.
template <class To, class Result>
class Owed {
  public:
    using Receive = void (To::*)(const Result&);

    Owed(net::io_context& loop, std::shared_ptr<To> to, Receive receive)
        : loop_(loop), guard_(loop.get_executor()), to_(std::move(to)), receive_(receive) {}
    Owed(const Owed&) = delete;
    Owed& operator=(const Owed&) = delete;
    ~Owed() {
        if (to_) post(std::move(to_), std::nullopt);
    }

    /// The first result counts; further ones are ignored.
    void pay(Result result) {
        // What is left here is nothing, so that the receiver never goes on another thread than its own.
        auto to = std::exchange(to_, nullptr);
        if (!to) return;
        if (loop_.get_executor().running_in_this_thread()) {
            (to.get()->*receive_)(result);
        } else {
            post(std::move(to), std::move(result));
        }
        guard_.reset();
    }

  private:
    void post(std::shared_ptr<To> to, std::optional<Result> result) {
        auto arrive = [to = std::move(to), receive = receive_, result = std::move(result)] {
            if (result)
                (to.get()->*receive)(*result);
            else
                to->close();
        };
        static_assert(OperationMemory::holds<decltype(arrive)>);
        net::post(loop_, HandlerInPlace(std::move(memory_), std::move(arrive)));
    }

    net::io_context& loop_;
    net::executor_work_guard<net::io_context::executor_type> guard_;
    std::shared_ptr<To> to_;
    Receive receive_;
    std::shared_ptr<OperationMemory> memory_ = std::make_shared<OperationMemory>();
};

/// As a function that can be copied.
template <class To, class Result>
std::function<void(Result)> owe(net::io_context& loop, std::shared_ptr<To> to, void (To::*receive)(const Result&)) {
    return [owed = std::make_shared<Owed<To, Result>>(loop, std::move(to), receive)](Result result) {
        owed->pay(std::move(result));
    };
}

}  // namespace tintype::http
