"""Peers that stop, by the thousand: half-closed, silent, a byte a second, or never reading what they asked for."""

import asyncio
import time
import unittest

from hostile.case import LONG, HostileCase, as_many_as
from hostile.peers import connected, each, run, statuses
from hostile.tls_peers import Tls, shake_hands
from wire.attacks import message, resident
from wire.daemon import basic

COUNT = 8_000 if LONG else 2_000
REQUEST = message()
HEAD = REQUEST[:REQUEST.index(b"\r\n\r\n") + 4]
# Nothing, parts of a head, a head, parts of a body: none of them is ever answered.
PARTS = (b"", REQUEST[:1], REQUEST[:40], HEAD[:-1], HEAD, REQUEST[:len(HEAD) + 1], REQUEST[:-1])
DOCUMENT = f"GET /wsman?wsdl HTTP/1.1\r\nHost: localhost\r\nAuthorization: {basic()}\r\n\r\n".encode()


class Stalled(HostileCase):
    limits = 'header_timeout = "2s"\nbody_timeout = "2s"\nidle_timeout = "5s"\nwrite_timeout = "2s"\n' \
             "max_connections_per_address = 10000\nmax_requests_in_flight = 10000\nmax_requests_in_flight_per_user = 10000\n"

    def assert_in_time(self, took):
        """The shortest limit, and the longest with what a busy machine adds."""
        self.assertGreater(min(took), 1.9)
        self.assertLess(max(took), 60)

    def test_thousands_half_closed(self):
        """What can't become a request is closed at once; a whole one is answered first."""
        async def leave(number):
            async with connected(self.http) as peer:
                data = (*PARTS, REQUEST)[number % 8]
                await peer.send(data)
                peer.end("half-close")
                return data, statuses(await peer.read_to_end())

        with self.good_clients():
            begun = time.monotonic()
            for data, answered in run(each(range(COUNT), leave, at_once=500)):
                self.assertEqual(answered, [200] if data == REQUEST else [])
            self.assertLess(time.monotonic() - begun, 60)

    def test_thousands_stalled(self):
        """All there at the same time; each is hung up on when the time for what it has begun is over."""
        async def stall(number):
            begun = time.monotonic()
            async with connected(self.http if number % 10 else self.https) as peer:
                await peer.send(PARTS[number % len(PARTS)] if number % 10 else b"")
                self.assertEqual(await peer.read_to_end(), b"")
                return time.monotonic() - begun

        with self.good_clients():
            before = resident(self.daemon)
            took = run(each(range(as_many_as(COUNT)), stall, at_once=COUNT))
            self.assert_in_time(took)
            self.assertLess(resident(self.daemon) - before, COUNT * 64 * 1024)

    def test_a_byte_a_second_in(self):
        async def drip(number):
            begun = PARTS[number % len(PARTS)]
            start = time.monotonic()
            async with connected(self.http) as peer:
                await peer.send(begun)
                reading = asyncio.ensure_future(peer.read_to_end())
                for byte in REQUEST[len(begun):-1]:
                    await asyncio.wait([reading], timeout=1)
                    if reading.done() or not await peer.send(bytes([byte])):
                        break
                self.assertEqual(await reading, b"")
                return time.monotonic() - start

        with self.good_clients():
            self.assert_in_time(run(each(range(COUNT // 4), drip, at_once=COUNT)))

    def slow_reader(self, address, tls, portion, pause):
        """Asks for documents without end and takes what comes in such portions; how long until it is hung up on."""
        async def read(_):
            start = time.monotonic()
            async with connected(address, receive_buffer=4096) as peer:
                asked = DOCUMENT * 1_000
                if tls:
                    session = Tls(self.cert)
                    await shake_hands(peer, session)
                    asked = session.sealed(asked)
                # It ends, and fails, when the daemon closes.
                sending = asyncio.ensure_future(self.send_on(peer, asked))
                while not sending.done():
                    if portion:
                        await peer.read(portion)
                    await asyncio.wait([sending], timeout=pause)
                return time.monotonic() - start

        return read

    @staticmethod
    async def send_on(peer, asked):
        while await peer.send(asked):
            pass

    def test_readers_of_a_byte_a_second_and_of_nothing(self):
        """An answer has to be taken as a whole within write_timeout; a window that never opens is the same."""
        with self.good_clients(memory=96 << 20):
            for address, tls in ((self.http, False), (self.https, True)):
                for portion, pause in ((0, 1), (1, 0.05)):
                    with self.subTest(tls=tls, portion=portion):
                        took = run(each(range(12), self.slow_reader(address, tls, portion, pause)))
                        self.assert_in_time(took)


if __name__ == "__main__":
    unittest.main()
