"""Well-behaved clients beside an attack: what they are answered, how long that takes, and what the attack left behind.

A test wraps its attack in `with GoodClients(daemon, cert):`. On the way in, clients in a process of their own measure what
their requests usually take; they go on while the attack does. On the way out it is asserted that each of their answers was
right, that 99 of 100 came in less than ten times the usual, and that the daemon is as it was before: no thread and no
descriptor more, memory within a bound, no error in its log.
"""

import contextlib
import http.client
import json
import math
import os
import pathlib
import re
import select
import ssl
import subprocess
import sys
import time
import urllib.parse

from wire import soap
from wire.attacks import is_sanitized, resident
from wire.daemon import SOAP_UTF8, basic

# Usual times below this count as this. On a CI machine of two busy cores a request may lose its processor to the attack and
# to a neighbour for a scheduler's slice each (some milliseconds); ten times this is what a person takes for "at once".
LEAST_USUAL = 0.020
WORSE = 10
NEEDED = 100  # Requests before and during an attack; fewer have no 99th percentile.
# Between two requests, so that the clients are no flood themselves. By how much 99 of 100 pauses are longer than they were
# to be is the machine's doing, and counts as usual too.
PAUSE = 0.002


def kept_memory():
    """Bytes of freed memory that the allocator, or the sanitizer in its quarantine, keeps."""
    return (64 if is_sanitized() else 24) << 20


def p99(times):
    return sorted(times)[math.ceil(0.99 * len(times)) - 1]


class GoodClients:
    """`cert` is the certificate of the daemon's https listeners. `new_connections`: whether some of the requests come on
    connections of their own. `memory`: bytes that the daemon may have more after than before."""

    def __init__(self, daemon, cert=None, new_connections=True, memory=None):
        self._daemon = daemon
        self._memory = memory or kept_memory()
        self._task = {"urls": daemon.urls, "cert": str(cert or ""), "new_connections": new_connections}

    def __enter__(self):
        self._before = self._state()
        self._errors_before = len(self._errors())
        self._process = subprocess.Popen([sys.executable, "-m", "wire.good_clients", json.dumps(self._task)],
                                         cwd=pathlib.Path(__file__).parents[1], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)
        self.usual = self._told()["p99"]
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                self._process.stdin.close()  # says that the attack is over
                self._judge(self._told())
        finally:
            self._process.kill()
            self._process.wait()
            self._process.stdout.close()
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        if kind is None:
            self._look_back()

    def _told(self):
        line = self._process.stdout.readline()
        assert line, f"the good clients ended early:\n{self._daemon.log_text()[-4000:]}"
        return json.loads(line)

    def _judge(self, told):
        grown = (resident(self._daemon) - self._before["memory"]) / 2**20
        said = (f"good clients: p99 {told['p99'] * 1000:.1f} ms of {told['count']}, usually {self.usual * 1000:.1f} ms; "
                f"pauses {told['late'] * 1000:.1f} ms too long; memory {grown:+.1f} MiB")
        if os.environ.get("TINTYPE_TELL"):
            print(f"  {said}", file=sys.stderr)
        assert not told["wrong"], f"{said}; wrong answers: {told['wrong']}"
        assert told["p99"] < WORSE * max(self.usual, LEAST_USUAL, told["late"]), f"{said}; slowest: {told['slowest']}"

    def _state(self):
        process = pathlib.Path(f"/proc/{self._daemon.process.pid}")
        return {"descriptors": len(list((process / "fd").iterdir())), "threads": len(list((process / "task").iterdir())),
                "memory": resident(self._daemon)}

    def _errors(self):
        return [line for line in self._daemon.log if re.search(r" error: |Sanitizer|runtime error", line)]

    def _look_back(self):
        allowed = {**self._before, "memory": self._before["memory"] + self._memory}
        end = time.monotonic() + 30
        while True:
            now = self._state()
            if all(now[what] <= allowed[what] for what in allowed):
                break
            assert time.monotonic() < end, f"before the attack {self._before}, after it {now}; allowed {allowed}"
            select.select([], [], [], 0.02)  # its last connections go when their time is over
        errors = self._errors()[self._errors_before:]
        assert not errors, "".join(errors)


# The process of the clients.

class Client:
    """Asks one URL in turn for Identify, Get and Invoke, on a connection that it keeps, and on a new one. Each of its
    questions returns what is wrong with the answer, or nothing."""

    def __init__(self, url, cert, new_connections):
        parts = urllib.parse.urlsplit(url)
        self._address = parts.hostname, parts.port
        self._tls = ssl.create_default_context(cafile=cert) if parts.scheme == "https" else None
        self._kept = self._connection()
        self.asks = [("Identify", self.identify), ("Get", self.get), ("Invoke", self.invoke)]
        if new_connections:
            self.asks.append(("Get on a new connection", self.get_anew))

    def _connection(self):
        if self._tls:
            return http.client.HTTPSConnection(*self._address, timeout=60, context=self._tls)
        return http.client.HTTPConnection(*self._address, timeout=60)

    def _ask(self, body, expected, connection=None):
        used = connection or self._kept
        used.request("POST", "/wsman", body=body.encode(), headers={"Content-Type": SOAP_UTF8, "Authorization": basic()})
        response = used.getresponse()
        text = response.read()
        right = response.status == 200 and all(part.encode() in text for part in expected)
        return "" if right else f"{response.status} {text[-300:]}"

    def identify(self):
        return self._ask(soap.IDENTIFY, ["<wsmid:IdentifyResponse", "<wsmid:ProductVendor>"])

    def get(self, connection=None):
        number = soap.new_message_id()
        return self._ask(soap.request(soap.GET, soap.SERVICE, message_id=number),
                         [f"<a:RelatesTo>{number}</a:RelatesTo>", ":Msvm_VirtualSystemSnapshotService "], connection)

    def invoke(self):
        number = soap.new_message_id()
        return self._ask(soap.invoke("StartService", message_id=number),
                         [f"<a:RelatesTo>{number}</a:RelatesTo>", ":StartService_OUTPUT>", ":ReturnValue>1<"])

    def get_anew(self):
        connection = self._connection()
        try:
            return self.get(connection)
        finally:
            connection.close()


def measure(asks, is_over):
    times, late, wrong, slow = [], [], [], []
    while len(times) < NEEDED or not is_over():
        for name, ask in asks:
            began = time.perf_counter()
            try:
                mistake = ask()
            except (OSError, http.client.HTTPException) as error:
                mistake = repr(error)
            times.append(time.perf_counter() - began)
            slow.append((round(times[-1] * 1000, 1), name))
            if mistake:
                wrong.append(f"{name}: {mistake}")
            paused = time.perf_counter()
            time.sleep(PAUSE)
            late.append(time.perf_counter() - paused - PAUSE)
    return {"p99": p99(times), "late": p99(late), "count": len(times), "wrong": wrong, "slowest": sorted(slow)[-5:]}


def main():
    task = json.loads(sys.argv[1])
    clients = [Client(url, task["cert"], task["new_connections"]) for url in task["urls"]]
    asks = [ask for client in clients for ask in client.asks]
    for _, ask in asks:
        ask()
    print(json.dumps(measure(asks, lambda: True)), flush=True)
    print(json.dumps(measure(asks, lambda: bool(select.select([sys.stdin], [], [], 0)[0]))), flush=True)


if __name__ == "__main__":
    main()
