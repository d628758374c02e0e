"""One run of wrk against one server, and the median of several."""

import dataclasses
import pathlib
import statistics
import subprocess

from side_by_side.processes import DRIVER_CORE, on_core, processor_time, wait_until_idle
from wire.daemon import basic

LONGEST = 8  # seconds; a machine that is busy with other things may need more than were asked for
SCRIPT = pathlib.Path(__file__).with_name("requests.lua")


@dataclasses.dataclass
class Figures:
    """Of one run, or the median of each over several."""

    rate: float  # answers a second
    cpu: float   # microseconds of the server's processor time for each answer
    p50: float   # microseconds, as are the others
    p99: float
    p999: float
    busy: float  # part of its core that the server used
    requests: int = 0
    sent: int = 0
    ends: int = 0
    answer: float = 0  # bytes of an answer, with its head

    @staticmethod
    def median(runs):
        return Figures(*(statistics.median(getattr(run, field.name) for run in runs)
                         for field in dataclasses.fields(Figures)))


class LoadError(RuntimeError):
    """An answer was not what it has to be."""


def drive(server, case, tls, connections, seconds, folder, first=0, close=False):
    """wrk with the case's body for so long. \\param first the number of the first id that it asks for."""
    body = pathlib.Path(folder) / f"{case.name}.body"
    body.write_text(case.body)
    if case.pull:
        body.with_name(body.name + ".pull").write_text(case.pull)
    notes = pathlib.Path(folder) / "notes"
    notes.unlink(missing_ok=True)
    wait_until_idle(server.pid)
    before = processor_time(server.pid)
    done = subprocess.run(
        on_core(DRIVER_CORE, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", SCRIPT,
                server.url(tls, case.name), "--", body, basic(), first, case.step, case.count,
                "close" if close else "keep-alive", notes, *(["pull"] if case.pull else [])),
        capture_output=True, text=True, timeout=seconds + 120, check=False)
    during = processor_time(server.pid) - before
    if done.returncode != 0 or not notes.exists():
        raise LoadError(f"wrk: {done.stdout}{done.stderr}")
    wait_until_idle(server.pid)
    # What nobody waited for any more when time was up is no cost of the answers that were counted; a job is.
    used = processor_time(server.pid) - before if case.leaves_work else during
    said = {name: float(value) for name, value in (line.split() for line in notes.read_text().splitlines())}
    problems = {name: said[name] for name in ("connect", "write", "status", "timeout", "wrong") if said[name]}
    # A server that was asked to close does so under wrk's eyes.
    if said["read"] and not close:
        problems["read"] = said["read"]
    if problems:
        raise LoadError(f"{case.name} at {server.url(tls, case.name)}: {problems}")
    if not said["requests"] and seconds < LONGEST:
        return drive(server, case, tls, connections, 2 * seconds, folder, first, close)
    if not said["requests"]:
        raise LoadError(f"{case.name} at {server.url(tls, case.name)}: no answer in {seconds} s")
    return Figures(rate=said["requests"] / said["seconds"], cpu=used / said["requests"] * 1e6, p50=said["p50"],
                   p99=said["p99"], p999=said["p99.9"], busy=during / said["seconds"], requests=int(said["requests"]),
                   sent=int(said["sent"]), ends=int(said["ends"]), answer=said["bytes"] / said["requests"])
