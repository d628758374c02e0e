"""Processes that are measured: where they run, what they use, and that none of them stays."""

import os
import pathlib
import resource
import time

SERVER_CORE, DRIVER_CORE = "0", "1"


def on_core(core, *command):
    """The command on one core, with every descriptor that the system allows, ended by the kernel if we are."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return ["setpriv", "--pdeathsig=TERM", "prlimit", f"--nofile={most}:{most}", *pinned(core), *map(str, command)]


def pinned(core):
    return ["taskset", "-c", core] if os.cpu_count() > 1 else []


def children(pid):
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *children(int(child))]
    return found


def tasks(pid):
    """Folders in /proc of all threads of a process and its children."""
    for each in (pid, *children(pid)):
        yield from pathlib.Path(f"/proc/{each}/task").iterdir()


def processor_time(pid):
    """Seconds that a process, its threads and its children have run so far, counted in nanoseconds."""
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks(pid)) / 1e9


def wants_to_run(pid):
    # The state follows the name, which is in parentheses and may have anything in it.
    return any((task / "stat").read_text().rpartition(")")[2].split()[0] in "RD" for task in tasks(pid))


def wait_until_idle(pid, timeout=120):
    """What a request leaves to be done afterwards is its cost too, and not the next one's. A thread that has work sleeps
    only for moments, so it has to be found asleep several times."""
    end = time.monotonic() + timeout
    asleep = 0
    used = processor_time(pid)
    while time.monotonic() < end:
        time.sleep(0.01)  # time is what is measured here
        now = processor_time(pid)
        asleep = 0 if wants_to_run(pid) or now - used > 0.0005 else asleep + 1
        used = now
        if asleep == 5:
            return
    raise RuntimeError("the server does not come to rest")


def resident(pid):
    """Bytes of memory that are in use."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"/proc/{pid}/status has no VmRSS")
