"""What has gone wrong in servers of this kind, a test each; docs/security.md has the list."""

import contextlib
import functools
import gzip
import select
import time
import unittest

from wire import soap
from wire.attacks import (connect, head, is_sanitized, message, processor_seconds, read_to_end, reset, resident,
                          status_of)
from wire.case import WireCase
from wire.daemon import PASSWORD, USER, Daemon, basic
from wire.good_clients import GoodClients

GET_SERVICE = soap.request(soap.GET, soap.SERVICE)


def beside_good_clients(test):
    @functools.wraps(test)
    def beside(self):
        # Beside what it keeps anyway, the sanitizer holds back the bodies that were freed.
        with GoodClients(self.daemon, memory=(256 if is_sanitized() else 30) << 20):
            test(self)

    return beside


class GoneWrong(WireCase):
    daemon_options = {"users": {USER: PASSWORD, "bob": "Another1!"},
                      "more": '[limits]\nlog_on_delay = "0ms"\nheader_timeout = "20s"\n'}

    def assert_alive(self):
        self.assertEqual(self.daemon.post(GET_SERVICE).status, 200)

    def test_omigod_a_request_without_an_authorization_field_runs_nothing(self):
        """CVE-2021-38647: who left the field out was root."""
        leaf = self.machine.instance_id("leaf")
        body = soap.destroy_snapshot(soap.settings_epr(leaf))
        for name, headers in (("no field", {}), ("an empty one", {"Authorization": ""}),
                              ("a blank", {"Authorization": " "}), ("no credentials", {"Authorization": "Basic"}),
                              ("another scheme", {"Authorization": "Digest username=\"root\""}),
                              ("an empty name", {"Authorization": basic("", "")}),
                              ("for Identify", {"WSMANIDENTIFY": "unauthenticated"})):
            with self.subTest(name):
                answer = self.daemon.post(body, headers, user=None)
                self.assertNotEqual(answer.status, 200)
                self.assertNotIn(b"ReturnValue", answer.body)
        connection = self.daemon.connection()
        self.addCleanup(connection.close)
        self.assertEqual(self.daemon.post(GET_SERVICE, connection=connection).status, 200)
        self.assertEqual(self.daemon.post(body, connection=connection, user=None).status, 401)
        self.assertIn(leaf, self.daemon.snapshots())

    def test_path_traversal_no_file_is_served(self):
        """openwsman served files, and those above them."""
        for path in ("/../../../etc/passwd", "/wsman/../../etc/passwd", "/wsman/..%2f..%2fetc/passwd",
                     "/%2e%2e/%2e%2e/etc/passwd", "/..\\..\\etc\\passwd", "/wsman%00/etc/passwd", "//etc/passwd",
                     "/wsman?wsdl=../../../etc/passwd", "/wsman?xsd=/etc/passwd", "/wsman?xsd=..%2f..%2fetc%2fpasswd",
                     "file:///etc/passwd", "http://localhost/../etc/passwd"):
            for method in ("GET", "POST"):
                with self.subTest(path=path, method=method):
                    answer = self.daemon.raw(message(line=f"{method} {path} HTTP/1.1", more="Connection: close"),
                                             until_closed=True)
                    self.assertNotIn(b"root:", answer)
                    if method == "GET":
                        self.assertIn(status_of(answer), (400, 404, 405), answer[:100])

    def test_an_endless_loop_bad_connections_cost_no_processor_time(self):
        """openwsman: a client that went in the wrong moment left a thread spinning."""
        whole = message()
        with contextlib.ExitStack() as open_ones:
            for length in (0, 1, 20, 200, len(whole) - 1, len(whole)):
                with connect(self.daemon) as gone:
                    gone.sendall(whole[:length])
                gone = connect(self.daemon)
                gone.sendall(whole[:length])
                reset(gone)
                half_closed = open_ones.enter_context(connect(self.daemon))
                half_closed.sendall(whole[:length])
                half_closed.shutdown(1)
                stays = open_ones.enter_context(connect(self.daemon))
                stays.sendall(whole[:length])
            noise = open_ones.enter_context(connect(self.daemon))
            noise.sendall(b"\x16\x03\x01\x02\x00" + b"\xff" * 600)
            self.assert_alive()
            before = processor_seconds(self.daemon)
            select.select([], [], [], 2)  # the claim is about time that goes by
            self.assertLess(processor_seconds(self.daemon) - before, 0.5)
        self.assert_alive()

    @beside_good_clients
    def test_gsoap_overflow_very_long_xml_does_no_harm(self):
        """CVE-2017-9765: more than 2 GiB of XML wrote over the stack. Here long things of each kind, and long claims."""
        long = "x" * 450_000
        envelope = GET_SERVICE
        for name, body in (("element", envelope.replace("<s:Body", f"<{long}/><s:Body", 1)),
                           ("attribute", envelope.replace("<s:Body", f"<s:Body {long}='1'", 1)),
                           ("attribute's value", envelope.replace("<s:Body", f"<s:Body a='{long}'", 1)),
                           ("prefix", envelope.replace("<s:Body", f"<{long}:b xmlns:{long}='urn:x'/><s:Body", 1)),
                           ("processing instruction", f"<?{long}?>{envelope}"), ("text", envelope + long),
                           ("comment", f"<!--{long}-->{envelope}"),
                           ("URI", soap.request(soap.GET, "urn:" + long)),
                           ("selector", soap.request(soap.GET, soap.SERVICE, selectors={"Name": long}))):
            with self.subTest(name):
                # What means nothing may be as long as the message.
                self.assertIn(self.daemon.post(body).status, (200, 400, 413, 500))
        for length in (2**31 - 1, 2**31, 2**32, 2**32 + len(GET_SERVICE), 2**63, 2**64 - 1, 2**64 + 5, 10**30):
            with self.subTest(length=length):
                answer = self.daemon.raw(head(length, basic()), until_closed=True)
                self.assertIn(status_of(answer), (400, 413))
        self.assert_alive()

    @beside_good_clients
    def test_xml_bombs_are_refused_before_they_grow(self):
        billion = "".join(f"<!ENTITY l{n} '{'&l%d;' % (n - 1) * 10}'>" for n in range(1, 10))
        for name, body in (
                ("a billion laughs", f"<!DOCTYPE x [<!ENTITY l0 'ha'>{billion}]><x>&l9;</x>"),
                ("a parameter entity", "<!DOCTYPE x [<!ENTITY % a SYSTEM 'file:///etc/passwd'>%a;]><x/>"),
                ("an external entity", "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>"),
                ("a DTD elsewhere", "<!DOCTYPE x SYSTEM 'http://127.0.0.1:1/x.dtd'><x/>"),
                ("an entity nobody declared", GET_SERVICE.replace("<s:Body", "&bomb;<s:Body", 1)),
                ("nested elements", "<x>" * 150_000), ("attributes", "<x " + " ".join(f"a{n}=''" for n in range(40_000)) + "/>"),
                ("namespaces", "<x " + " ".join(f"xmlns:a{n}='u:{n}'" for n in range(20_000)) + "/>"),
                ("elements", "<x>" + "<y/>" * 100_000 + "</x>")):
            with self.subTest(name):
                begun = processor_seconds(self.daemon)
                answer = self.daemon.post(body)
                self.assertIn(answer.status, (400, 500))
                self.assertNotIn(b"root:", answer.body)
                self.assertLess(processor_seconds(self.daemon) - begun, 2)
        self.assert_alive()

    @beside_good_clients
    def test_gzip_bombs_are_not_unpacked(self):
        bomb = gzip.compress(b" " * (400 << 20), 9)
        before = resident(self.daemon)
        for headers in ({"Content-Encoding": "gzip"}, {"Content-Encoding": "deflate"}, {"Content-Encoding": "identity, gzip"}):
            self.assertEqual(self.daemon.post(bomb, headers).status, 415)
        answer = self.daemon.raw(head(0, basic(), more="X: 1").replace(b"Content-Length: 0", b"Transfer-Encoding: gzip, chunked")
                                 + b"%x\r\n" % len(bomb) + bomb + b"\r\n0\r\n\r\n", until_closed=True)
        self.assertEqual(status_of(answer), 400)
        self.assertLess(resident(self.daemon) - before, (200 if is_sanitized() else 30) << 20)
        self.assert_alive()

    @beside_good_clients
    def test_request_smuggling_conflicting_lengths_end_the_connection(self):
        """Whatever another server in front makes of it, nothing behind the first request is taken for a second one."""
        inner = message(soap.request(soap.GET, soap.SERVICE, message_id="uuid:smuggled"))
        size = len(inner)
        chunks = b"0\r\n\r\n" + inner
        for name, lengths, body in (
                ("length and chunks", f"Content-Length: {len(chunks)}\nTransfer-Encoding: chunked", chunks),
                ("chunks and length", f"Transfer-Encoding: chunked\nContent-Length: {len(chunks)}", chunks),
                ("two lengths", f"Content-Length: 0\nContent-Length: {size}", inner),
                ("two equal lengths", "Content-Length: 0\nContent-Length: 0", inner),
                ("a list of lengths", f"Content-Length: 0, {size}", inner),
                ("a signed length", "Content-Length: +0", inner), ("a length in base 16", "Content-Length: 0x0", inner),
                ("another coding", "Transfer-Encoding: xchunked", chunks),
                ("a coding twice", "Transfer-Encoding: chunked\nTransfer-Encoding: chunked", chunks),
                ("a blank before the colon", "Transfer-Encoding : chunked\nContent-Length: 5", chunks),
                ("a folded field", "Content-Length: 0\n Transfer-Encoding: chunked", inner),
                ("a chunk size that is none", "Transfer-Encoding: chunked", b"0x0\r\n\r\n" + inner)):
            with self.subTest(name):
                request = head(0, basic()).replace(b"Content-Length: 0\r\n", b"")[:-2]
                request += lengths.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body
                answer = self.daemon.raw(request, until_closed=True)
                self.assertIn(status_of(answer), (400, 501))
                self.assertEqual(answer.count(b"HTTP/1.1 "), 1)
                self.assertNotIn(b"smuggled", answer)
        self.assert_alive()

    def test_header_injection_nothing_of_a_client_s_becomes_a_header(self):
        known = {"server", "date", "content-type", "content-length", "www-authenticate", "connection", "allow", "retry-after"}
        line_end = "\r\nX-Injected: yes"
        requests = [message(line="GET /wsman?wsdl=%0d%0aX-Injected:%20yes HTTP/1.1"),
                    message(line="POST /wsman%0d%0aX-Injected:%20yes HTTP/1.1"),
                    message(more="Host: a%0d%0aX-Injected: yes"),
                    message(authorization="Basic realm%0d%0aX-Injected: yes"),
                    message(authorization="Negotiate !\x0bX-Injected: yes"),
                    message(soap.request(soap.GET, soap.SERVICE, message_id="uuid:1&#13;&#10;X-Injected: yes")),
                    message(soap.request(soap.GET, "urn:x&#13;&#10;X-Injected: yes"))]
        for request in requests:
            with self.subTest(request[:60]):
                answer = self.daemon.raw(request, until_closed=False)
                fields = answer.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
                self.assertLessEqual({field.partition(b":")[0].decode().lower() for field in fields}, known)
        # Nor a line of the log.
        self.daemon.post(GET_SERVICE, user="eve" + line_end)
        self.daemon.post(soap.request(soap.GET, "urn:x&#13;&#10;X-Injected: yes"))
        self.daemon.post(GET_SERVICE)
        self.assertFalse([line for line in self.daemon.log if line.startswith("X-Injected")])

    def test_authentication_state_is_not_kept_for_another_user_of_the_connection(self):
        connection = self.daemon.connection()
        self.addCleanup(connection.close)
        for user, password, status in ((USER, PASSWORD, 200), ("bob", "Another1!", 200), ("bob", PASSWORD, 401),
                                       (USER, "Another1!", 401), (None, None, 401), ("bob", "Another1!", 200),
                                       ("eve", "Another1!", 401), (None, None, 401), (USER, PASSWORD, 200)):
            with self.subTest(user=user, password=password):
                seen = len(self.daemon.log)
                self.assertEqual(self.daemon.post(GET_SERVICE, user=user, password=password, connection=connection).status,
                                 status)
                if status == 200:
                    self.daemon.wait_for_log(f" {user}: ", seen=seen)

    def test_user_names_are_not_told_apart_by_time_or_answer(self):
        known, unknown = [], []
        answers = set()
        for _ in range(25):
            for name, times in ((USER, known), ("eve", unknown)):
                begun = time.perf_counter()
                answer = self.daemon.post(GET_SERVICE, user=name, password="wrong")
                times.append(time.perf_counter() - begun)
                headers = [(key, value) for key, value in answer.http_headers.items() if key != "Date"]
                answers.add((answer.status, str(headers), answer.body))
        self.assertEqual(len(answers), 1, answers)
        # The quickest of each: what else the machine does only ever adds to it.
        ratio = min(known) / min(unknown)
        self.assertTrue(0.5 < ratio < 2, ratio)

    def test_slow_senders_do_not_hold_every_worker(self):
        with Daemon(more="[server]\nio_threads = 1\nworker_threads = 1\n") as daemon, contextlib.ExitStack() as open_ones:
            part = message()[:-1]
            self.assertEqual(daemon.post(GET_SERVICE).status, 200)
            for number in range(300):
                slow = open_ones.enter_context(connect(daemon))
                slow.sendall(part if number % 2 else part[:100])
            for _ in range(10):
                begun = time.monotonic()
                self.assertEqual(daemon.post(GET_SERVICE).status, 200)
                self.assertLess(time.monotonic() - begun, 10)
