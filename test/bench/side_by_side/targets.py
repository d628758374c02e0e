"""What was promised, and what came out."""

from side_by_side.report import number, table

MIB = 1024 * 1024
LARGEST = {"HTTP": 100, "TLS": 400}
EVEN = ("identify", "get-job", "invoke")  # whose 99th percentile is held to their median


class Targets:
    def __init__(self):
        self._found = {}
        self.waiting = None
        self.by_key = None  # answers to a query by key for each to a Get of the same instance

    def add(self, case, tls, connections, ours, theirs):
        self._found[case, tls, connections] = (ours, theirs)

    def _at(self, case, tls=False, connections=64):
        return self._found.get((case, tls, connections))

    def _rows(self):
        for tls, least in ((False, 0.35), (True, 0.40)):
            pair = self._at("invoke", tls)
            if pair:
                over = "TLS" if tls else "HTTP"
                ratio = pair[0].rate / pair[1].rate
                yield (f"Invoke over {over}, 64 connections, of nginx's static POST", f"≥ {least:.2f}", f"{ratio:.2f}",
                       ratio >= least)
        invoke = self._at("invoke")
        for case, title in (("identify", "Identify"), ("get-job", "Get of a job")):
            pair = self._at(case)
            if pair and invoke:
                ratio = pair[0].rate / invoke[0].rate
                yield f"{title} against Invoke, HTTP, 64 connections", "≥ 1", f"{ratio:.2f}", ratio >= 1
        thousand = self._at("enumerate-1000-keys")
        if thousand:
            rate = thousand[0].rate
            yield "Enumerate of 1,000 instances (216 KB) on one core, answers/s", "≥ 1,000", number(rate), rate >= 1000
        if self.by_key:
            yield ("WQL by key against Get of the same instance, by turns", "≥ 1 (0.95 is noise)", f"{self.by_key:.2f}",
                   self.by_key >= 0.95)
        worst = max(((ours.p99 / ours.p50, case, tls) for (case, tls, connections), (ours, _) in self._found.items()
                     if connections == 256 and case in EVEN), default=None)
        if worst:
            ratio, case, tls = worst
            yield (f"p99 against p50 at 256 connections, the worst of Identify, Get and Invoke ({case} over "
                   f"{'TLS' if tls else 'HTTP'})", "≤ 4", f"{ratio:.1f}", ratio <= 4)
        if self.waiting:
            idle = self.waiting.idle / MIB
            yield "resident memory as it starts, MiB", "≤ 10", f"{idle:.1f}", idle <= 10
            for transport, (count, used) in self.waiting.by_transport.items():
                if count == 10_000:
                    used /= MIB
                    yield (f"with 10,000 idle {transport} connections, MiB", f"≤ {LARGEST[transport]}", f"{used:.0f}",
                           used <= LARGEST[transport])

    def table(self):
        return table(["", "target", "measured", "met"],
                     [[what, target, found, "yes" if met else "**no**"] for what, target, found, met in self._rows()])
