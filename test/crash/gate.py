"""A qemu-img that stops where a test says, so that a daemon is caught in the middle of a job without guessing at times."""

import os
import pathlib
import select
import shutil
import signal
import tempfile

from wire.store import QEMU_IMG

SCRIPT = r"""#!/bin/sh
# Counts its calls while it is armed and stops before or after the chosen one until it is let on.
gate='{gate}'
if [ -e "$gate/armed" ]; then
  call=$(flock "$gate/lock" sh -c 'n=$(($(cat "$1/calls") + 1)); echo $n >"$1/calls"; echo $n' sh "$gate")
  printf '%s\n' "$call $*" >>"$gate/history"
fi
stop() {{
  [ -n "$call" ] && [ "$(cat "$gate/armed" 2>/dev/null)" = "$1 $call" ] || return 0
  echo $$ >"$gate/reached"
  read -r _ <"$gate/go"
}}
stop before
'{qemu_img}' "$@"
status=$?
stop after
exit $status
"""


class Gate:
    """Put `folder` first in PATH of whatever runs qemu-img."""

    def __init__(self):
        self._root = pathlib.Path(tempfile.mkdtemp(prefix="tintype-gate-"))
        self._root.chmod(0o777)  # libvirtd's qemu-img runs as nobody
        self.folder = self._root / "bin"
        self.folder.mkdir()
        program = self.folder / "qemu-img"
        program.write_text(SCRIPT.format(gate=self._root, qemu_img=QEMU_IMG))
        program.chmod(0o755)
        for name in ("reached", "go"):
            os.mkfifo(self._root / name)
            (self._root / name).chmod(0o666)
        # Both ends stay open, so that neither side waits for the other to open its end.
        self._reached = os.open(self._root / "reached", os.O_RDWR)
        self._go = os.open(self._root / "go", os.O_RDWR)
        self._stopped = None

    def arm(self, moment, call):
        """The next `call`th run (1 is the first) stops at `moment`: "before" or "after" it does its work."""
        (self._root / "calls").write_text("0\n")
        (self._root / "calls").chmod(0o666)
        (self._root / "armed").write_text(f"{moment} {call}\n")

    def disarm(self):
        (self._root / "armed").unlink(missing_ok=True)

    def wait(self, timeout=60, unless=None):
        """Waits until a run has stopped; returns its process id, or None when `unless()` comes true before that."""
        waited = 0.0
        while not select.select([self._reached], [], [], 0.02)[0]:
            waited += 0.02
            if unless is not None and unless():
                return None
            if waited > timeout:
                raise AssertionError(f"no run of qemu-img has stopped; so far:\n{self.history()}")
        self._stopped = int(os.read(self._reached, 64))
        return self._stopped

    def let_on(self):
        """Lets the stopped run go on; with those that follow it passes unhindered."""
        self.disarm()
        self._stopped = None
        os.write(self._go, b"\n")

    def let_on_and_wait(self, timeout=60):
        """The same for a run whose daemon is gone: if it lives on without it, waits until it has done its work."""
        try:
            process = os.pidfd_open(self._stopped)
        except ProcessLookupError:
            self.disarm()
            return
        self.let_on()
        try:
            if not select.select([process], [], [], timeout)[0]:
                raise AssertionError("the run of qemu-img does not end")
        finally:
            os.close(process)

    def kill(self):
        """Ends the stopped run where it stands, as a crash of the machine would."""
        self.disarm()
        if self._stopped is not None:
            try:
                os.kill(self._stopped, signal.SIGKILL)
            except ProcessLookupError:
                pass  # ended with its daemon
            self._stopped = None

    def history(self):
        history = self._root / "history"
        return history.read_text() if history.exists() else ""

    def close(self):
        self.kill()
        os.close(self._reached)
        os.close(self._go)
        shutil.rmtree(self._root, ignore_errors=True)
