"""The test provider (test/provider): an endpoint that is made of libtintype and of classes that do what a test asks."""

import os
import pathlib
import re
import select
import time

from wire import soap
from wire.case import WireCase
from wire.daemon import TOP, Daemon, tintyped

TEST = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/test/"
THING = TEST + "Test_Thing"
NUMBER = TEST + "Test_Number"
PROCESS = TEST + "Test_Process"
SLOW = TEST + "Test_Slow"
LINK = TEST + "Test_Link"
NUMBERS = 1_000_000


def test_provider():
    """The program: TEST_PROVIDER, or of the build that the daemon under test comes from, or the newest there is."""
    named = os.environ.get("TEST_PROVIDER")
    if named:
        return named
    beside = pathlib.Path(tintyped()).parents[1] / "test/provider/test_provider"
    built = [beside] if beside.exists() else sorted(TOP.glob("build/*/test/provider/test_provider"),
                                                    key=lambda path: path.stat().st_mtime)
    if not built:
        raise RuntimeError("no test_provider is built: run test/run.sh --only unit, or set TEST_PROVIDER")
    return str(built[-1])


def without_quarantine(environment):
    """Memory that a sanitizer keeps back is none that the endpoint holds."""
    return {**environment, "ASAN_OPTIONS": environment.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"}


class Provider(Daemon):
    """Like Daemon. `context_idle_s` is how long an untouched enumeration context lives."""

    def __init__(self, context_idle_s=60, operation_timeout_ms=60_000, users=None):
        super().__init__(users=users)
        self._limits = [str(context_idle_s), str(operation_timeout_ms)]

    def command(self, *_):
        return [test_provider(), str(self.users_file), str(self._url_file), *self._limits]

    def environment(self):
        return without_quarantine(super().environment())

    def thing(self, name, action=soap.GET, body="", **keywords):
        return self.post(soap.request(action, THING, body, selectors={"Name": name}, **keywords))

    def process_property(self, name):
        return int(self.get(PROCESS).instance[name])

    def open_gate(self):
        """Lets go on whoever waits in Test_Slow."""
        return self.post(soap.invoke("Open", resource=SLOW))

    def wait_for_property(self, name, value, timeout=30):
        """Asks until Test_Process says so."""
        end = time.monotonic() + timeout
        while self.process_property(name) != value:
            if time.monotonic() > end:
                raise AssertionError(f"{name} never became {value}: {self.get(PROCESS).instance.properties}")
            select.select([], [], [], 0.01)


CATALOGUE = TOP / "lib/include/tintype/wsman/fault_catalogue.hpp"
FAMILY_PREFIX = {"a": "wsa", "w": "wsman", "n": "wsen", "e": "wse", "x": "wxf", "b": "wsmb"}
CODES = {"sender": "Sender", "receiver": "Receiver", "must_understand": "MustUnderstand",
         "version_mismatch": "VersionMismatch"}


class Row:
    """A row of the catalogue. `name` is what docs/faults.md and Test_Thing call it, `InvalidSelectors/TypeMismatch`."""

    def __init__(self, subcode, code, detail, family, windows):
        self.own = subcode or CODES[code]
        prefix, _, local = subcode.partition(":")
        self.subcode = f"{FAMILY_PREFIX[prefix]}:{local}" if subcode else ""
        self.code, self.detail, self.family, self.windows = CODES[code], detail, family, windows
        self.name = (self.subcode or self.code) + (f"/{detail}" if detail else "")

    @property
    def wish(self):
        return f"fault:{self.own}" + (f"/{self.detail}" if self.detail else "")


def catalogue():
    text = CATALOGUE.read_text()
    rows = [Row(*found) for found in re.findall(
        r'FaultEntry \w+\{\s*"([^"]*)",\s*FaultCode::(\w+),\s*"([^"]*)",\s*FaultFamily::(\w+),\s*(\d+)U,', text)]
    assert len(rows) == len(re.findall(r"&faults::\w+", text)), "a row of the catalogue is not understood"
    return {row.name: row for row in rows}


class ProviderCase(WireCase):
    """WireCase over the test provider; `self.daemon` is it."""

    provider_options = {}

    @classmethod
    def setUpClass(cls):
        cls.daemon = Provider(**cls.provider_options)
        cls.addClassCleanup(cls.daemon.close)
        cls.daemon.start()

    def assert_row(self, answer, name, relates_to=None, status=500):
        row = catalogue()[name]
        self.assert_fault(answer, row.subcode, row.detail, row.family, row.code, row.windows, status, relates_to)
