"""Runs all of it; see run.sh."""

import argparse
import os
import pathlib
import shutil
import signal
import statistics
import sys
import tempfile
import time

from realm import Realm
from side_by_side import cases, engine, waiting
from side_by_side.load import Figures, LoadError, drive
from side_by_side.machine import describe
from side_by_side.report import Page, draw, milliseconds, number, table
from side_by_side.sealed import drive_sealed
from side_by_side.servers import Nginx, Tintype, certificate, tls_of
from side_by_side.targets import EVEN, Targets

TOP = pathlib.Path(__file__).resolve().parents[3]
INSTANCES = 100_000
PER_MACHINE = 1_000
HEADINGS = ["request", "over", "connections", "answers/s", "nginx", "ratio", "CPU µs", "nginx", "ratio", "p50 ms", "p99 ms",
            "p99.9 ms", "nginx p99"]


class Benchmark:
    def __init__(self, quick, folder):
        self.quick = quick
        self.folder = pathlib.Path(folder)
        self.files = certificate(self.folder)
        self.rounds = 1 if quick else 3
        self.connections = (1, 64) if quick else (1, 16, 64, 256)
        self.targets = Targets()
        self.sizes = {}
        self.nginx = Nginx(self.folder / "nginx", self.files)
        (self.folder / "nginx").mkdir()
        self.realm = None
        self.text = []
        self.growth = {}

    # Servers.

    def tintype(self, **keywords):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="tintyped-", dir=self.folder))
        return Tintype(folder, self.files, **keywords)

    def negotiate(self):
        return "\n".join([f'negotiate.keytab = "{self.realm.keytab}"', f'negotiate.ntlm_users = "{self.realm.ntlm_users}"',
                          'negotiate.ntlm_host = "localhost"', f'negotiate.replay_cache = "{self.folder}/replay"'])

    # Measuring.

    def beside(self, server, case, tls, connections, seconds=1, first=None, close=False):
        """Ours and nginx's in turns, medians of both. \\param first: function that takes how many ids were used up and
        says which comes next."""
        ours, theirs = [], []
        for _ in range(self.rounds):
            ours.append(drive(server, case, tls, connections, seconds, self.folder, first() if first else case.first, close))
            self.check_size(case, connections, ours[-1])
            if first:
                first(ours[-1].sent)
            theirs.append(drive(self.nginx, case, tls, connections, seconds, self.folder, case.first, close))
        return Figures.median(ours), Figures.median(theirs)

    def against(self, server, one, other):
        """How many answers of one there are for each of the other, 64 connections over HTTP: by turns, so that what else
        the machine does hits both; the median of the rounds."""
        rounds = []
        for _ in range(1 if self.quick else 7):
            rates = [drive(server, case, False, 64, 2, self.folder, case.first).rate for case in (one, other)]
            rounds.append(rates[0] / rates[1])
        return statistics.median(rounds)

    def check_size(self, case, connections, run):
        """An answer that says something else than the one that was looked at has another length."""
        heads = (100, 400)
        cut = connections * self.sizes[case.name] / run.requests  # of those that were under way at the end
        if not self.sizes[case.name] + heads[0] - cut <= run.answer <= self.sizes[case.name] + heads[1] + cut:
            raise LoadError(f"{case.title}: answers are {run.answer:.0f} bytes long, not {self.sizes[case.name]} and a head")

    def row(self, server, case, tls, connections, **keywords):
        ours, theirs = self.beside(server, case, tls, connections, **keywords)
        self.targets.add(case.name, tls, connections, ours, theirs)
        row = [case.title, "TLS" if tls else "HTTP", connections, number(ours.rate), number(theirs.rate),
               f"{ours.rate / theirs.rate:.2f}", number(ours.cpu), number(theirs.cpu), f"{ours.cpu / theirs.cpu:.2f}",
               milliseconds(ours.p50), milliseconds(ours.p99), milliseconds(ours.p999), milliseconds(theirs.p99)]
        print("  ".join(str(cell) for cell in row), f"(busy {ours.busy:.2f}, nginx {theirs.busy:.2f})", flush=True)
        return row

    def rows(self, server, case, connections=None, transports=(False, True), **keywords):
        return [self.row(server, case, tls, count, seconds=self.seconds(case, tls, count), **keywords)
                for tls in transports for count in connections or self.connections]

    def seconds(self, case, tls, connections):
        """Longer where more connections have to be made first, which is in it: a handshake takes as long as 25 answers,
        and 256 of them would be the slowest hundredth of a run of two seconds."""
        if self.quick or connections < 64:
            return 1
        return 6 if tls and connections == 256 and case.name in EVEN else 2

    def prepare(self, server, wanted):
        """Asks each once, and has nginx answer as much."""
        for case in wanted:
            self.sizes[case.name] = cases.asked_once(server, case)
        self.nginx.answers(self.sizes)

    # What is measured.

    def reading(self):
        """Everything that changes nothing, with 100,000 instances."""
        machines = INSTANCES // PER_MACHINE
        with self.tintype(machines=machines, snapshots=PER_MACHINE - 1, auth=self.negotiate()) as server:
            snapshots = machines * (PER_MACHINE - 1)
            every = [cases.identify(), cases.get_job(cases.job_of(server, snapshots)), cases.get_snapshot(snapshots - 1),
                     cases.by_key(snapshots - 1)]
            one, all_of_them = cases.enumerate_one(), cases.enumerate_all(INSTANCES)
            self.prepare(server, [*every, one, all_of_them])
            ours, theirs = tls_of(server.urls[1]), tls_of(self.nginx.url(True, ""))
            if ours != theirs:
                raise RuntimeError(f"not the same TLS: {ours} and {theirs} (nginx)")
            self.tls = ours
            found = []
            for case in every:
                found += self.rows(server, case, (64,) if case.name == "get-snapshot" else None)
            self.targets.by_key = self.against(server, every[3], every[2])
            found += self.rows(server, one)
            paged = self.rows(server, all_of_them, (16,), (False,)) if self.quick else self.rows(server, all_of_them)
            opened = self.opened(server, every[0])
            sealed = [] if self.quick else self.sealed(server, every[:2])
        return found, paged, opened, sealed

    def thousand(self):
        with self.tintype(snapshots=PER_MACHINE - 1) as server:
            keys, *others = [cases.enumerate_thousand(what) for what in ("keys", "references", "whole")]
            self.prepare(server, [keys, *others])
            found = self.rows(server, keys)
            for case in () if self.quick else others:
                found += self.rows(server, case, (16,))
        return found

    def invoking(self):
        """DestroySnapshot: each request a snapshot of its own, and a job."""
        snapshots = 200_000 if self.quick else 2_000_000
        with self.tintype(machines=snapshots // PER_MACHINE, snapshots=PER_MACHINE, auth=self.negotiate()) as server:
            case = cases.invoke(snapshots)
            self.prepare(server, [case])
            left = Left(snapshots - 1)
            found = []
            for tls in (False, True):
                for count in self.connections:
                    before = left.first
                    found.append(self.row(server, case, tls, count, first=left.take,
                                          seconds=self.seconds(case, tls, count)))
                    left.check(server, before)
            sealed = []
            if not self.quick:
                sealed = self.sealed(server, [case], left)
        return found, sealed

    def sealed(self, server, wanted, left=None):
        found = []
        for mechanism in ("kerberos", "ntlm"):
            for case in wanted:
                for count in (1, 16, 64):
                    runs = []
                    for _ in range(2):
                        run = drive_sealed(server, case, mechanism, count, self.realm, self.folder,
                                           left.first if left else case.first)
                        if left:
                            left.take(run.sent)
                        runs.append(run)
                    run = Figures.median(runs)
                    row = [case.title, {"kerberos": "Kerberos", "ntlm": "NTLM"}[mechanism], count, number(run.rate),
                           number(run.cpu), milliseconds(run.p50), milliseconds(run.p99), milliseconds(run.p999)]
                    print("  ".join(str(cell) for cell in row), flush=True)
                    found.append(row)
        return found

    def opened(self, server, case):
        found = []
        for tls in (False, True):
            ours, theirs = self.beside(server, case, tls, 16, close=True)
            found.append(["TLS" if tls else "HTTP", number(ours.rate), number(theirs.rate), f"{ours.rate / theirs.rate:.2f}",
                          number(ours.cpu), number(theirs.cpu), f"{ours.cpu / theirs.cpu:.2f}"])
            print("new connections", *found[-1], flush=True)
        return found

    def with_logs(self):
        """What the daemon's log and audit cost an Invoke."""
        snapshots = 200_000
        found = []
        for log, audit, title in (("warning", "none", "neither"), ("warning", "file", "audit to a file"),
                                  ("info", "log", "both to standard error, the defaults")):
            sink = f"file:{self.folder}/audit" if audit == "file" else audit
            with self.tintype(machines=snapshots // PER_MACHINE, snapshots=PER_MACHINE, log=log, audit=sink) as server:
                case = cases.invoke(snapshots)
                left = Left(snapshots)
                runs = []
                for _ in range(self.rounds):
                    runs.append(drive(server, case, False, 64, 1, self.folder, left.first))
                    left.take(runs[-1].sent)
            run = Figures.median(runs)
            found.append([title, number(run.rate), number(run.cpu), milliseconds(run.p50), milliseconds(run.p99)])
            print("log", *found[-1], flush=True)
        return found

    def run(self):
        began = time.monotonic()
        with Realm() as self.realm:
            self.nginx.start()
            try:
                reading, paged, opened, sealed = self.reading()
                thousand = self.thousand()
                invoking, sealed_invokes = self.invoking()
                logs = [] if self.quick else self.with_logs()
                self.targets.waiting = waits = waiting.measure(self, 200 if self.quick else 10_000)
            finally:
                self.nginx.stop()
        grown = engine.growth(TOP, self.quick)
        grown.update(waits.growth)
        parts = [] if self.quick else engine.parts(TOP)
        self.text = [
            describe(TOP, self.tls, time.monotonic() - began),
            "### Targets\n\n" + self.targets.table(),
            "### Requests\n\n" + table(HEADINGS, [*invoking, *reading, *thousand, *paged]),
            "### New connections\n\nEach brings one Identify; 16 at a time.\n\n" + table(
                ["over", "connections/s", "nginx", "ratio", "CPU µs", "nginx", "ratio"], opened),
        ]
        if sealed:
            self.text.append("### Sealed by Negotiate over plain HTTP\n\n" + table(
                ["request", "by", "connections", "answers/s", "CPU µs", "p50 ms", "p99 ms", "p99.9 ms"],
                [*sealed_invokes, *sealed]))
        if logs:
            self.text.append("### What log and audit cost\n\nInvoke over HTTP, 64 connections.\n\n" + table(
                ["written down", "answers/s", "CPU µs", "p50 ms", "p99 ms"], logs))
        self.text.append("### Connections that wait\n\n" + waits.table())
        self.text.append("### Growth\n\n![cost of one operation against size](growth.svg)\n\n" + engine.growth_table(grown))
        self.text += parts
        self.growth = grown


class Left:
    """Snapshots that are still there, by the number of the last."""

    def __init__(self, last):
        self.first = last

    def take(self, used=0):
        self.first -= used
        if self.first < 1:
            raise LoadError("the snapshots are used up")
        return self.first

    def check(self, server, before, samples=50):
        """That what was asked for was done: of the numbers from `before` down to those that are left."""
        used = before - self.first
        for number_ in {before - used * i // samples for i in range(samples)}:
            if not cases.is_gone(server, number_):
                raise LoadError(f"snapshot {number_} was to be destroyed, and is there")


def main():
    parser = argparse.ArgumentParser(prog="test/bench/run.sh")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--no-write", action="store_true")
    arguments = parser.parse_args()
    # So that everything is taken down on the way out, whoever ends us; a script in the background has SIGINT ignored.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = tempfile.mkdtemp(prefix="tintype-bench-")
    os.chmod(folder, 0o755)
    try:
        benchmark = Benchmark(arguments.quick, folder)
        benchmark.run()
        text = "\n\n".join(part.strip() for part in benchmark.text)
        print("\n" + text)
        if not (arguments.quick or arguments.no_write):
            draw(benchmark.growth, TOP / "docs/growth.svg", folder)
            Page(TOP / "docs/performance.md").put(text)
    except KeyboardInterrupt:
        return 130
    except LoadError as error:
        print(f"test/bench/run.sh: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
