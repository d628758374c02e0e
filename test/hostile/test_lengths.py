"""Lies about how long a message is, and messages that are longer than anybody needs."""

import asyncio
import unittest

from hostile.case import LONG, HostileCase
from hostile.peers import answer_to, answers_to, connected, each, run, statuses
from wire import soap
from wire.attacks import processor_seconds
from wire.daemon import SOAP_UTF8, basic

BODY = soap.request(soap.GET, soap.SERVICE).encode()
CHUNKED = "Transfer-Encoding: chunked"
MEGABYTE = b" " * (1 << 20)


def head(*fields, authorization=basic()):
    lines = ["POST /wsman HTTP/1.1", "Host: localhost", f"Content-Type: {SOAP_UTF8}", "Connection: close", *fields]
    if authorization:
        lines.append(f"Authorization: {authorization}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def chunks(*parts):
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)


class Lengths(HostileCase):
    limits = 'body_timeout = "5s"\n'

    def assert_each(self, cases, again=20):
        with self.good_clients():
            for (data, status), answer in zip(cases * again, answers_to(self.http, [data for data, _ in cases] * again)):
                with self.subTest(data[130:200]):
                    self.assertEqual(statuses(answer), [] if status is None else [status], answer[:300])

    def test_content_lengths_that_are_none(self):
        size = len(BODY)
        bad = ("-1", "-0", "+5", f"+{size}", "0x10", "", "   ", "5 5", "5,5", f"{size}, {size}", f"{size};", "1e3", "1_000",
               "٣", str(2**64), "9" * 1000,
               f"{size}\r\nContent-Length: {size}", f"{size}\r\nContent-Length: 3", f"0\r\nContent-Length: {size}",
               f"{size}\r\n{CHUNKED}", f"{size}\r\nTransfer-Encoding: gzip", f"{size}\r\nTransfer-Encoding: identity")
        beyond = (str(10**9), str(2**31), str(2**32), str(2**32 + size), str(2**63 - 1), str(2**63), str(2**64 - 1),
                  "100000000")
        self.assert_each([*[(head(f"Content-Length: {length}") + BODY, 400) for length in bad],
                          *[(head(f"Content-Length: {length}") + BODY, 413) for length in beyond],
                          (head(f"Content-Length:  {size}\t") + BODY, 200), (head(f"Content-Length: 000{size}") + BODY, 200),
                          (head("Content-Length: 400000") + BODY, None)])

    def test_chunks_that_are_none(self):
        start = head(CHUNKED)
        bad = (b"g\r\n", b"-1\r\n", b"+1\r\n", b"0x1\r\n\r\n", b"\r\n", b" 1\r\n", b"1 \r\n", b"1\n\r\n", b";a=b\r\n",
               b"1\0\r\n", b"1.0\r\n",
               b"f" * 17 + b"\r\n", b"0" * 100_000 + b"1\r\n", b"5\r\nabcdefgh\r\n0\r\n\r\n", b"3\nabc\n0\n\n\r\n\r\n",
               b"3\r\nabc0\r\n\r\n")
        unfinished = (b"1", b"1\r", b"1\n", b"0x1", b"3\nabc\n0\n\n", b"1;a=b")
        beyond = (b"ffffffffffffffff\r\n", b"7fffffffffffffff\r\n", b"100000000\r\n", b"80001\r\n")
        codings = ("chunked, chunked", "gzip, chunked", "chunked, gzip", "identity", "xchunked", "chunked;q=1", "\"chunked\"",
                   "",
                   "chunked\r\nTransfer-Encoding: chunked")
        self.assert_each([*[(start + data, 400) for data in bad], *[(start + data, 413) for data in beyond],
                          *[(start + data, None) for data in unfinished],
                          *[(head(f"Transfer-Encoding: {coding}") + chunks(BODY, b""), 400) for coding in codings],
                          (start + chunks(BODY, b""), 200),
                          (head("Transfer-Encoding: CHUNKED") + chunks(*[bytes([byte]) for byte in BODY], b""), 200)])

    def test_chunks_with_more_around_them_than_in_them(self):
        start, end = head(CHUNKED), chunks(BODY, b"")
        self.assert_each([
            (start + b"1;" + b"x" * 1_000_000 + b"\r\n \r\n" + end, 400), (start + b"1;a=\"" + b"\\\"" * 500_000, 400),
            (start + b"1;a=b\r\n \r\n" * 100_000 + end, 400), (start + b"1;" + b";" * 5_000 + b"\r\n \r\n" + end, 400),
            (start + chunks(BODY) + b"0;" + b"x" * 1_000_000 + b"\r\n\r\n", 400),
            (start + chunks(BODY) + b"0\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n", 400),
            (start + chunks(BODY) + b"0\r\n" + b"X: y\r\n" * 100_000 + b"\r\n", 400)], again=3)

    def test_trailers_change_nothing(self):
        trailers = (f"Authorization: {basic()}", "Content-Type: text/plain", "Host: a b", "X: y")
        with self.good_clients():
            for trailer in trailers:
                data = chunks(BODY) + b"0\r\n" + trailer.encode() + b"\r\n\r\n"
                for authorization, status in ((basic(), 200), (None, 401)):
                    with self.subTest(trailer=trailer, status=status):
                        answer = run(answer_to(self.http, head(CHUNKED, authorization=authorization) + data))
                        self.assertEqual(statuses(answer), [status])

    def flood(self, start, portion, portions):
        """Sends until nobody takes it any more; how many portions that were, and what was answered."""
        async def one(_):
            async with connected(self.http) as peer:
                reading = asyncio.ensure_future(peer.read_to_end())
                taken = 0
                if await peer.send(start):
                    while taken < portions and await peer.send(portion):
                        taken += 1
                return taken, statuses(await reading)

        return run(each(range(40 if LONG else 10), one))

    def test_bodies_of_100_mb_are_not_read(self):
        """What is taken of one is what is in the sockets, and what is read off so that the answer arrives."""
        size = 100 << 20
        begun = processor_seconds(self.daemon)
        with self.good_clients():
            for name, start, portion, status in (
                    ("with a length", head(f"Content-Length: {size}"), MEGABYTE, 413),
                    ("waiting for 100 Continue", head(f"Content-Length: {size}", "Expect: 100-continue"), MEGABYTE, 413),
                    ("in chunks", head(CHUNKED), chunks(MEGABYTE), 413),
                    ("in small chunks", head(CHUNKED), chunks(b" ") * 200_000, 400),
                    ("without a log-on", head(f"Content-Length: {size}", authorization=None), MEGABYTE, 413),
                    ("in chunks without a log-on", head(CHUNKED, authorization=None), chunks(MEGABYTE), 413),
                    ("blank lines and nothing else", b"\r\n", b"\r\n" * (1 << 19), 400)):
                with self.subTest(name):
                    for taken, answered in self.flood(start, portion, 100):
                        self.assertLess(taken, 30)
                        # A RST for what was sent after the answer may overtake it.
                        self.assertIn(answered, ([], [status]))
        self.assertLess(processor_seconds(self.daemon) - begun, 60)


if __name__ == "__main__":
    unittest.main()
