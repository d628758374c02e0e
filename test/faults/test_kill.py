"""SIGKILL at random points of jobs of every kind, from the moment that they are asked for, on a store that lives through it all."""

import contextlib
import os
import random
import select
import time
import unittest

from faults.case import COMPLETED, FaultCase
from wire import soap
from wire.attacks import connect, message
from wire.daemon import whole_answer

POINTS = 250 if os.environ.get("TINTYPE_LONG") == "1" else 40


class Kill(FaultCase):
    def body(self, kind, target):
        if kind == "create":
            reference = soap.epr(soap.MACHINE, {"Name": self.machine.id})
            return soap.invoke("CreateSnapshot", f"<p:AffectedSystem>{reference}</p:AffectedSystem>"
                                                 "<p:SnapshotType>2</p:SnapshotType>")
        method, parameter = {"destroy": ("DestroySnapshot", "AffectedSnapshot"), "apply": ("ApplySnapshot", "Snapshot"),
                             "destroy tree": ("DestroySnapshotTree", "SnapshotSettingData")}[kind]
        return soap.invoke(method, f"<p:{parameter}>{soap.settings_epr(target)}</p:{parameter}>")

    def usual_time(self):
        """Seconds from a request to the end of its job."""
        begun = time.monotonic()
        self.assert_completed(self.create())
        return time.monotonic() - begun

    def kill_within(self, seconds, request):
        """Asks, and kills that many seconds later; the id of the job, if its answer came before."""
        with contextlib.closing(connect(self.daemon)) as connection:
            connection.sendall(message(request))
            end = time.monotonic() + seconds
            answer = b""
            # The moment is what is tried, not an event that is waited for.
            while (left := end - time.monotonic()) > 0:
                if not whole_answer(answer) and select.select([connection], [], [], left)[0]:
                    answer += connection.recv(65536)
                else:
                    select.select([], [], [], left)
            self.daemon.process.kill()
            if select.select([connection], [], [], 0)[0]:
                with contextlib.suppress(ConnectionError):
                    answer += connection.recv(65536)
        self.daemon.kill()
        if not whole_answer(answer):
            return None
        answer = soap.Answer(200, {"Content-Type": "application/soap+xml;charset=UTF-8"}, answer.partition(b"\r\n\r\n")[2])
        self.assertEqual(answer.return_value, 4096, answer)
        return answer.job.selectors["InstanceID"]

    def tree(self):
        """id to the id of the parent, as it is shown."""
        return {id_: (each["Parent"] or "").partition('InstanceID="')[2].rstrip('"') for id_, each in
                self.daemon.snapshots().items()}

    def below(self, tree, root):
        doomed = {root}
        while more := {id_ for id_, parent in tree.items() if parent in doomed} - doomed:
            doomed |= more
        return doomed

    def check(self, kind, target, before, job):
        """Whatever was asked for is done, or not, or of a tree in part; nothing else has happened."""
        after = self.tree()
        for tags in self.tags():
            self.assertEqual(tags, set(after))
        gone, made = before.keys() - after.keys(), after.keys() - before.keys()
        may_go = {"destroy": {target}, "destroy tree": self.below(before, target)}.get(kind, set())
        self.assertLessEqual(gone, may_go)
        self.assertLessEqual(len(made), 1 if kind == "create" else 0)
        for id_ in after:  # no child without its parent
            self.assertIn(after[id_], {"", *after})
        done = {"create": bool(made), "destroy": bool(gone), "destroy tree": gone == may_go, "apply": None}[kind]
        if job is None:
            return "not promised" if not done else "done unpromised"
        record = self.daemon.wait_for_job(job)
        self.assertIn(record["JobState"], ("7", "10"))
        self.assertEqual(record["ErrorCode"] == "0", record["JobState"] == COMPLETED)
        self.assertEqual(bool(record["ErrorDescription"]), record["JobState"] != COMPLETED)
        if done is not None:
            self.assertEqual(record["JobState"] == COMPLETED, done, record.properties)
        return "completed" if record["JobState"] == COMPLETED else "failed"

    def test_a_kill_at_any_moment_of_any_job_loses_nothing_that_was_not_asked_for(self):
        seed = int(os.environ.get("TINTYPE_SEED", "1"))
        chance = random.Random(seed)
        usual = self.usual_time()
        fates = {}
        for point in range(POINTS):
            with self.subTest(seed=seed, point=point):
                before = self.tree()
                kind = chance.choice(("create", "create", "destroy", "apply", "destroy tree"))
                if len(before) < 3 or (len(before) > 8 and kind == "create"):
                    kind = "create" if len(before) < 3 else "destroy tree"
                # The root of all goes last, so that what it holds can be compared to the end.
                kept = self.machine.instance_id("root")
                target = chance.choice(sorted(before.keys() - {kept}) or [kept])
                if kind == "destroy tree" and target == kept:
                    kind = "apply"
                seconds = chance.random() * usual * 1.2
                job = self.kill_within(seconds, self.body(kind, target))
                self.daemon.start()
                fate = self.check(kind, target, before, job)
                fates[fate] = fates.get(fate, 0) + 1
                if point % 20 == 19:
                    self.assert_whole()
        print(f"{sum(fates.values())} kills: {fates}", flush=True)
        self.assertEqual(sum(fates.values()), POINTS)
        self.assertLessEqual({"completed", "failed"}, fates.keys())
        self.assert_serves()


if __name__ == "__main__":
    unittest.main()
