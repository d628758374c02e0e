"""The client under test as its users run it: with a pipe, or at a terminal."""

import fcntl
import json
import os
import pathlib
import pty
import select
import struct
import subprocess
import termios
import time
import unittest

from wire.daemon import PASSWORD, TOP, USER, Daemon
from wire.store import Store


def tintype():
    """The binary under test: TINTYPE, or the newest that a build left."""
    named = os.environ.get("TINTYPE")
    if named:
        return named
    built = sorted(TOP.glob("build/*/endpoint/client/tintype"), key=lambda path: path.stat().st_mtime)
    if not built:
        raise RuntimeError("no tintype is built: run test/run.sh --only unit, or set TINTYPE")
    return str(built[-1])


class Terminal:
    """The client at a pseudo-terminal; `text` is all that it wrote there."""

    def __init__(self, arguments, environment):
        self.text = ""
        self._process, self._terminal = pty.fork()
        if self._process == 0:
            os.execve(tintype(), [tintype(), *arguments], environment)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))

    def _read(self, timeout):
        if not select.select([self._terminal], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self._terminal, 65536)
        except OSError:  # how Linux says that the other end is closed
            data = b""
        self.text += data.decode(errors="replace")
        return bool(data)

    def wait_for(self, words, timeout=30):
        end = time.monotonic() + timeout
        while words not in self.text:
            if time.monotonic() > end or not self._read(1) and time.monotonic() > end:
                raise AssertionError(f"the terminal never said {words!r}: {self.text!r}")

    def wait_until_silent(self, timeout=30):
        """Until what is typed is no longer shown."""
        end = time.monotonic() + timeout
        while termios.tcgetattr(self._terminal)[3] & termios.ECHO:
            if time.monotonic() > end:
                raise AssertionError("the terminal goes on to echo")
            self._read(0.01)

    def type(self, text):
        os.write(self._terminal, text.encode())

    def wait(self):
        """Its exit status once it has ended."""
        while self._read(30):
            pass
        _, status = os.waitpid(self._process, 0)
        os.close(self._terminal)
        return os.waitstatus_to_exitcode(status)


class ClientCase(unittest.TestCase):
    """A daemon and a store for each test, and a home folder for the client's configuration."""

    daemon_options = {}
    maxDiff = None

    def setUp(self):
        self.store = Store()
        self.addCleanup(self.store.remove)
        self.fill(self.store)
        self.daemon = self.make_daemon()
        self.addCleanup(self.daemon.close)
        self.daemon.start()
        self.home = self.daemon.folder / "home"
        self.home.mkdir()
        self.configuration = self.home / ".config" / "tintype" / "client.toml"
        self.configuration.parent.mkdir(parents=True)

    def make_daemon(self):
        return Daemon(self.store, **self.daemon_options)

    def fill(self, store):
        self.machine = store.add_machine("Build server", [("root", None), ("left", "root"), ("right", "root"),
                                                          ("leaf", "left")])

    def environment(self, **changes):
        """Values of None are left out."""
        environment = {"HOME": str(self.home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm",
                       "TINTYPE_URL": self.daemon.urls[0] if self.daemon.urls else None, "TINTYPE_USER": USER,
                       "TINTYPE_PASSWORD": PASSWORD}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
            environment[name] = os.environ.get(name)
        environment.update(changes)
        return {name: value for name, value in environment.items() if value is not None}

    def start(self, *arguments, **environment):
        return subprocess.Popen([tintype(), *arguments], env=self.environment(**environment), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run_client(self, *arguments, status=0, **environment):
        """Runs it with pipes; the exit status is claimed, what it wrote is returned."""
        with self.start(*arguments, **environment) as process:
            out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, status, (arguments, out, err))
        if status == 0:
            self.assertEqual(err, "")
        else:
            self.assertNotEqual(err, "")
        return out if status == 0 else err

    def json_of(self, *arguments, **environment):
        return json.loads(self.run_client("--json", *arguments, **environment))

    def at_terminal(self, *arguments, **environment):
        return Terminal(arguments, self.environment(**environment))

    def write(self, name, text, mode=0o600):
        path = pathlib.Path(self.home, name)
        path.write_text(text)
        path.chmod(mode)
        return str(path)
