// Many log-ons at once: what the header says of threads, with the real libraries.
#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "negotiate/support.hpp"

namespace tintype::security {
namespace {

/// doctest's assertions are for one thread, so this counts.
bool works(NegotiateAuthenticator& users, const InitiatorOptions& options) {
    auto begun = NegotiateInitiator::begin(options);
    if (!begun) return false;
    Handshake handshake{*std::move(begun), users.begin(options.scheme, {})};
    run(handshake);
    if (!accepted(handshake)) return false;
    for (int count = 0; count < 5; ++count) {
        const auto clear = "message " + std::to_string(count);
        const auto request = handshake.client->seal(clear);
        if (!request || handshake.server->unseal(request->header, request->data) != clear) return false;
        const auto answer = handshake.server->seal(clear);
        if (!answer || handshake.client->unseal(answer->header, answer->data) != clear) return false;
    }
    return true;
}

TEST_CASE("a hundred log-ons in eight threads, with reloads between them, all succeed") {
    const auto users = server();
    const InitiatorOptions ways[] = {by_kerberos(), raw(by_kerberos()), by_ntlm(), raw(by_ntlm())};
    std::atomic<int> next{0};
    std::atomic<int> good{0};
    std::vector<std::thread> threads;
    threads.reserve(8);
    for (int count = 0; count < 8; ++count) {
        threads.emplace_back([&] {
            for (int number = next++; number < 100; number = next++) {
                if (works(*users, ways[static_cast<std::size_t>(number) % std::size(ways)])) ++good;
                if (number % 10 == 0 && !users->reload()) --good;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(good == 100);
}

TEST_CASE("wrong passwords in some threads take nothing from good ones in others") {
    const auto users = server();
    auto wrong = by_ntlm();
    wrong.password = "wrong";
    std::atomic<int> in{0};
    std::atomic<int> out{0};
    std::vector<std::thread> threads;
    threads.reserve(8);
    for (int number = 0; number < 8; ++number) {
        threads.emplace_back([&, number] {
            for (int count = 0; count < 10; ++count) {
                if (number % 2 == 0) {
                    in += works(*users, by_ntlm()) ? 1 : 0;
                } else {
                    out += works(*users, wrong) ? 0 : 1;
                }
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(in == 40);
    CHECK(out == 40);
}

}  // namespace
}  // namespace tintype::security
