// The connection of a host: opened, watched, lost, opened again. host_reading.cpp reads what is behind it.
#include "libvirt/host.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "libvirt/error.hpp"

namespace tintype::libvirt {
namespace {

// A host that says nothing for so long is lost: five questions, five seconds apart, as virsh does it.
constexpr int keepalive_seconds = 5;
constexpr unsigned keepalive_count = 5;

constexpr std::chrono::seconds stop_patience{2};

/// Held by libvirt for as long as it may call back.
using Holder = std::weak_ptr<Host>;

void free_holder(void* opaque) {
    delete static_cast<Holder*>(opaque);
}

void on_close(virConnectPtr connection, int /*reason*/, void* opaque) {
    if (const auto host = static_cast<Holder*>(opaque)->lock()) host->lose(connection);
}

/// Passwords come from libvirt's own configuration (auth.conf); a daemon has nobody to ask.
int refuse_credentials(virConnectCredentialPtr /*wanted*/, unsigned /*count*/, void* /*opaque*/) {
    return -1;
}

}  // namespace

std::shared_ptr<Host> Host::start(std::string uri, const LibvirtBackendOptions& options) {
    auto host = std::make_shared<Host>(std::move(uri), options);
    host->thread_ = std::thread([host] { host->run(); });
    return host;
}

Host::Host(std::string uri, const LibvirtBackendOptions& options)
    : uri_(std::move(uri)),
      name_(uri_.substr(0, uri_.find('?'))),
      log_(options.log),
      first_retry_(options.first_retry),
      longest_retry_(options.longest_retry),
      why_("it is not reached yet") {}

void Host::stop() {
    {
        const std::lock_guard lock(logging_);
        log_ = nullptr;
    }
    std::unique_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
    const bool ended = changed_.wait_for(lock, stop_patience, [&] { return finished_; });
    lock.unlock();
    if (ended) {
        thread_.join();
    } else {
        thread_.detach();  // it holds what it needs, and ends once libvirt gives up
    }
}

void Host::wait_for_first_attempt(Clock::time_point until) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, until, [&] { return tried_; });
}

BackendResult<Connection> Host::connection() {
    const std::lock_guard lock(mutex_);
    if (connection_) return share(connection_);
    return refuse(BackendErrorCode::unavailable, fmt::format("the host {} can't be reached: {}", name_, why_));
}

bool Host::is_up() {
    const std::lock_guard lock(mutex_);
    return connection_ != nullptr;
}

void Host::log(LogLevel level, const std::string& text) {
    const std::lock_guard lock(logging_);
    if (log_) log_(level, text);
}

void Host::run() {
    auto delay = first_retry_;
    std::string logged;
    while (true) {
        auto opened = open();
        std::unique_lock lock(mutex_);
        if (opened && !stopping_) {
            connection_ = share(opened);
            delay = first_retry_;
            logged.clear();
            lock.unlock();
            log(LogLevel::info, fmt::format("libvirt host {} is reached", name_));
            static_cast<void>(refresh());  // what fails here fails again when somebody asks
            lock.lock();
            tried_ = true;
            changed_.notify_all();
            changed_.wait(lock, [&] { return lost_ || stopping_; });
            connection_.reset();
            if (!stopping_) {
                log(LogLevel::warning, fmt::format("libvirt host {} is lost: {}", name_, why_));
                logged = why_;
            }
        }
        tried_ = true;
        changed_.notify_all();
        const bool stop = stopping_;
        const auto why = why_;
        lock.unlock();
        if (opened) release(std::move(opened));
        if (!stop && logged != why) {
            log(LogLevel::warning, fmt::format("libvirt host {} can't be reached, and is tried again: {}", name_, why));
            logged = why;
        }
        lock.lock();
        if (changed_.wait_for(lock, delay, [&] { return stopping_; })) break;
        delay = std::min(delay * 2, longest_retry_);
        lost_ = false;
    }
    const std::lock_guard lock(mutex_);
    finished_ = true;
    changed_.notify_all();
}

Connection Host::open() {
    std::array<int, 2> kinds{VIR_CRED_AUTHNAME, VIR_CRED_PASSPHRASE};
    virConnectAuth auth{kinds.data(), static_cast<unsigned>(kinds.size()), refuse_credentials, nullptr};
    Connection connection(virConnectOpenAuth(uri_.c_str(), &auth, 0));
    if (!connection) {
        const auto failed = last_error("libvirt can't connect", nullptr);
        const std::lock_guard lock(mutex_);
        why_ = failed.value().message;
        return nullptr;
    }
    watch(connection);
    return connection;
}

void Host::watch(const Connection& connection) {
    // Drivers in this process have nothing to keep alive, and say so.
    virConnectSetKeepAlive(connection.get(), keepalive_seconds, keepalive_count);
    // Drivers in this process say that they took it, and forget it without freeing what goes with it: so that is ours.
    self_ = weak_from_this();
    virConnectRegisterCloseCallback(connection.get(), on_close, &self_, nullptr);
    const auto on_lifecycle = [](virConnectPtr, virDomainPtr domain, int event, int, void* opaque) -> int {
        if (const auto host = static_cast<Holder*>(opaque)->lock()) host->on_event(id_of(domain), event);
        return 0;
    };
    const auto on_metadata = [](virConnectPtr, virDomainPtr domain, int, const char*, void* opaque) {
        if (const auto host = static_cast<Holder*>(opaque)->lock()) host->known().mark_changed(id_of(domain));
    };
    const auto follow = [&](int kind, virConnectDomainEventGenericCallback callback) {
        auto mine = std::make_unique<Holder>(weak_from_this());
        const int id =
            virConnectDomainEventRegisterAny(connection.get(), nullptr, kind, callback, mine.get(), free_holder);
        if (id < 0) return;
        static_cast<void>(mine.release());
        callbacks_.push_back(id);
    };
    callbacks_.clear();
    follow(VIR_DOMAIN_EVENT_ID_LIFECYCLE,
           VIR_DOMAIN_EVENT_CALLBACK(static_cast<virConnectDomainEventCallback>(on_lifecycle)));
    follow(VIR_DOMAIN_EVENT_ID_METADATA_CHANGE,
           VIR_DOMAIN_EVENT_CALLBACK(static_cast<virConnectDomainEventMetadataChangeCallback>(on_metadata)));
}

void Host::release(Connection connection) {
    for (const int id : callbacks_) virConnectDomainEventDeregisterAny(connection.get(), id);
    callbacks_.clear();
    virConnectUnregisterCloseCallback(connection.get(), on_close);
}

void Host::lose(virConnectPtr connection) {
    const std::lock_guard lock(mutex_);
    if (connection_.get() != connection) return;
    why_ = "the connection was lost";
    lost_ = true;
    // At once, so that nobody is sent to a connection that is known to be dead.
    connection_.reset();
    changed_.notify_all();
}

BackendError Host::noted(const Connection& connection, BackendError error) {
    if (error.code == BackendErrorCode::unavailable && connection) lose(connection.get());
    return error;
}

void Host::on_event(std::string_view machine, int event) {
    known_.mark_changed(machine);
    switch (event) {
        case VIR_DOMAIN_EVENT_STARTED:
        case VIR_DOMAIN_EVENT_RESUMED:
            known_.set_state(machine, MachineState::running);
            break;
        case VIR_DOMAIN_EVENT_SUSPENDED:
        case VIR_DOMAIN_EVENT_PMSUSPENDED:
            known_.set_state(machine, MachineState::paused);
            break;
        case VIR_DOMAIN_EVENT_STOPPED:
        case VIR_DOMAIN_EVENT_CRASHED:
            known_.set_state(machine, MachineState::off);
            break;
        default:
            break;
    }
    stale_ = true;
}

Occupation::Occupation(std::shared_ptr<Host> host, std::string machine)
    : host_(std::move(host)), machine_(std::move(machine)) {}

Occupation::~Occupation() {
    if (!host_) return;  // moved from
    const std::lock_guard lock(host_->mutex_);
    host_->occupied_.erase(machine_);
}

std::optional<Occupation> Host::occupy(std::string_view machine) {
    const std::lock_guard lock(mutex_);
    if (!occupied_.emplace(machine).second) return std::nullopt;
    return std::optional<Occupation>(std::in_place, shared_from_this(), std::string(machine));
}

bool Host::is_occupied(std::string_view machine) {
    const std::lock_guard lock(mutex_);
    return occupied_.contains(machine);
}

}  // namespace tintype::libvirt
