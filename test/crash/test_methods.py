"""Kill -9 while a snapshot is created, applied, or destroyed with all below it: the job says what the disks say."""

import re
import unittest

from crash.gate import Gate
from crash.jobs import JobCase
from wire import soap
from wire.daemon import Daemon
from wire.store import Store, checksum, internal_snapshots

# More calls of qemu-img than any of these takes; the loops end when a job runs through without being stopped.
ENOUGH = 40


class CrashInMethods(JobCase):
    def setUp(self):
        self.store = Store()
        self.addCleanup(self.store.remove)
        self.machine = self.store.add_machine("One", [("root", None), ("below", "root"), ("leaf", "below")], disks=2)
        self.gate = Gate()
        self.addCleanup(self.gate.close)
        self.daemon = Daemon(self.store, path_first=self.gate.folder)
        self.addCleanup(self.daemon.close)
        self.daemon.start()

    def instance_id(self, name):
        return self.machine.instance_id(name)

    def at_each_step(self, start, check):
        """Crashes at each call of qemu-img, each over a fresh store. `check` gets the settled job and says whether all
        was done. Returns which of both there were."""
        done = set()
        for call in range(1, ENOUGH):
            with self.subTest(call=call):
                if call > 1:
                    self.doCleanups()
                    self.setUp()
                self.gate.arm("before", call)
                job = start()
                reached = self.gate.wait(unless=lambda: int(self.daemon.job(job)["JobState"]) >= 7) is not None
                self.daemon.kill()
                self.gate.kill()
                self.daemon.start()
                record = self.daemon.wait_for_job(job)
                self.assertIn(record["JobState"], ("7", "10"))
                self.assertEqual(record["ErrorCode"] == "0", record["JobState"] == "7", record.properties)
                self.assertEqual(bool(record["ErrorDescription"]), record["JobState"] == "10")
                done.add(check(record))
                self.assertEqual(self.machine.damage(), [])
                if not reached:
                    self.assertGreater(call, 2, "a job that never called qemu-img twice proves nothing")
                    return done
        self.fail("the job never ran through")

    def tags(self):
        listed = {name.removeprefix("Microsoft:") for name in self.daemon.snapshots()}
        for disk in self.machine.disks:
            self.assertEqual(set(internal_snapshots(disk)), listed)
        return listed

    def test_a_create_left_a_whole_snapshot_or_nothing(self):
        def check(record):
            made = self.tags() - {self.machine.snapshot_id(name) for name in self.machine.names()}
            self.assertEqual(len(made), 1 if record["JobState"] == "7" else 0)
            affected = [soap.Instance(each)["AffectedElement"].selectors.get("InstanceID", "")
                        for each in self.daemon.enumerate(soap.WMI + "Msvm_AffectedJobElement")]
            self.assertEqual({each.removeprefix("Microsoft:") for each in affected if each}, made)
            return bool(made)

        self.assertEqual(self.at_each_step(self.create, check), {True, False})

    def test_an_apply_was_done_or_left_the_machine_as_it_was(self):
        before = self.machine.contents()  # of every store: all are made alike

        def check(record):
            done = record["JobState"] == "7"
            settings = self.daemon.get(soap.SETTINGS, {"InstanceID": "Microsoft:" + self.machine.id}).instance
            current = re.search(r'InstanceID="Microsoft:([^"]*)"', settings["Parent"])[1]
            self.assertEqual(current, self.machine.snapshot_id("root" if done else "leaf"))
            for disk in self.machine.disks:
                self.assertEqual(checksum(disk), before[disk.name, "root" if done else None])
            return done

        done = self.at_each_step(lambda: self.on_snapshot("ApplySnapshot", "Snapshot", "root"), check)
        self.assertEqual(done, {True, False})

    def test_of_a_tree_what_is_listed_is_whole_and_the_job_says_how_much(self):
        def check(record):
            left = self.tags() - {self.machine.snapshot_id("root")}
            if record["JobState"] == "7":
                self.assertEqual(left, set())
            else:
                self.assertIn(f"Of 2 snapshots {len(left)} are still there", record["ErrorDescription"])
            return not left

        done = self.at_each_step(
            lambda: self.on_snapshot("DestroySnapshotTree", "SnapshotSettingData", "below"), check)
        self.assertEqual(done, {True, False})


if __name__ == "__main__":
    unittest.main()
