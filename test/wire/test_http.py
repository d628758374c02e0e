"""HTTP under the messages: what is refused and how, connections, and who may ask (facts/wire.md, faults.md, security.md)."""

import base64
import socket
import unittest

from wire import soap
from wire.case import WireCase
from wire.daemon import PASSWORD, SOAP_UTF8, USER, Daemon, basic, whole_answer

GET_SERVICE = soap.request(soap.GET, soap.SERVICE)


def message(body=GET_SERVICE, headers="", line="POST /wsman HTTP/1.1", length=True, authorized=True):
    data = body.encode()
    head = [line, "Host: localhost", f"Content-Type: {SOAP_UTF8}"]
    if authorized:
        head.append("Authorization: " + basic())
    if length:
        head.append(f"Content-Length: {len(data)}")
    head += [each for each in headers.split("\n") if each]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + data


def status_of(data):
    return int(data.split(b" ", 2)[1]) if data.startswith(b"HTTP/") else None


class Http(WireCase):
    daemon_options = {"more": "[limits]\nheader_timeout = \"700ms\"\nbody_timeout = \"700ms\"\nidle_timeout = \"3s\"\n"}

    def assert_alive(self):
        self.assertEqual(self.daemon.post(GET_SERVICE).status, 200)

    # What is refused before the message is read.

    def test_only_wsman_is_served(self):
        for path in ("/", "/wsman2", "/wsmanx", "/wsman/../etc/passwd", "/etc/passwd", "/WSMAN/a"):
            with self.subTest(path=path):
                self.assertEqual(self.daemon.post(GET_SERVICE, path=path).status, 404)
        for path in ("/wsman", "/wsman/"):
            with self.subTest(path=path):
                self.assertEqual(self.daemon.post(GET_SERVICE, path=path).status, 200)

    def test_only_post_is_served(self):
        for method in ("GET", "PUT", "DELETE", "OPTIONS", "PATCH"):
            with self.subTest(method=method):
                answer = self.daemon.post("" if method == "GET" else GET_SERVICE, method=method)
                self.assertEqual(answer.status, 405)
                self.assertIn("POST", answer.http_headers["Allow"])

    def test_only_soap_is_served(self):
        for kind in ("text/xml", "text/xml;charset=utf-8", "application/xml", "application/json",
                     "application/x-www-form-urlencoded", "nonsense"):
            with self.subTest(content_type=kind):
                self.assertEqual(self.daemon.post(GET_SERVICE, {"Content-Type": kind}).status, 415)
        for kind in (None, "application/soap+xml", "Application/SOAP+XML; charset=utf-8"):
            with self.subTest(content_type=kind):
                self.assertEqual(self.daemon.post(GET_SERVICE, {"Content-Type": kind}).status, 200)

    def test_a_compressed_body_is_not_unpacked(self):
        answer = self.daemon.post(GET_SERVICE, {"Content-Encoding": "gzip"})
        self.assertEqual(answer.status, 415)

    def test_a_body_over_the_limit_is_413(self):
        self.assertEqual(self.daemon.post(GET_SERVICE + " " * (600 * 1024)).status, 413)
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        head = message("", "Transfer-Encoding: chunked", length=False)
        self.assertEqual(status_of(self.daemon.raw(head + chunk * 9 + b"0\r\n\r\n")), 413)
        self.assert_alive()

    def test_a_length_beyond_the_limit_is_refused_before_the_body_comes(self):
        for length in ("99999999", "18446744073709551615"):
            with self.subTest(length=length):
                answer = self.daemon.raw(message("", f"Content-Length: {length}", length=False))
                self.assertIn(status_of(answer), (400, 413))

    def test_a_body_of_unclear_length_is_refused(self):
        """Two parties that disagree about where a request ends: request smuggling."""
        size = len(GET_SERVICE.encode())
        for name, headers in (("conflicting lengths", f"Content-Length: {size}\nContent-Length: 3"),
                              ("length and chunks", f"Content-Length: {size}\nTransfer-Encoding: chunked"),
                              ("negative", "Content-Length: -1"), ("no number", "Content-Length: many"),
                              ("plus sign", f"Content-Length: +{size}"),
                              ("unknown coding", "Transfer-Encoding: gzip, chunked, gzip")):
            with self.subTest(name):
                answer = self.daemon.raw(message(GET_SERVICE, headers, length=False), until_closed=True)
                self.assertNotEqual(status_of(answer), 200, answer[:200])
                self.assertNotIn(b"Msvm_VirtualSystemSnapshotService", answer)
        self.assert_alive()

    def test_what_is_not_http_is_refused(self):
        for data in (b"hello\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 32, b"POST /wsman\r\n\r\n",
                     b"POST /wsman HTTP/9.9\r\n\r\n", b"POST  /wsman HTTP/1.1\r\nHost x\r\n\r\n"):
            with self.subTest(data=data[:20]):
                answer = self.daemon.raw(data, until_closed=True)
                self.assertIn(status_of(answer), (None, 400, 505), answer[:200])
        self.assert_alive()

    def test_a_head_over_the_limit_is_refused(self):
        answer = self.daemon.raw(message(headers="X-Long: " + "x" * 20_000), until_closed=True)
        self.assertIn(status_of(answer), (400, 413, 431))
        self.assert_alive()

    def test_a_sender_that_never_ends_its_request_is_hung_up_on(self):
        whole = message()
        for name, part in (("head", whole[:40]), ("body", whole[:-10])):
            with self.subTest(name):
                answer = self.daemon.raw(part, timeout=20, until_closed=True)
                self.assertIn(status_of(answer), (None, 400, 408))
        self.assert_alive()

    # Connections.

    def test_one_connection_carries_many_requests(self):
        connection = self.daemon.connection()
        self.addCleanup(connection.close)
        connection.connect()
        port = connection.sock.getsockname()[1]
        for _ in range(20):
            self.assertEqual(self.daemon.post(GET_SERVICE, connection=connection).status, 200)
            self.assertEqual(connection.sock.getsockname()[1], port)

    def test_faults_and_refusals_leave_the_connection_usable(self):
        connection = self.daemon.connection()
        self.addCleanup(connection.close)
        connection.connect()
        port = connection.sock.getsockname()[1]
        for expected, keywords in ((401, {"user": None}), (500, {"body": soap.request(soap.GET, "urn:x")}),
                                   (404, {"path": "/x"}), (415, {"headers": {"Content-Type": "text/xml"}}),
                                   (400, {"body": "<"}), (200, {})):
            with self.subTest(status=expected):
                answer = self.daemon.post(**{"body": GET_SERVICE, "connection": connection, **keywords})
                self.assertEqual(answer.status, expected)
                self.assertEqual(connection.sock.getsockname()[1], port)

    def test_http_1_0_is_answered_and_closed(self):
        answer = self.daemon.raw(message(line="POST /wsman HTTP/1.0"), until_closed=True)
        self.assertEqual(status_of(answer), 200)

    def test_connection_close_is_obeyed(self):
        answer = self.daemon.raw(message(headers="Connection: close"), until_closed=True)
        self.assertEqual(status_of(answer), 200)
        self.assertIn(b"connection: close", answer.lower())

    def test_a_chunked_body_is_read_in_any_portions(self):
        data = GET_SERVICE.encode()
        for size in (1, 7, 1000, len(data)):
            with self.subTest(size=size):
                chunks = b"".join(b"%x;ext=1\r\n%b\r\n" % (len(data[i:i + size]), data[i:i + size])
                                  for i in range(0, len(data), size))
                head = message("", "Transfer-Encoding: chunked", length=False)
                self.assertEqual(status_of(self.daemon.raw(head + chunks + b"0\r\n\r\n")), 200)

    def test_a_client_that_waits_for_100_continue_gets_it(self):
        whole = message(headers="Expect: 100-continue")
        head, _, body = whole.partition(b"\r\n\r\n")
        with socket.create_connection(self.daemon.address, timeout=30) as connection:
            connection.sendall(head + b"\r\n\r\n")
            received = connection.recv(65536)
            self.assertTrue(received.startswith(b"HTTP/1.1 100"), received)
            connection.sendall(body)
            received = b""
            while not whole_answer(received):
                received += connection.recv(65536)
            self.assertEqual(status_of(received), 200)

    def test_pipelined_requests_are_answered_in_order(self):
        bodies = [soap.request(soap.GET, soap.SERVICE, message_id=f"uuid:{i}") for i in range(10)]
        last = message(bodies[-1], "Connection: close")
        answer = self.daemon.raw(b"".join(message(body) for body in bodies[:-1]) + last, until_closed=True)
        found = [answer.index(f"<a:RelatesTo>uuid:{i}</a:RelatesTo>".encode()) for i in range(10)]
        self.assertEqual(found, sorted(found))

    def test_a_request_byte_by_byte_is_a_request(self):
        with socket.create_connection(self.daemon.address, timeout=30) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in message(soap.IDENTIFY):
                connection.sendall(bytes([byte]))
            received = b""
            while not whole_answer(received):
                received += connection.recv(65536)
        self.assertEqual(status_of(received), 200)

    def test_a_client_that_leaves_in_the_middle_does_no_harm(self):
        for length in (1, 50, 300, 1000):
            with socket.create_connection(self.daemon.address, timeout=30) as connection:
                connection.sendall(message()[:length])
        with socket.create_connection(self.daemon.address, timeout=30) as connection:
            connection.sendall(message())
        self.assert_alive()

    # Who may ask.

    def test_without_a_log_on_it_is_401_with_a_challenge_and_no_body(self):
        for name, headers in (("none", {}), ("wrong password", {"Authorization": basic(USER, "wrong")}),
                              ("unknown user", {"Authorization": basic("eve", PASSWORD)}),
                              ("no password", {"Authorization": basic(USER, "")}),
                              ("nobody", {"Authorization": basic("", "")}),
                              ("no colon", {"Authorization": "Basic " + base64.b64encode(USER.encode()).decode()}),
                              ("no base64", {"Authorization": "Basic !!!"}), ("empty", {"Authorization": "Basic"}),
                              ("unknown scheme", {"Authorization": "Bearer abc"})):
            with self.subTest(name):
                answer = self.daemon.post(GET_SERVICE, headers, user=None)
                self.assertEqual((answer.status, answer.body), (401, b""))
                self.assertIn('Basic realm="WSMAN"', answer.http_headers.get_all("WWW-Authenticate"))

    def test_an_unauthenticated_body_is_neither_parsed_nor_run(self):
        leaf = self.machine.instance_id("leaf")
        for body in (soap.destroy_snapshot(soap.settings_epr(leaf)), "<", "<!DOCTYPE x>"):
            self.assertEqual(self.daemon.post(body, user=None).status, 401)
        self.assertIn(leaf, self.daemon.snapshots())

    def test_a_connection_is_no_log_on(self):
        """Basic is proved with each request: what an earlier one on the connection showed counts for nothing."""
        connection = self.daemon.connection()
        self.addCleanup(connection.close)
        self.assertEqual(self.daemon.post(GET_SERVICE, connection=connection).status, 200)
        self.assertEqual(self.daemon.post(GET_SERVICE, connection=connection, user=None).status, 401)
        self.assertEqual(self.daemon.post(GET_SERVICE, connection=connection, password="wrong").status, 401)

    def test_the_scheme_s_name_is_compared_without_regard_to_case(self):
        self.assertEqual(self.daemon.post(GET_SERVICE, {"Authorization": basic().replace("Basic", "BASIC")}, user=None).status, 200)

    def test_no_password_reaches_the_log(self):
        self.daemon.post(GET_SERVICE, password="Wr0ngSecret")
        self.daemon.post(GET_SERVICE)
        self.daemon.wait_for_log("alice")
        for secret in (PASSWORD, "Wr0ngSecret", basic().split()[1]):
            self.assertNotIn(secret, self.daemon.log_text())


class PlainHttp(unittest.TestCase):
    def test_basic_is_refused_unless_unencrypted_traffic_is_allowed(self):
        with Daemon(allow_unencrypted=False) as daemon:
            answer = daemon.post(GET_SERVICE)
            self.assertEqual((answer.status, answer.body), (401, b""))
            self.assertNotIn("Basic", " ".join(answer.http_headers.get_all("WWW-Authenticate") or []))
            anonymous = daemon.post(soap.IDENTIFY, {"WSMANIDENTIFY": "unauthenticated"}, user=None)
            self.assertEqual(anonymous.status, 200)
