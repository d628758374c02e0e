"""Clients that guess, flood, stall and never read: what it costs them, and that it costs nobody else (docs/security.md)."""

import contextlib
import itertools
import select
import socket
import threading
import time
import unittest

from wire import soap
from wire.attacks import (allow_many_files, connect, head, is_established, is_sanitized, message, read_to_end, resident,
                          status_of)
from wire.daemon import PASSWORD, Daemon, basic

GET_SERVICE = soap.request(soap.GET, soap.SERVICE)
USERS = {"alice": PASSWORD, "bob": PASSWORD, "carol": PASSWORD}


def seconds(daemon, **keywords):
    begun = time.monotonic()
    answer = daemon.post(GET_SERVICE, **keywords)
    return answer.status, time.monotonic() - begun


class Guessing(unittest.TestCase):
    def test_each_failed_log_on_makes_the_next_wait_twice_as_long(self):
        with Daemon(users=USERS, more='[limits]\nlog_on_delay = "100ms"\n') as daemon:
            begun = time.monotonic()
            answered = []
            for _ in range(6):
                self.assertEqual(daemon.post(GET_SERVICE, password="wrong").status, 401)
                answered.append(time.monotonic() - begun)
            # All waits so far together: a client that is slow to send the next has waited by then.
            for after, least in zip(answered, itertools.accumulate((0, 0.1, 0.2, 0.4, 0.8, 1.6))):
                self.assertGreaterEqual(after, least * 0.95, answered)
            # Another user from the same address waits for nothing of that.
            status, took = seconds(daemon, user="bob")
            self.assertEqual(status, 200)
            self.assertLess(took, 1.6)
            # The right password waits as a wrong one does; then it is forgiven.
            status, took = seconds(daemon)
            self.assertEqual(status, 200)
            self.assertGreaterEqual(took, 1.0)
            self.assertEqual(daemon.post(GET_SERVICE, password="wrong").status, 401)
            status, took = seconds(daemon)
            self.assertEqual(status, 200)
            self.assertLess(took, 1.6)

    def test_guesses_that_wait_hold_no_thread(self):
        with Daemon(users=USERS, more='[limits]\nlog_on_delay = "20s"\n[server]\nworker_threads = 1\nio_threads = 1\n') \
                as daemon, contextlib.ExitStack() as open_ones:
            self.assertEqual(daemon.post(GET_SERVICE, password="wrong").status, 401)
            guesses = [open_ones.enter_context(connect(daemon)) for _ in range(100)]
            for guess in guesses:
                guess.sendall(message(authorization=basic("alice", "wrong")))
            for _ in range(20):
                self.assertEqual(daemon.post(GET_SERVICE, user="bob").status, 200)
            self.assertEqual(select.select(guesses, [], [], 0)[0], [])

    def test_a_stranger_does_not_lock_a_user_out(self):
        with Daemon(users=USERS, more='[limits]\nlog_on_delay = "20s"\n') as daemon:
            for number in range(2, 30):
                with connect(daemon, f"127.0.0.{number}") as guess:
                    guess.sendall(message(authorization=basic("alice", "wrong"), more="Connection: close"))
                    self.assertEqual(status_of(read_to_end(guess)), 401)
            status, took = seconds(daemon)
            self.assertEqual(status, 200)
            self.assertLess(took, 15)

    def test_who_has_waited_too_long_is_told_to_come_back(self):
        with Daemon(users=USERS, more='[limits]\nlog_on_delay = "500ms"\nmax_log_on_delay = "500ms"\n') as daemon, \
                contextlib.ExitStack() as open_ones:
            self.assertEqual(daemon.post(GET_SERVICE, password="wrong").status, 401)
            guesses = [open_ones.enter_context(connect(daemon)) for _ in range(12)]
            for guess in guesses:
                guess.sendall(message(authorization=basic("alice", "wrong"), more="Connection: close"))
            answers = [read_to_end(guess) for guess in guesses]
            self.assertLessEqual({status_of(answer) for answer in answers}, {401, 503})
            busy = [answer for answer in answers if status_of(answer) == 503]
            self.assertTrue(busy)
            self.assertIn(b"\r\nRetry-After: ", busy[0])
            daemon.wait_for_log("log-on-throttled")


class Crowds(unittest.TestCase):
    def test_connections_of_one_address_are_limited_and_of_others_not(self):
        with Daemon(more="[limits]\nmax_connections_per_address = 20\n") as daemon, contextlib.ExitStack() as open_ones:
            for _ in range(20):
                open_ones.enter_context(connect(daemon, "127.0.0.2"))
            with connect(daemon, "127.0.0.2") as one_more:
                answer = read_to_end(one_more)
            self.assertEqual(status_of(answer), 503)
            self.assertIn(b"\r\nRetry-After: ", answer)
            self.assertEqual(daemon.post(GET_SERVICE).status, 200)
            daemon.wait_for_log("max_connections_per_address of 127.0.0.2")

    def test_requests_in_flight_of_one_user_are_limited_and_of_others_not(self):
        with Daemon(users=USERS, more="[limits]\nmax_requests_in_flight_per_user = 3\n") as daemon, \
                contextlib.ExitStack() as open_ones:
            self.assertEqual(daemon.post(GET_SERVICE).status, 200)
            for _ in range(3):
                stalled = open_ones.enter_context(connect(daemon))
                stalled.sendall(head(1000, basic(), more="Expect: 100-continue"))
                self.assertEqual(status_of(stalled.recv(1000)), 100)
            answer = daemon.post(GET_SERVICE)
            self.assertEqual((answer.status, answer.body), (503, b""))
            self.assertEqual(answer.http_headers["Retry-After"], "1")
            self.assertEqual(daemon.post(GET_SERVICE, user="bob").status, 200)

    def test_a_place_is_given_back_with_the_answer(self):
        with Daemon(more="[limits]\nmax_requests_in_flight = 1\n") as daemon:
            connection = daemon.connection()
            self.addCleanup(connection.close)
            for _ in range(5):
                self.assertEqual(daemon.post(GET_SERVICE, connection=connection).status, 200)
            self.assertEqual(daemon.post(GET_SERVICE).status, 200)

    def test_who_has_not_logged_on_sends_no_large_identify(self):
        with Daemon() as daemon:
            anonymous = {"WSMANIDENTIFY": "unauthenticated"}
            self.assertEqual(daemon.post(soap.IDENTIFY, anonymous, user=None).status, 200)
            self.assertEqual(daemon.post(soap.IDENTIFY + " " * 20_000, anonymous, user=None).status, 401)


class Stalling(unittest.TestCase):
    limits = '[limits]\nheader_timeout = "700ms"\nbody_timeout = "700ms"\nwrite_timeout = "700ms"\nidle_timeout = "60s"\n'

    def test_a_byte_now_and_then_keeps_no_connection_open(self):
        with Daemon(more=self.limits) as daemon:
            whole = message()
            body = whole.index(b"\r\n\r\n") + 4
            for name, begun, rest in (("head", b"", whole), ("body", whole[:body], whole[body:])):
                with self.subTest(name), connect(daemon) as connection:
                    connection.sendall(begun)
                    with contextlib.suppress(ConnectionError):
                        for byte in rest:
                            connection.sendall(bytes([byte]))
                            if select.select([connection], [], [], 0.1)[0]:
                                break
                    self.assertFalse(is_established(daemon, connection))

    def test_who_does_not_read_is_hung_up_on(self):
        with Daemon(more=self.limits) as daemon, socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect(daemon.address)
            connection.settimeout(60)
            asked = f"GET /wsman?wsdl HTTP/1.1\r\nHost: localhost\r\nAuthorization: {basic()}\r\n\r\n".encode()
            sender = threading.Thread(target=self.send_all, args=(connection, asked * 5000), daemon=True)
            sender.start()
            end = time.monotonic() + 60
            while is_established(daemon, connection):
                self.assertLess(time.monotonic(), end, "it is still connected")
                select.select([], [], [], 0.05)
            self.assertEqual(daemon.post(GET_SERVICE).status, 200)
            connection.close()
            sender.join(60)

    @staticmethod
    def send_all(connection, data):
        with contextlib.suppress(OSError):
            connection.sendall(data)


class Memory(unittest.TestCase):
    """What a daemon has beyond what it had before is bounded, whatever comes."""

    def setUp(self):
        allow_many_files()

    def test_memory_stays_bounded_under_stalled_connections_wrong_log_ons_and_huge_heads(self):
        limits = '[limits]\nmax_connections_per_address = 4000\nlog_on_delay = "10s"\n' \
                 'header_timeout = "5m"\nbody_timeout = "5m"\n'
        bound = (300 if is_sanitized() else 80) << 20
        with Daemon(users=USERS, more=limits) as daemon, contextlib.ExitStack() as open_ones:
            self.assertEqual(daemon.post(GET_SERVICE).status, 200)
            before = resident(daemon)

            def crowd(count, data):
                for number in range(count):
                    connection = open_ones.enter_context(connect(daemon))
                    connection.sendall(data(number))

            crowd(1000, lambda _: b"POST /wsman HTTP/1.1\r\nHost: localhost\r\nX-Stalled: ")
            crowd(300, lambda _: b"POST /wsman HTTP/1.1\r\nX: " + b"x" * 15_000)
            crowd(300, lambda _: head(500_000) + b" " * 100_000)
            crowd(500, lambda number: message(authorization=basic(f"user{number % 50}" * 20, "wrong" * 200)))
            self.assertEqual(daemon.post(GET_SERVICE).status, 200)
            self.assertLess(resident(daemon) - before, bound)
            self.assertEqual(daemon.post(GET_SERVICE).status, 200)
