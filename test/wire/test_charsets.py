"""UTF-8 and UTF-16 in, the same out (facts/wire.md, DSP0226 13)."""

from wire import soap
from wire.case import WireCase


def with_declaration(text, encoding):
    return f'<?xml version="1.0" encoding="{encoding}"?>{text}'


class Charsets(WireCase):
    @classmethod
    def fill(cls, store):
        cls.machine = store.add_machine("Grüße, 世界 😀", [("naïve — снимок", None), ("次", "naïve — снимок")])

    def send(self, data, charset):
        content_type = "application/soap+xml" + (f";charset={charset}" if charset else "")
        return self.daemon.post(data, {"Content-Type": content_type})

    def test_utf_16_in_each_of_its_forms_is_answered_in_utf_16(self):
        for name, encode in {
            "little-endian with BOM": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
            "big-endian with BOM": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
            "little-endian without BOM": lambda text: text.encode("utf-16-le"),
            "big-endian without BOM": lambda text: text.encode("utf-16-be"),
        }.items():
            for declared in (False, True):
                with self.subTest(name, declaration=declared):
                    text = soap.request(soap.GET, soap.MACHINE, selectors={"Name": self.machine.id}, message_id="uuid:Ä😀")
                    answer = self.send(encode(with_declaration(text, "utf-16") if declared else text), "UTF-16")
                    self.assert_answer(answer, soap.GET + "Response", "uuid:Ä😀")
                    self.assertTrue(answer.charset.startswith("UTF-16"), answer.content_type)
                    self.assertIn(answer.body[:2], (b"\xff\xfe", b"\xfe\xff"), "an answer in UTF-16 begins with a BOM")
                    self.assertEqual(answer.instance["ElementName"], "Grüße, 世界 😀")

    def test_a_fault_is_answered_in_utf_16_as_well(self):
        text = soap.request(soap.GET, soap.WMI + "Nothing")
        answer = self.send(b"\xff\xfe" + text.encode("utf-16-le"), "utf-16")
        self.assert_fault(answer, "wsa:DestinationUnreachable", "InvalidResourceURI", family="addressing")
        self.assertTrue(answer.charset.startswith("UTF-16"))

    def test_a_snapshot_is_destroyed_in_utf_16(self):
        text = soap.destroy_snapshot(soap.settings_epr(self.machine.instance_id("次")))
        answer = self.send(b"\xff\xfe" + text.encode("utf-16-le"), "UTF-16")
        self.assert_answer(answer)
        self.assertEqual(answer.return_value, 4096)
        self.daemon.wait_for_job(answer.job.selectors["InstanceID"])
        self.assertNotIn(self.machine.instance_id("次"), self.daemon.snapshots())

    def test_utf_8_in_each_of_its_forms_is_answered_in_utf_8(self):
        text = soap.request(soap.GET, soap.MACHINE, selectors={"Name": self.machine.id})
        for name, data, charset in (
                ("as it is", text, "UTF-8"), ("small letters", text, "utf-8"), ("quoted", text, '"utf-8"'),
                ("no charset", text, None), ("BOM", "\ufeff" + text, "UTF-8"), ("BOM, no charset", "\ufeff" + text, None),
                ("declared", with_declaration(text, "utf-8"), "UTF-8"), ("US-ASCII", text, "us-ascii")):
            with self.subTest(name):
                answer = self.send(data.encode(), charset)
                self.assert_answer(answer)
                self.assertEqual(answer.charset, "UTF-8")
                self.assertEqual(answer.instance["ElementName"], "Grüße, 世界 😀")

    def test_without_a_charset_a_bom_decides(self):
        text = soap.request(soap.GET, soap.SERVICE)
        self.assert_answer(self.send(b"\xff\xfe" + text.encode("utf-16-le"), None))
        self.assert_answer(self.send(b"\xfe\xff" + text.encode("utf-16-be"), None))

    def test_another_charset_is_refused_in_utf_8(self):
        for charset in ("iso-8859-1", "utf-7", "utf-32", "klingon"):
            with self.subTest(charset=charset):
                answer = self.send(soap.request(soap.GET, soap.SERVICE).encode(), charset)
                self.assertIsNotNone(answer.fault, answer)
                self.assertEqual((answer.fault.subcode, answer.fault.details), ("wsman:EncodingLimit", ["CharacterSet"]))
                self.assertEqual(answer.charset, "UTF-8")

    def test_bytes_that_are_not_in_their_charset_are_no_message(self):
        text = soap.request(soap.GET, soap.SERVICE, message_id="uuid:é")
        for name, data, charset in (
                ("Latin-1 as UTF-8", text.encode("latin-1"), "UTF-8"),
                ("overlong", text.encode().replace(b"uuid:", b"\xc1\xb5uid:"), "UTF-8"),
                ("half a surrogate pair", b"\xff\xfe" + text.replace("é", "\ud800").encode("utf-16-le", "surrogatepass"), "UTF-16"),
                ("odd length", b"\xff\xfe" + text.encode("utf-16-le")[:-1], "UTF-16"),
                ("NUL", text.encode().replace(b"uuid:", b"\0uid:"), "UTF-8")):
            with self.subTest(name):
                answer = self.send(data, charset)
                self.assertIsNotNone(answer.fault, answer)
                self.assertEqual(answer.status, 400, answer)
