"""Identify: what a client asks before it knows whom it talks to (DSP0226 11, facts/wire.md)."""

from wire import soap
from wire.case import WireCase

UNAUTHENTICATED = {"WSMANIDENTIFY": "unauthenticated"}


def field(answer, name):
    element = answer.find(name, soap.IDENTITY)
    return None if element is None else element.text


class Identify(WireCase):
    def test_after_a_log_on_it_names_protocol_vendor_and_version(self):
        answer = self.daemon.post(soap.IDENTIFY)
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.payload.tag, f"{{{soap.IDENTITY}}}IdentifyResponse")
        self.assertEqual(field(answer, "ProtocolVersion"), soap.WSMAN)
        self.assertTrue(field(answer, "ProductVendor"))
        self.assertTrue(field(answer, "ProductVersion"))

    def test_without_a_log_on_it_tells_no_version(self):
        answer = self.daemon.post(soap.IDENTIFY, UNAUTHENTICATED, user=None)
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(field(answer, "ProtocolVersion"), soap.WSMAN)
        self.assertFalse(field(answer, "ProductVersion"))

    def test_without_a_log_on_and_without_its_http_header_it_is_refused(self):
        answer = self.daemon.post(soap.IDENTIFY, user=None)
        self.assertEqual((answer.status, answer.body), (401, b""))

    def test_its_http_header_opens_nothing_else(self):
        for body in (soap.request(soap.GET, soap.SERVICE), soap.request(soap.ENUMERATE, soap.SETTINGS, soap.enumerate_body()),
                     soap.destroy_snapshot(soap.settings_epr(self.machine.instance_id("leaf")))):
            with self.subTest(body=body[-120:]):
                answer = self.daemon.post(body, UNAUTHENTICATED, user=None)
                self.assertNotEqual(answer.status, 200, answer)
                self.assertNotIn(b"Msvm_", answer.body)
        self.assertIn(self.machine.instance_id("leaf"), self.daemon.snapshots())

    def test_no_addressing_headers_are_needed_and_those_sent_do_no_harm(self):
        message_id = soap.new_message_id()
        body = soap.envelope(f"<a:MessageID>{message_id}</a:MessageID>",
                             f'<i:Identify xmlns:i="{soap.IDENTITY}"/>')
        answer = self.daemon.post(body)
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.payload.tag, f"{{{soap.IDENTITY}}}IdentifyResponse")


class IdentifyOnlyAfterLogOn(WireCase):
    daemon_options = {"auth": "anonymous_identify = false"}

    def test_where_it_is_not_allowed_without_a_log_on_it_is_401(self):
        answer = self.daemon.post(soap.IDENTIFY, UNAUTHENTICATED, user=None)
        self.assertEqual(answer.status, 401)
        self.assertEqual(self.daemon.post(soap.IDENTIFY).status, 200)
