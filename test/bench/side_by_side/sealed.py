"""One run of sealed_load, which is a client of ours: wrk can't seal."""

import os
import pathlib
import subprocess

from side_by_side.load import Figures, LoadError
from side_by_side.processes import DRIVER_CORE, on_core, processor_time, wait_until_idle

PROGRAM = pathlib.Path(os.environ.get("TINTYPED", "")).parents[1] / "test/bench/sealed_load"


def drive_sealed(server, case, mechanism, connections, realm, folder, first, seconds=2):
    body = pathlib.Path(folder) / f"{case.name}.body"
    body.write_text(case.body)
    if mechanism == "kerberos":
        environment = realm.environment(ccache=ticket(realm))
    else:
        environment = realm.environment(ntlm_users=realm.ntlm_login("alice"))
    host, port = "localhost", server.address[1]
    command = on_core(DRIVER_CORE, PROGRAM, host, port, mechanism, connections, seconds, body, case.expect, first, case.step)

    def run():
        return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=seconds + 120, check=False)

    wait_until_idle(server.pid)
    before = processor_time(server.pid)
    done = run()
    wait_until_idle(server.pid)
    used = processor_time(server.pid) - before
    if done.returncode != 0:
        raise LoadError(f"{case.name} sealed by {mechanism}: {done.stderr}")
    said = {name: float(value) for name, value in (line.split() for line in done.stdout.splitlines())}
    requests = said["requests"]
    # The log-ons are in it: a few of them beside thousands of requests.
    return Figures(rate=requests / said["seconds"], cpu=used / requests * 1e6, p50=said["p50"], p99=said["p99"],
                   p999=said["p99.9"], busy=used / said["seconds"], requests=int(requests), sent=int(requests) + connections)


_tickets = {}


def ticket(realm):
    """One for all runs."""
    if realm not in _tickets:
        _tickets[realm] = realm.ticket("alice", service="HTTP/localhost")
    return _tickets[realm]
