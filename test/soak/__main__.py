"""Mixed load for a long time: `cd test && /usr/bin/python3 -m soak SECONDS [--seed N]`, TINTYPED names the daemon.

Every answer is held to what it must be. After a warm-up of a fifth of the time, at most two minutes, the daemon must not
grow: at rest it has as many descriptors and threads as at the first rest, and its memory at the end of the load is within
what ALLOWED says of that then. A daemon with a sanitizer is held to its answers, and to an end without a report. Exit status 0: all held.
"""

import argparse
import collections
import os
import pathlib
import signal
import sys
import tempfile
import threading
import time

from soak.clients import everyone
from wire import soap
from wire.attacks import allow_many_files, resident
from wire.daemon import Daemon, certificate, tintyped

ALLOWED = 1.05, 1 << 20  # of the memory after the warm-up, and more bytes
MACHINES = 50
RELOAD_EVERY = 2.0


class Quiet(Daemon):
    """Keeps only the end of the log, which is long."""

    @staticmethod
    def new_log():
        return collections.deque(maxlen=2000)


class World:
    def __init__(self, seed, retention):
        self.seed = seed
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tintype-soak-"))
        key, self.certificate = certificate(self.folder)
        self.daemon = Quiet(
            listeners=['[[listener]]\nurl = "http://127.0.0.1:0/wsman"',
                       f'[[listener]]\nurl = "https://127.0.0.1:0/wsman"\ncertificate = "{self.certificate}"\nkey = "{key}"'],
            backend=f"machines = {MACHINES}\nsnapshots_per_machine = 5", jobs=f'retention = "{retention:.0f}s"',
            more='[limits]\nlog_on_delay = "0ms"\n')
        self._turn = threading.Condition()
        self._rests = False
        self._resting = 0
        self._over = False
        self.failures = []

    def start(self):
        self.daemon.start()
        tls = self.daemon.urls[1].split("/")[2]
        self.tls_address = (tls.rpartition(":")[0], int(tls.rpartition(":")[2]))
        found = [soap.Instance(each) for each in self.daemon.enumerate(soap.MACHINE)]
        self.machines = sorted(each["Name"] for each in found if each["Caption"] == "Virtual Machine")
        if len(self.machines) != MACHINES:
            raise RuntimeError(f"{len(self.machines)} machines")
        self.clients = everyone(self)
        for client in self.clients:
            client.start()

    # What clients call.

    def may_go_on(self, client):
        with self._turn:
            if self._rests and not self._over:
                client.let_go()
                self._resting += 1
                self._turn.notify_all()
                self._turn.wait_for(lambda: not self._rests or self._over)
                self._resting -= 1
            return not self._over

    def fail(self, client, wrong):
        with self._turn:
            self.failures.append(f"{client.name}: {type(wrong).__name__}: {wrong}")
            self._over = True
            self._turn.notify_all()

    # What the run calls.

    def load(self, seconds):
        """Lets the clients work; reloads meanwhile. False: something failed."""
        with self._turn:
            self._rests = False
            self._turn.notify_all()
        end = time.monotonic() + seconds
        while not self._over and time.monotonic() < end:
            if self.daemon.process.poll() is not None:
                self.fail(threading.current_thread(), RuntimeError("the daemon is gone"))
                break
            self.daemon.process.send_signal(signal.SIGHUP)
            with self._turn:
                self._turn.wait_for(lambda: self._over, min(RELOAD_EVERY, max(0.0, end - time.monotonic())))
        return not self._over

    def rest(self):
        """Stops the clients between two steps, with no connection left; returns descriptors and threads."""
        with self._turn:
            self._rests = True
            self._turn.wait_for(lambda: self._resting == len(self.clients) or self._over)
        return self.counts()

    def counts(self):
        """Descriptors and threads once they stay the same for a while, as connections end."""
        process = pathlib.Path(f"/proc/{self.daemon.process.pid}")
        seen, since = None, time.monotonic()
        begun = since
        while time.monotonic() - since < 1 and time.monotonic() - begun < 30:
            now = (len(os.listdir(process / "fd")), len(os.listdir(process / "task")))
            if now != seen:
                seen, since = now, time.monotonic()
            time.sleep(0.05)
        return seen

    def end(self):
        with self._turn:
            self._over = True
            self._turn.notify_all()
        for client in self.clients:
            client.join(60)
        try:
            self.daemon.close()
        except RuntimeError as wrong:
            self.failures.append(str(wrong))


def is_sanitized():
    data = pathlib.Path(tintyped()).read_bytes()
    return b"__tsan_init" in data or b"__asan_init" in data


def main():
    parser = argparse.ArgumentParser(prog="soak", description=__doc__.splitlines()[0])
    parser.add_argument("seconds", type=float)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    allow_many_files()
    warm_up = min(arguments.seconds / 5, 120)
    # As many jobs as are kept at a time are there soon after the warm-up, so that more of them is growth.
    world = World(arguments.seed, retention=max(5, warm_up / 2))
    world.start()
    well = world.load(warm_up)
    first = resident(world.daemon) if well else 0
    first_counts = world.rest() if well else None
    well = well and world.load(arguments.seconds - warm_up)
    if well:
        last = resident(world.daemon)
        last_counts = world.rest()
        print(f"memory {first >> 10} KiB after {warm_up:.0f} s, {last >> 10} KiB after {arguments.seconds:.0f} s "
              f"({100 * (last - first) / first:+.1f} %); descriptors and threads {first_counts}, {last_counts}")
        if not is_sanitized() and last > first * ALLOWED[0] + ALLOWED[1]:
            world.failures.append("memory has grown")
        if last_counts != first_counts:
            world.failures.append("descriptors or threads have become more or fewer")
    world.end()
    for client in world.clients:
        print(f"{client.name}: {client.done} steps")
    for failure in world.failures:
        print(f"FAIL {failure}")
    if not world.failures:
        print(f"ok {sum(client.done for client in world.clients)} steps in {arguments.seconds:.0f} s, every answer as it must be")
    return 1 if world.failures else 0


if __name__ == "__main__":
    sys.exit(main())
