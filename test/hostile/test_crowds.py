"""More connections and more requests than anybody needs."""

import contextlib
import socket
import statistics
import time
import unittest

from hostile.case import LONG, HostileCase, as_many_as
from hostile.peers import connected, each, run, statuses
from hostile.tls_peers import Tls, context, shake_hands
from wire import soap
from wire.attacks import connect, message
from wire.daemon import basic


class Idle(HostileCase):
    limits = 'max_connections_per_address = 20000\nmax_connections = 20000\nidle_timeout = "10m"\n'

    def test_a_new_client_beside_3000_idle_ones_is_served_within_100_ms(self):
        """Idle clients of each kind: never a byte, a request answered, over HTTP and over TLS."""
        count = as_many_as(10_000 if LONG else 3_000)

        async def occupy(stack, number):
            peer = await stack.enter_async_context(connected(self.https if number % 5 == 0 else self.http))
            if number % 5 == 0:
                await shake_hands(peer, Tls(self.cert))
            elif number % 2:
                await peer.send(message())
                while not statuses(peer.received):
                    self.assertTrue(await peer.read())

        async def with_idle_clients(act):
            async with contextlib.AsyncExitStack() as stack:
                await each(range(count), lambda number: occupy(stack, number), at_once=20)
                act()

        def newcomers():
            took = []
            for _ in range(25):
                begun = time.perf_counter()
                self.assertEqual(self.daemon.post(soap.request(soap.GET, soap.SERVICE)).status, 200)
                took.append(time.perf_counter() - begun)
            # Half of them: that one of them was late says more of this machine than of the daemon.
            self.assertLess(statistics.median(took), 0.1, took)

        # Each of them keeps a few kilobytes of the allocator's.
        with self.good_clients(memory=count * 64 * 1024):
            run(with_idle_clients(newcomers))


class Full(HostileCase):
    limits = "max_connections = 50\n"

    def test_one_connection_more_than_there_may_be(self):
        """It is told so over HTTP, hung up on over TLS, and served when another one has gone."""
        with self.good_clients(new_connections=False), contextlib.ExitStack() as stack:
            occupied = [stack.enter_context(connect(self.daemon)) for _ in range(50 - 2)]
            for _ in range(20):
                answer = self.daemon.post(soap.IDENTIFY)
                self.assertEqual((answer.status, answer.http_headers["Retry-After"]), (503, "1"))
                with socket.create_connection(self.https, timeout=60) as one_more, self.assertRaises(OSError):
                    context(self.cert).wrap_socket(one_more, server_hostname="127.0.0.1")
            occupied[0].close()
            end = time.monotonic() + 30
            while self.daemon.post(soap.IDENTIFY).status != 200:
                self.assertLess(time.monotonic(), end)


class Pipelining(HostileCase):
    limits = 'log_on_delay = "0ms"\n'
    count = 1_000

    async def in_one_go(self, tls, requests):
        async with connected(self.https if tls else self.http) as peer:
            session = Tls(self.cert) if tls else None
            data = b"".join(requests)
            if tls:
                await shake_hands(peer, session)
                peer.received = b""
            sending = each([session.sealed(data) if tls else data], peer.send)
            _, answer = await each([sending, peer.read_to_end()], lambda one: one)
            return session.opened(answer) if tls else answer

    def test_a_thousand_requests_in_one_go_are_answered_in_their_order(self):
        numbers = [soap.new_message_id() for _ in range(self.count)]
        requests = [message(soap.request(soap.GET, soap.SERVICE, message_id=number),
                            more="" if number != numbers[-1] else "Connection: close")
                    for number in numbers]
        with self.good_clients():
            for tls in (False, True):
                answer = run(self.in_one_go(tls, requests))
                self.assertEqual(statuses(answer), [200] * self.count)
                found = [part.partition(b"</a:RelatesTo>")[0].decode() for part in answer.split(b"<a:RelatesTo>")[1:]]
                self.assertEqual(found, numbers)

    def test_a_thousand_good_and_bad_ones_keep_their_order_until_one_that_ends_the_connection(self):
        kinds = [(message(), 200), (message(authorization=None), 401), (message(authorization=basic("alice", "wrong")), 401),
                 (message(line="PUT /wsman HTTP/1.1"), 405), (message(line="POST / HTTP/1.1"), 404),
                 (message(more="Content-Encoding: gzip"), 415),
                 (message("<"), 400), (message(soap.request(soap.GET, "urn:x")), 500)]
        good, breaks = [kinds[number % len(kinds)] for number in range(self.count)], (message(more="X : y"), 400)
        with self.good_clients():
            for where in (self.count, self.count // 2):
                sent = [*good[:where], breaks, *good[where:]]
                answer = run(self.in_one_go(False, [data for data, _ in sent]))
                self.assertEqual(statuses(answer), [status for _, status in good[:where]] + [400])


if __name__ == "__main__":
    unittest.main()
