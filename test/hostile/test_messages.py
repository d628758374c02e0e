"""Messages that would cost an XML reader its memory, its time, its stack, or a secret."""

import os
import pathlib
import re
import select
import shutil
import socket
import tempfile
import unittest

from hostile.case import HostileCase
from hostile.peers import answers_to, statuses
from wire import soap
from wire.attacks import message, processor_seconds

MANY = 100_000
LONG_TEXT = 400_000  # Near what a message may have by default.
SECRET = "known to nobody"
GET = soap.request(soap.GET, soap.SERVICE)


def in_header(text):
    return GET.replace("</s:Header>", text + "</s:Header>", 1)


def in_body(text):
    return re.sub(r"<s:Body>.*</s:Body>|<s:Body/>", lambda _: f"<s:Body>{text}</s:Body>", GET)


class Messages(HostileCase):
    """Larger messages than usual are let in, so that it is the reader that refuses them."""

    limits = 'max_envelope_size = "16MiB"\nmax_header_size = "1MiB"\n'

    def assert_refused(self, cases, allowed=(400, 500), seconds=2):
        """Each costs less than so much processor time, and is answered one of these."""
        with self.good_clients():
            for name, body in cases.items():
                with self.subTest(name):
                    begun = processor_seconds(self.daemon)
                    answer, = answers_to(self.http, [message(body, more="Connection: close")])
                    self.assertEqual(len(statuses(answer)), 1)
                    self.assertIn(statuses(answer)[0], allowed, answer[:300])
                    self.assertLess(processor_seconds(self.daemon) - begun, seconds)
                    self.assertNotIn(SECRET.encode(), answer)

    def test_entities_that_grow(self):
        laughs = "".join(f"<!ENTITY l{n} '{'&l%d;' % (n - 1) * 10}'>" for n in range(1, 10))
        parameters = "".join(f"<!ENTITY % p{n} '{'%%p%d;' % (n - 1) * 10}'>" for n in range(1, 10))
        long = "x" * 100_000
        self.assert_refused({
            "a billion laughs": f"<!DOCTYPE x [<!ENTITY l0 'ha'>{laughs}]><x>&l9;</x>",
            "quadratic": f"<!DOCTYPE x [<!ENTITY a '{long}'>]><x>{'&a;' * 100_000}</x>",
            "in an attribute": f"<!DOCTYPE x [<!ENTITY a '{long}'>]><x a='{'&a;' * 100_000}'/>",
            "of itself": "<!DOCTYPE x [<!ENTITY a '&b;'><!ENTITY b '&a;'>]><x>&a;</x>",
            "parameter entities": f"<!DOCTYPE x [{parameters}%p9;]><x/>",
            "100,000 declared": "<!DOCTYPE x [" + "".join(f"<!ENTITY e{n} ''>" for n in range(MANY)) + "]><x/>",
            "default attributes": "<!DOCTYPE x [<!ATTLIST x " + " ".join(f"a{n} CDATA ''" for n in range(MANY)) + ">]><x/>",
            "in a good message": "<!DOCTYPE s:Envelope [<!ENTITY a 'b'>]>" + GET,
            "100,000 undeclared": in_header("<x>" + "&a;" * MANY + "</x>")})

    def test_nothing_outside_is_read_or_asked(self):
        """No file that a message names is opened, and no connection made: somebody listens where it points to."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="tintype-outside-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        secret, fifo = folder / "secret", folder / "fifo"
        secret.write_text(SECRET)
        os.mkfifo(fifo)
        # Who opened the FIFO to read would have let go of it by now, and with O_NONBLOCK nobody waits.
        waiting = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)
        self.addCleanup(os.close, waiting)
        os.write(waiting, SECRET.encode())
        with socket.create_server(("127.0.0.1", 0)) as outside, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            datagrams.bind(outside.getsockname())
            port = outside.getsockname()[1]
            server, cases, hints = f"http://127.0.0.1:{port}/x", {}, {}
            for where in (f"file://{secret}", f"file://{fifo}", str(secret), server, f"ftp://127.0.0.1:{port}/x",
                          f"//127.0.0.1:{port}/x"):
                for name, body in (("entity", f"<!DOCTYPE x [<!ENTITY a SYSTEM '{where}'>]><x>&a;</x>"),
                                   ("public", f"<!DOCTYPE x [<!ENTITY a PUBLIC 'p' '{where}'>]><x>&a;</x>"),
                                   ("parameter", f"<!DOCTYPE x [<!ENTITY % a SYSTEM '{where}'>%a;]><x/>"),
                                   ("subset", f"<!DOCTYPE x SYSTEM '{where}'><x/>"),
                                   ("in a good message", f"<!DOCTYPE s:Envelope SYSTEM '{where}'>" + GET),
                                   ("stylesheet", f"<?xml-stylesheet href='{where}'?>" + GET)):
                    cases[f"{name} {where}"] = body
            include = "<i:include xmlns:i='http://www.w3.org/2001/XInclude' href='{}' parse='text'/>"
            for where in (f"file://{secret}", server):
                for name, body in (("XInclude", in_header(include.format(where))),
                                   ("schema", in_header(f"<x xmlns:i='{soap.XSI}' i:schemaLocation='urn:x {where}'/>")),
                                   ("address", GET.replace(soap.ANONYMOUS, where)), ("class", soap.request(soap.GET, where))):
                    hints[f"{name} {where}"] = body
            self.assert_refused(cases)
            self.assert_refused(hints, allowed=(200, 400, 500))
            self.assertEqual(select.select([outside, datagrams], [], [], 0)[0], [])
        self.assertEqual(os.read(waiting, 100), SECRET.encode())

    def test_100_000_of_everything(self):
        numbers = range(MANY)
        selectors = "".join(f"<w:Selector Name='n{n}'>v</w:Selector>" for n in numbers)
        self.assert_refused({
            "attributes": in_header("<x " + " ".join(f"a{n}=''" for n in numbers) + "/>"),
            "attributes with a prefix": in_header("<x xmlns:p='urn:p' " + " ".join(f"p:a{n}=''" for n in numbers) + "/>"),
            "the same attribute": in_header("<x " + "a='' " * MANY + "/>"),
            "namespaces": in_header("<x " + " ".join(f"xmlns:a{n}='urn:{n}'" for n in numbers) + "/>"),
            "namespaces of elements side by side": in_header("".join(f"<p:x xmlns:p='urn:{n}'/>" for n in numbers)),
            "the default namespace": in_header("".join(f"<x xmlns='urn:{n}'/>" for n in numbers)),
            "elements": in_body("<x/>" * MANY), "elements of other names": in_body("".join(f"<x{n}/>" for n in numbers)),
            "SOAP headers": in_header("<x xmlns='urn:x'/>" * MANY),
            "headers that must be understood": in_header("<x xmlns='urn:x' s:mustUnderstand='true'/>" * MANY),
            "selectors": in_header(f"<w:SelectorSet>{selectors}</w:SelectorSet>"),
            "options": in_header(f"<w:OptionSet>{selectors.replace('Selector', 'Option')}</w:OptionSet>"),
            "processing instructions": "<?x?>" * MANY + GET, "envelopes": GET + "<s:Envelope/>" * MANY})

    def test_100_000_comments_and_references_are_read_in_no_time(self):
        self.assert_refused({"comments": in_header("<!---->" * MANY),
                             "character references": in_header("<x>" + "&#65;" * MANY + "</x>"),
                             "CDATA sections": in_header("<x>" + "<![CDATA[]]>" * MANY + "</x>"),
                             "blanks": GET + " " * LONG_TEXT,
                             "a long text": in_header("<x>" + "y" * LONG_TEXT + "</x>"),
                             "a long attribute": in_header("<x a='" + "y" * LONG_TEXT + "'/>")},
                            allowed=(200, 400, 500))

    def test_nesting_100_000_deep(self):
        prefixes = "".join(f"<a{n}:x xmlns:a{n}='urn:{n}'>" for n in range(MANY))
        self.assert_refused({"never closed": "<x>" * MANY, "closed": "<x>" * MANY + "</x>" * MANY,
                             "in the header": in_header("<x>" * MANY + "</x>" * MANY),
                             "in the body": in_body("<x>" * MANY + "</x>" * MANY), "each its namespace": prefixes,
                             "envelopes": GET.replace("<s:Body>", "<s:Body>" * MANY), "closed and never opened": "</x>" * MANY,
                             "references": in_header("<w:SelectorSet><w:Selector Name='a'><a:EndpointReference>" * (MANY // 3)),
                             "comment in comment": "<!--" * MANY})

    def test_100_000_header_fields(self):
        with self.good_clients():
            for name, field in (("the same", "X: y\n"), ("empty", "X:\n"), ("of ours", "WSMANIDENTIFY: unauthenticated\n"),
                                ("cookies", "Cookie: a=b\n")):
                with self.subTest(name):
                    begun = processor_seconds(self.daemon)
                    answer, = answers_to(self.http, [message(more="Connection: close\n" + field * MANY)])
                    self.assertIn(statuses(answer), ([200], [400], [431]))
                    self.assertLess(processor_seconds(self.daemon) - begun, 2)


if __name__ == "__main__":
    unittest.main()
