"""Requests that are none, or not ours: methods, targets, hosts, versions, fields that break RFC 9110 and 9112."""

import unittest

from hostile.case import HostileCase
from hostile.peers import answers_to, run, answer_to, statuses
from wire import soap
from wire.attacks import message
from wire.daemon import SOAP_UTF8, basic

BODY = soap.request(soap.GET, soap.SERVICE).encode()
SMUGGLED = message(soap.request(soap.GET, soap.SERVICE, message_id="uuid:smuggled"))


def request(line="POST /wsman HTTP/1.1", host="Host: localhost", fields=(), line_end="\r\n"):
    """A good request but for what is given; text is sent in ISO 8859-1, so that any byte can be."""
    lines = [line, *([host] if host is not None else []), f"Authorization: {basic()}", f"Content-Type: {SOAP_UTF8}",
             f"Content-Length: {len(BODY)}", "Connection: close", *fields]
    return (line_end.join(lines) + line_end * 2).encode("latin-1") + BODY


class Requests(HostileCase):
    limits = 'header_timeout = "2s"\nidle_timeout = "10s"\n'

    def assert_each(self, cases):
        """`cases`: bytes to the one status that answers them; None: they are hung up on without an answer."""
        with self.good_clients():
            for (data, status), answer in zip(cases * 20, answers_to(self.http, [data for data, _ in cases] * 20)):
                with self.subTest(data[:70]):
                    self.assertEqual(statuses(answer), [] if status is None else [status], answer[:300])
                    if status != 200:
                        self.assertEqual(answer.partition(b"\r\n\r\n")[2], b"", "an answer without a log-on has no body")

    def test_methods_that_are_not_served(self):
        served = [(request(f"{method} /wsman HTTP/1.1"), 405) for method in (
            "GET", "PUT", "TRACE", "CONNECT", "OPTIONS", "DELETE", "post", "Post", "POSTS", "P", "!#$%&'*+-.^_`|~",
            "X" * 10_240)]
        no_token = [(request(f"{method} /wsman HTTP/1.1"), 400) for method in (
            "", "P(ST", "PO\tST", "P\x80ST", "P\0ST", "\x7f", "POST\r")]
        self.assert_each([*served, *no_token, (request("POST  /wsman HTTP/1.1"), 400), (request("PO ST /wsman HTTP/1.1"), 505)])

    def test_what_is_asked_to_be_traced_is_not_sent_back(self):
        answer = run(answer_to(self.http, request("TRACE /wsman HTTP/1.1", fields=["X-Secret: 12345"])))
        self.assertEqual(statuses(answer), [405])
        self.assertNotIn(b"12345", answer)

    def test_targets_that_are_not_served(self):
        elsewhere = ("/", "//wsman", "/wsman//", "/wsman/.", "/%77sman", "/wsman%2f", "/wsman%00", "/a/../wsman", "/wsman/..",
                     "*", "localhost:5985", "wsman", "/WSMAN", "/wsman#x", "http://evil.example", "http:///wsman",
                     "http://alice@localhost/wsman", "ftp://localhost/wsman", "/wsman\x80", "/" + "x" * 10_000)
        broken = ("/wsman\0", "/ws\x01man", "/wsman\x7f")
        self.assert_each([*[(request(f"POST {target} HTTP/1.1"), 404) for target in elsewhere],
                          *[(request(f"POST {target} HTTP/1.1"), 400) for target in broken],
                          (request("POST /" + "x" * 100_000 + " HTTP/1.1"), 431), (request("POST /ws man HTTP/1.1"), 505),
                          # Whose host that is matters to nothing here.
                          (request("POST http://evil.example:1/wsman HTTP/1.1"), 200)])

    def test_hosts_that_are_none(self):
        bad = (None, "Host: a b", "Host: a/b", "Host: a\x80", "Host: alice@a", "Host: [::1", "Host: []", "Host: <script>",
               "Host: http://a/", "Host: a:b", "Host: a:1:2", "Host: :1", "Host: a\r\nHost: a", "Host: a\r\nHost: b",
               "Host : a", "Host\x00: a")
        good = ("Host:", "Host: evil.example", "Host: [::1]:5985", "Host: a_b:1")
        self.assert_each([*[(request(host=host), 400) for host in bad], *[(request(host=host), 200) for host in good]])

    def test_versions_that_are_not_spoken(self):
        others = [(request(f"POST /wsman {version}"), 505) for version in (
            "HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "HTTP/2", "HTTP/3", "HTTP/01.1", "HTTP/1.1 ", "http/1.1", "HTTP/11.1",
            "HTTPS/1.1", "")]
        preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0" * 10
        self.assert_each([*others, (preface, 505), (b"GET /wsman\r\n", None), (b"POST /wsman\r\n\r\n", 400),
                          (request("POST /wsman HTTP/1.0", host=None), 200)])

    def test_fields_that_break_the_grammar(self):
        bad = ("X: a\r\n b", "X: a\r\n\tb", " X: a", "X: a\0b", "X: a\x01b", "X: a\x0bb", "X: a\x7fb", "X: a\x1b[2J",
               "X\x80: a", "X Y: a",
               "X : a", "X\t: a", ": a", "X", "X(Y): a", "X/Y: a", "X: a\rb", "X: a\nb", "X: a\n\nb", "X: a\r\r\n", "\0",
               "Content-Type: a", "Expect: 100-continue\r\nExpect: 100-continue")
        good = ("X:", "X: a\x80b", "X: \t a \t ", "X:" + " " * 1000, "!#$%&'*+-.^_`|~: a", "X: a\r\nx: b",
                "Connection: upgrade\r\nUpgrade: h2c")
        self.assert_each([*[(request(fields=[field]), 400) for field in bad],
                          *[(request(fields=[field]), 200) for field in good],
                          (request(line_end="\n"), 400), (request(line_end="\r"), 400),
                          (request(fields=["Expect: a miracle"]), 417),
                          (request(fields=["X: " + "y" * 20_000]), 431)])

    def test_100_000_fields_are_a_head_too_long(self):
        flood = [f"X{number}: y" for number in range(100_000)]
        self.assert_each([(request(fields=flood), 431), (request(fields=["Cookie: a"] * 100_000), 431)])

    def test_a_request_behind_one_that_was_refused_is_not_answered(self):
        """Bytes that another server in front may have taken for a body."""
        refused = [(request(line_end="\n"), 400), (request(fields=["X: " + "y" * 20_000]), 431),
                   (request("POST /wsman HTTP/9.9"), 505),
                   (request(fields=["Transfer-Encoding: chunked"]), 400), (request(host=None), 400)]
        with self.good_clients():
            for (data, status), answer in zip(refused, answers_to(self.http, [data + SMUGGLED * 3 for data, _ in refused])):
                with self.subTest(data[:50]):
                    self.assertEqual(statuses(answer), [status])
                    self.assertNotIn(b"smuggled", answer)

    def test_a_request_within_a_body_is_not_answered(self):
        """Not in the body of one that is served, of one that is refused, nor where a 100 Continue was waited for."""
        last = message(more="Connection: close")

        def holding(authorization, more="", line="POST /wsman HTTP/1.1"):
            return message(SMUGGLED.decode(), authorization=authorization, more=more, line=line)

        cases = [(holding(basic()) + last, [400, 200]), (holding("Basic eDp5") + last, [401, 200]),
                 (holding(None) + last, [401, 200]),
                 (holding(basic(), line="POST /x HTTP/1.1") + last, [404, 200]),
                 (holding(basic(), line="PUT /wsman HTTP/1.1") + last, [405, 200]),
                 (holding(None, "Expect: 100-continue") + last, [401])]
        with self.good_clients():
            for (data, expected), answer in zip(cases, answers_to(self.http, [data for data, _ in cases])):
                with self.subTest(expected):
                    self.assertEqual(statuses(answer), expected)
                    self.assertNotIn(b"smuggled", answer)


if __name__ == "__main__":
    unittest.main()
