"""Peers that are gone at once (SO_LINGER 0: the daemon gets a RST) in the middle of whatever the daemon does for them."""

import unittest

from hostile.case import LONG, HostileCase
from hostile.peers import connected, each, run
from wire import soap
from wire.attacks import message

REQUEST = message()


class Resets(HostileCase):
    # Who was reset while a log-on waits for its turn goes when that has come.
    limits = 'max_connections_per_address = 5000\nlog_on_delay = "10ms"\nmax_log_on_delay = "500ms"\n'

    def reset_after(self, sizes, request=REQUEST, address=None):
        async def one(size):
            async with connected(address or self.http) as peer:
                await peer.send(request[:size])
                peer.end("reset")

        run(each(sizes, one, at_once=50))

    def test_a_reset_after_each_byte_of_a_request(self):
        with self.good_clients():
            self.reset_after(range(len(REQUEST) + 1))

    def test_a_reset_of_thousands_right_after_they_connect(self):
        with self.good_clients():
            self.reset_after([0] * (20_000 if LONG else 3_000))

    def test_a_reset_while_the_answer_is_made(self):
        """Some of these requests are answered at once, some by a worker, some start what goes on without the client."""
        requests = [REQUEST, message(soap.request(soap.ENUMERATE, soap.SETTINGS, soap.enumerate_body(100, True))),
                    message(soap.invoke("StartService")), message(authorization="Basic YWxpY2U6d3Jvbmc=")]
        with self.good_clients():
            for request in requests:
                self.reset_after([len(request)] * 200, request)

    def test_a_reset_in_the_middle_of_the_answer(self):
        async def one(count):
            async with connected(self.http, receive_buffer=2048) as peer:
                await peer.send(REQUEST * 3)
                await peer.read(count)
                peer.end("reset")

        with self.good_clients():
            run(each(range(1, 600), one, at_once=8))


if __name__ == "__main__":
    unittest.main()
