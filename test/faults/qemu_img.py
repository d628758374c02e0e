"""A qemu-img that goes wrong in the way and at the call that a test says, and is the real one otherwise."""

import pathlib
import shutil
import tempfile

from wire.store import QEMU_IMG

SCRIPT = r"""#!/bin/sh
faults='{folder}'
if [ -e "$faults/armed" ]; then
  call=$(flock "$faults/lock" sh -c 'n=$(($(cat "$1/calls") + 1)); echo $n >"$1/calls"; echo $n' sh "$faults")
  if [ "$call" -eq "$(cat "$faults/armed")" ]; then . "$faults/what"; fi
fi
exec '{qemu_img}' "$@"
"""

# What can be wrong with a program, as what a shell does in its place.
FAILS = "echo 'qemu-img: Could not do it: Input/output error' >&2; exit 1"
FAILS_WITHOUT_A_WORD = "exit 1"
WORKS_AND_FAILS = f"'{QEMU_IMG}' \"$@\"; exit 1"
SAYS_NOTHING = "exit 0"
SAYS_RUBBISH = "head -c 2000 /dev/urandom; exit 0"
SAYS_TOO_MUCH = "exec head -c 100000000 /dev/zero"
DIES = "kill -SEGV $$"
HANGS = "trap '' TERM; while :; do sleep 1; done"


class FaultyQemuImg:
    """Put `folder` first in PATH of the daemon."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tintype-qemu-img-"))
        self.program = self.folder / "qemu-img"
        self.program.write_text(SCRIPT.format(folder=self.folder, qemu_img=QEMU_IMG))
        self.program.chmod(0o755)

    def arm(self, call, what):
        """The `call`th run from now on, 1 is the next, does `what`."""
        (self.folder / "calls").write_text("0\n")
        (self.folder / "what").write_text(what + "\n")
        (self.folder / "armed").write_text(f"{call}\n")

    def disarm(self):
        """How many runs there were since arm()."""
        (self.folder / "armed").unlink()
        return int((self.folder / "calls").read_text())

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)
