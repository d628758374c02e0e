"""TLS clients that break off, stall or talk nonsense, at every step of a connection."""

import asyncio
import os
import ssl
import subprocess
import time
import unittest

from hostile.case import LONG, HostileCase
from hostile.peers import ENDS, answers_to, connected, each, run, statuses
from hostile.tls_peers import Tls, records, shake_hands
from wire.attacks import message

VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
REQUEST = message()
ALERT = b"\x15\x03"
SERVER_HELLO = b"\x16\x03\x03"


class TlsHangUps(HostileCase):
    limits = 'idle_timeout = "5s"\nheader_timeout = "2s"\nmax_connections_per_address = 5000\n'

    def hello(self, version=None):
        return Tls(self.cert, version).flight()

    def test_after_each_byte_of_the_client_hello(self):
        """Nothing comes back for less than a whole one, however the client goes."""
        hello = self.hello()

        async def leave(item):
            size, how = item
            async with connected(self.https) as peer:
                await peer.send(hello[:size])
                if size == len(hello):
                    await peer.read()
                    self.assertTrue(peer.received.startswith(SERVER_HELLO))
                peer.end(how)
                if how == "half-close":
                    received = await peer.read_to_end()
                    self.assertTrue(size == len(hello) or received == b"" or received.startswith(ALERT), received[:20])

        with self.good_clients():
            run(each([(size, how) for how in ENDS for size in range(len(hello) + 1)], leave))

    def test_before_and_within_each_later_flight(self):
        """After the ServerHello, before Finished, in the middle of each record of what carries it."""
        async def cuts(version):
            async with connected(self.https) as peer:
                flight = await shake_hands(peer, Tls(self.cert, version), until=1)
                starts = list(records(flight))
                return sorted({0, *starts, *(at + 1 for at in starts), *(at + 5 for at in starts), *range(0, len(flight), 7)})

        async def leave(item):
            version, size, how = item
            async with connected(self.https) as peer:
                flight = await shake_hands(peer, Tls(self.cert, version), until=1)
                await peer.send(flight[:size])
                peer.end(how)
                if how == "half-close":
                    await peer.read_to_end()

        with self.good_clients():
            for version in VERSIONS:
                sizes = run(cuts(version))
                self.assertGreater(len(sizes), 8)
                run(each([(version, size, how) for size in sizes for how in ENDS], leave, at_once=20))

    def after_the_handshake(self, act, items, at_once=20):
        async def one(item):
            async with connected(self.https) as peer:
                tls = Tls(self.cert, VERSIONS[hash(item) % 2])
                await shake_hands(peer, tls)
                return await act(peer, tls, item)

        return run(each(items, one, at_once))

    def test_after_finished_and_within_a_record(self):
        async def leave(peer, tls, item):
            size, how = item
            await peer.send(tls.sealed(REQUEST)[:size])
            peer.end(how)
            if how == "half-close":
                self.assertEqual(statuses(tls.opened(await peer.read_to_end())), [])

        with self.good_clients():
            self.after_the_handshake(leave, [(size, how) for size in range(0, len(REQUEST), 13) for how in ENDS])

    def test_without_a_close_notify(self):
        """A whole request is answered; that nothing follows it may be said by TLS or only by TCP."""
        async def ask(peer, tls, item):
            await peer.send(tls.sealed(REQUEST) + (tls.goodbye() if item % 3 == 0 else b""))
            if item % 3 == 1:
                peer.end("half-close")
                return statuses(tls.opened(await peer.read_to_end()))
            said = b""
            while not statuses(said) and await peer.read():
                said += tls.opened(peer.received)
                peer.received = b""
            return statuses(said)

        with self.good_clients():
            self.assertEqual(self.after_the_handshake(ask, range(60)), [[200]] * 60)

    def test_records_that_are_none(self):
        """Hung up on with an alert, before a handshake and after one, and nothing of them is answered."""
        hello = self.hello()
        nonsense = {"another type": b"\x18" + hello[1:], "no type": b"\xff" * 600,
                    "SSLv2": b"\x80\x2e\x01\x00\x02" + b"\0" * 41,
                    "too long": b"\x16\x03\x01\xff\xff" + b"\0" * 70_000, "empty": b"\x16\x03\x01\x00\x00" * 10_000,
                    "alerts": b"\x15\x03\x01\x00\x02\x01\x00" * 10_000, "data at once": b"\x17\x03\x03\x00\x10" + b"\0" * 16,
                    "a message of 16 MB": b"\x16\x03\x01\x40\x00\x01\xff\xff\xff" + b"\0" * 70_000,
                    "hello in hello": hello[:100] + hello, "two hellos": hello * 2,
                    "change of ciphers": hello + b"\x14\x03\x03\x00\x01\x01" * 10_000}
        with self.good_clients():
            for name, answer in zip(nonsense, answers_to(self.https, list(nonsense.values()) * 10)):
                with self.subTest(name):
                    self.assertIn(answer[:2], (b"", ALERT, SERVER_HELLO[:2]), answer[:20])
                    self.assertNotIn(b"HTTP/", answer)

    def test_records_that_are_none_after_the_handshake(self):
        async def talk(peer, tls, item):
            nonsense = (b"\x17\x03\x03\x00\x20" + os.urandom(32), b"\x17\x03\x03\xff\xff" + b"\0" * 70_000, os.urandom(300),
                        REQUEST, tls.flight() + b"\x17\x03\x03\x00\x00" * 1000, tls.sealed(REQUEST)[:-1] + b"\0")[item % 6]
            await peer.send(nonsense)
            return statuses(tls.opened(await peer.read_to_end()))

        with self.good_clients():
            self.assertEqual(self.after_the_handshake(talk, range(120)), [[]] * 120)

    def test_http_on_the_tls_port_and_tls_on_the_plain_one(self):
        with self.good_clients():
            for answer in answers_to(self.https, [REQUEST] * 100):
                self.assertNotIn(b"HTTP/", answer)
                self.assertLess(len(answer), 100)
            for answer in answers_to(self.http, [self.hello(), REQUEST + self.hello()] * 50):
                self.assertIn(statuses(answer), ([400], [200, 400]))

    def test_renegotiation_and_keys_changed_without_end(self):
        """s_client asks for them: `R` renegotiates, `K` has both sides change their keys."""
        host, port = self.https
        with self.good_clients():
            for version, said, words in (("-tls1_2", "R\n", "no renegotiation"), ("-tls1_3", "K\n" * 200, "KEYUPDATE")):
                with self.subTest(version):
                    asked = subprocess.run(["openssl", "s_client", "-connect", f"{host}:{port}", "-CAfile", str(self.cert),
                                            version],
                                           input=said, capture_output=True, text=True, timeout=60)
                    self.assertIn(words, asked.stdout + asked.stderr)

    def test_handshakes_that_stall_are_hung_up_on_in_time(self):
        """A byte now and then, or none: the handshake as a whole has idle_timeout, and what it took is given back."""
        hello = self.hello()

        async def stall(number):
            begun = time.monotonic()
            async with connected(self.https) as peer:
                if number % 2:
                    await peer.send(hello[:number % len(hello)])
                    await peer.read_to_end()
                else:
                    reading = asyncio.ensure_future(peer.read_to_end())
                    for byte in hello:
                        if reading.done() or not await peer.send(bytes([byte])):
                            break
                        await asyncio.wait([reading], timeout=1)
                    await reading
                return time.monotonic() - begun

        count = 2_000 if LONG else 1_500
        with self.good_clients():
            took = run(each(range(count), stall, at_once=count))
            self.assertLess(max(took), 60)
            self.assertGreater(min(took), 4.9)

    def test_slow_tls_and_slow_http_in_it(self):
        """Each byte of a request in a record of its own, one a second: the head has its time, whatever TLS does."""
        async def drip(peer, tls, _):
            reading = asyncio.ensure_future(peer.read_to_end())
            for byte in REQUEST:
                if reading.done() or not await peer.send(tls.sealed(bytes([byte]))):
                    break
                await asyncio.wait([reading], timeout=1)
            self.assertEqual(statuses(tls.opened(await reading)), [])
            return time.monotonic() - begun

        with self.good_clients():
            begun = time.monotonic()
            took = self.after_the_handshake(drip, range(100), at_once=100)
            self.assertLess(max(took), 60)
            self.assertGreater(min(took), 1.9)


if __name__ == "__main__":
    unittest.main()
