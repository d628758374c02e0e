"""The test provider (test/provider): an endpoint that is made of libtintype and of classes that do what a test asks."""

import os
import pathlib

from wire import soap
from wire.daemon import TOP, Daemon, tintyped

TEST = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/test/"
THING = TEST + "Test_Thing"
NUMBER = TEST + "Test_Number"
PROCESS = TEST + "Test_Process"
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


class Provider(Daemon):
    """Like Daemon. `context_idle` is how many seconds an untouched enumeration context lives."""

    def __init__(self, context_idle=60, users=None):
        super().__init__(users=users)
        self._context_idle = context_idle

    def command(self, *_):
        return [test_provider(), str(self.users_file), str(self._url_file), str(self._context_idle)]

    def thing(self, name, action=soap.GET, body="", **keywords):
        return self.post(soap.request(action, THING, body, selectors={"Name": name}, **keywords))

    def process_property(self, name):
        return int(self.get(PROCESS).instance[name])
