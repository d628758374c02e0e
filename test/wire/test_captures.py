"""What real clients sent (test/captures), sent again with the ids of our store put in: each gets what it needs.

The captures of one exchange are sent in their order, with the enumeration context of the answer before. EXPECTED says
what becomes of each file; one that is not named there is an error, so that no capture goes untested.
"""

import pathlib
import re

from wire import soap
from wire.daemon import whole_answer
from wire.case import WireCase

CAPTURES = pathlib.Path(__file__).resolve().parents[1] / "captures"

# What the server that answered then called things.
SNAPSHOT = re.compile(r"Microsoft:(5E6F7081-0000-4000-8000-0000000000A1|X\b)")
JOB = "C0FFEE00-0000-4000-8000-00000000000B"
MACHINE = "22222222-AAAA-BBBB-CCCC-000000000002"
SERVICE_NAME = '<{0}Selector Name="Name">vmms</{0}Selector>'
CONTEXT = re.compile(r"(EnumerationContext>)uuid:[0-9A-F-]+")

# An exchange has three computer systems to list: the host and two machines.
EXPECTED = {
    "dmt-enum": ["begun", "last 3"],
    "dmt-get": ["job"],
    "dmt-invoke": ["destroyed"],
    "drac-enum": ["items 2", "last 1"],
    "drac-enumwql": ["items 2"],
    "drac-invoke": ["destroyed"],
    "omicli-basic-enum": ["last 3"],
    "omicli-basic-enumwql": ["last 3"],
    "omicli-basic-get": ["job"],
    "omicli-basic-invoke": ["destroyed"],
    "pywinrm-debian-basic-enum": ["items 2", "last 1"],
    "pywinrm-debian-basic-enumwql": ["begun", "last 2"],
    "pywinrm-debian-basic-get": ["job"],
    "pywinrm-debian-basic-identify": ["identified"],
    "pywinrm-debian-basic-invoke": ["destroyed"],
    "wsl-enum": ["begun", "items 1", "items 1", "last 1"],
    "wsl-get": ["job"],
    "wsl-identify": ["identified"],
    # The client copies selectors out of an answer without the declaration of their prefix: its own request is no XML.
    "wsl-invoke": ["begun", "items 1", "items 1", "last 1", "no XML", "no XML"],
    "wsmancli-enum-objepr": ["401", "begun", "items 1", "items 1", "last 1"],
    "wsmancli-enum-opt": ["401", "items 2", "last 1"],
    "wsmancli-put": ["401", "host", "no action"],
    "wsmancli-subscribe": ["401", "no action"],
    "wsmancli-utf16-get": ["401", "job"],
}


def exchanges():
    found = {}
    for path in sorted(CAPTURES.glob("*.http")):
        found.setdefault(re.sub(r"-\d+$", "", path.stem), []).append(path)
    return found


class Captures(WireCase):
    daemon_options = {"more": '[server]\nhost_name = "HV01"\n'}

    @classmethod
    def fill(cls, store):
        cls.names = [name for name, outcomes in EXPECTED.items() if "destroyed" in outcomes]
        cls.machine = store.add_machine("One", [(name, None) for name in [*cls.names, "for the job", "left"]])
        cls.second = store.add_machine("Two", [])

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls.daemon.destroy(cls.machine.instance_id("for the job"))
        cls.daemon.wait_for_job(cls.job)

    def test_every_capture_is_expected_and_every_expectation_captured(self):
        self.assertEqual({name: len(paths) for name, paths in exchanges().items()},
                         {name: len(outcomes) for name, outcomes in EXPECTED.items()})

    def send(self, path, exchange, context):
        """The file as it is, but for ids and the length."""
        head, _, body = path.read_bytes().partition(b"\r\n\r\n")
        wide = body.startswith(b"\xff\xfe")
        text = body.decode("utf-16" if wide else "utf-8")
        if exchange in self.names:
            instance_id = self.machine.instance_id(exchange)
            text = SNAPSHOT.sub(lambda _: instance_id, text)
        text = text.replace(JOB, self.job).replace(MACHINE, self.second.id)
        for prefix in ("w:", "wsman:"):
            text = text.replace(SERVICE_NAME.format(prefix), SERVICE_NAME.format(prefix).replace("vmms", "vssnapsvc"))
        if context:
            text = CONTEXT.sub(lambda found: found.group(1) + context, text)
        body = b"\xff\xfe" + text.encode("utf-16-le") if wide else text.encode()
        head = re.sub(rb"(?i)(content-length: *)\d+", rb"\g<1>%d" % len(body), head)
        answer = self.daemon.raw(head + b"\r\n\r\n" + body)
        self.assertTrue(whole_answer(answer), answer)
        return text, parse(answer)

    def test_each_exchange(self):
        for exchange, paths in exchanges().items():
            context = None
            for path, outcome in zip(paths, EXPECTED.get(exchange, [])):
                with self.subTest(path.name, outcome=outcome):
                    text, answer = self.send(path, exchange, context)
                    self.check(outcome, text, answer, exchange)
                    context = answer.context if answer.root is not None else None

    def check(self, outcome, text, answer, exchange):
        kind, _, count = outcome.rpartition(" ") if outcome[-1].isdigit() and " " in outcome else (outcome, "", "")
        sent = re.search(r"MessageID[^>]*?(?:/>|>([^<]*)<)", text)
        if kind == "401":
            self.assertEqual((answer.status, answer.body), (401, b""))
            return
        if kind in ("no XML", "no action"):
            self.assertIsNotNone(answer.fault, answer)
            self.assertEqual(answer.status, 400 if kind == "no XML" else 500)
            self.assertIn(answer.fault.subcode, {
                "no XML": ("wsman:SchemaValidationError",),
                "no action": ("wsa:ActionNotSupported",)}[kind])
            return
        self.assertIsNone(answer.fault, answer)
        self.assertEqual(answer.status, 200)
        if kind == "identified":
            self.assertTrue(answer.find("ProductVendor", soap.IDENTITY).text)
            return
        action = re.search(r"Action[^>]*>\s*([^<\s]+)\s*<", text).group(1)
        self.assert_answer(answer, action + "Response", (sent.group(1) or "") if sent else None)
        self.assertEqual(answer.charset, "UTF-16" if "utf-16" in text[:60] else "UTF-8")
        if kind == "begun":
            self.assertTrue(answer.context)
            self.assertIsNone(answer.items)
        elif kind in ("items", "last"):
            self.assertEqual(len(answer.items), int(count), answer)
            self.assertEqual(answer.end_of_sequence is not None, kind == "last", answer)
        elif kind == "job":
            self.assertEqual((answer.instance["InstanceID"], answer.instance["JobState"]), (self.job, "7"))
        elif kind == "host":
            self.assertEqual(answer.instance["Caption"], "Hosting Computer System")
        elif kind == "destroyed":
            self.assertEqual(answer.return_value, 4096)
            self.assertEqual(list(answer.job.selectors)[-1], "InstanceID")
            self.assertEqual(self.daemon.wait_for_job(answer.job.selectors["InstanceID"])["JobState"], "7")
            self.assertNotIn(exchange, self.machine.names_on(self.machine.disks[0]))
        else:
            self.fail(f"what is '{outcome}'?")


def parse(data):
    """An HTTP answer's bytes as a soap.Answer."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = dict(re.match(r"([^:]+): *(.*)", line).groups() for line in lines[1:])
    headers = {name.title(): value for name, value in headers.items()}
    return soap.Answer(int(lines[0].split()[1]), headers, body)
