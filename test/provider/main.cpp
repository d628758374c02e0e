// A WS-Management endpoint for tests: see classes.hpp. Ends on SIGTERM with status 0.
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>

#include "classes.hpp"
#include "tintype/server.hpp"
#include "tintype/worker_pool.hpp"
#include "tintype/wsman/router.hpp"

namespace {

class TestService final : public tintype::Service {
  public:
    void add_to(tintype::wsman::Router& router, const std::string&) override {
        router.add(provider::make_thing());
        router.add(provider::make_number());
        router.add(provider::make_process());
        router.add(provider::make_twin_process());
        router.add(provider::make_slow());
        router.add(provider::make_link());
    }
};

// In one step, so that whoever waits for the file finds it whole.
void write_url(const std::filesystem::path& file, const std::string& url) {
    auto unfinished = file;
    unfinished += ".new";
    std::ofstream(unfinished) << url << '\n';
    std::filesystem::rename(unfinished, file);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        std::cerr << "usage: test_provider USERS URL-FILE CONTEXT-IDLE-S OPERATION-TIMEOUT-MS\n";
        return 2;
    }
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, nullptr);  // Every thread inherits it; one waits for the signal.

    const auto users = tintype::open_users_file(argv[1]);
    if (!users) {
        std::cerr << users.error() << '\n';
        return 1;
    }
    tintype::WorkerPool workers;
    TestService service;
    tintype::EndpointOptions options;
    options.limits.context_idle = std::chrono::seconds(std::stoul(argv[3]));
    options.limits.default_operation_timeout = std::chrono::milliseconds(std::stoul(argv[4]));
    tintype::Endpoint endpoint(service, options);
    tintype::Server server(endpoint, {.passwords = users->get()}, workers,
                           {.listeners = {{"http://127.0.0.1:0/wsman", "", ""}}, .allow_unencrypted = true});
    if (const auto opened = server.open(); !opened) {
        std::cerr << opened.error() << '\n';
        return 1;
    }
    write_url(argv[2], server.urls().front());
    std::thread waits_for_end([&] {
        int signal = 0;
        sigwait(&ending, &signal);
        server.stop();
    });
    server.run();
    waits_for_end.join();
    return 0;
}
