"""Connections that wait for a next request: what they take of memory, and what they cost the requests of others."""

import dataclasses
import resource

from side_by_side import cases
from side_by_side.idle import Idle
from side_by_side.load import Figures, drive
from side_by_side.processes import resident, wait_until_idle
from side_by_side.report import table
from wire.daemon import basic

MIB = 1024 * 1024
SPARE = 300  # descriptors that the server and the driver need beside


@dataclasses.dataclass
class Waiting:
    idle: int = 0                                 # bytes of the server as it has started
    by_transport: dict = dataclasses.field(default_factory=dict)  # connections and bytes
    growth: dict = dataclasses.field(default_factory=dict)

    def table(self):
        rows = [["as it starts", "–", f"{self.idle / MIB:.1f}", "≤ 10"]]
        for transport, (count, used) in self.by_transport.items():
            rows.append([f"{transport} connections that wait", f"{count:,}", f"{used / MIB:.1f}",
                         {"HTTP": "≤ 100", "TLS": "≤ 400"}[transport]])
        return table(["resident memory of the daemon", "how many", "MiB", "target at 10,000"], rows)


def measure(benchmark, most):
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[1] - SPARE
    most = min(most, allowed)
    waits = Waiting()
    case = cases.identify()
    body = benchmark.folder / "waiting.body"
    body.write_text(case.body)
    for tls in (False, True):
        title = "TLS" if tls else "HTTP"
        points = []
        with benchmark.tintype() as server:
            wait_until_idle(server.pid)
            waits.idle = resident(server.pid)
            address = server.urls[1 if tls else 0].split("/")[2].split(":")
            for count in (1, 10, 100, 1_000, 10_000) if most >= 10_000 else (1, most):
                with Idle(address, count, tls, basic(), body):
                    wait_until_idle(server.pid)
                    if count == max(most if most < 10_000 else 10_000, 1):
                        waits.by_transport[title] = (count, resident(server.pid))
                    runs = [drive(server, case, tls, 16, 1, benchmark.folder) for _ in range(benchmark.rounds)]
                    points.append((count, Figures.median(runs).cpu))
        waits.growth[f"Identify over {title}, by idle connections"] = points
        print("waiting", title, waits.by_transport[title], points, flush=True)
    return waits
