"""Kill -9 in the middle of a job on a machine of a libvirt host, and start again: every job says what libvirt did.

libvirtd outlives tintyped and finishes what it was asked for. After the restart every job has ended; what libvirt lists,
what stands on the disks and what Tintype lists are the same; what stayed holds what it held; and no file is left, nor a
QEMU. Where libvirtd itself dies in the middle, that holds but for what docs/libvirt.md says, which is asserted here too.
"""

import hashlib
import os
import re
import select
import unittest

from crash.gate import Gate
from crash.jobs import JobCase
from crash.libvirt_host import DISK_SIZE, LibvirtHost
from wire import soap
from wire.daemon import Daemon
from wire.store import qemu_img

# More calls of qemu-img than any job here takes; the loops end when a job runs through without being stopped.
ENOUGH = 20

COMPLETED, EXCEPTION = "7", "10"


def full_of(byte):
    """The checksums of two disks that hold this byte and nothing else."""
    return [hashlib.sha256(bytes([byte]) * DISK_SIZE).hexdigest()] * 2


class OnLibvirt(JobCase):
    """One machine, off, with two disks: root – below – leaf, which hold 1, 2 and 3; now it holds 9."""

    @classmethod
    def setUpClass(cls):
        cls.gate = Gate()
        cls.addClassCleanup(cls.gate.close)
        cls.host = LibvirtHost(path_first=cls.gate.folder)
        cls.addClassCleanup(cls.host.close)
        cls.host.start()

    def setUp(self):
        self.gate.disarm()
        self.machine = self.host.add_machine("web")
        self.addCleanup(self.host.remove_machine, self.machine)
        self.contents = {"root": full_of(1), "below": full_of(2), "leaf": full_of(3), None: full_of(9)}
        for byte, name in enumerate(("root", "below", "leaf"), start=1):
            self.machine.fill(byte)
            self.machine.take(name)
        self.machine.fill(9)
        self.files = self.host_files()
        self.daemon = Daemon(uris=[self.host.uri])
        self.addCleanup(self.daemon.close)
        self.daemon.start()

    def afresh(self):
        self.doCleanups()
        self.setUp()

    def host_files(self):
        """What libvirt and its machines keep, but for what describes a snapshot."""
        kept = [path for folder in ("disks", "config/libvirt/qemu") for path in (self.host.folder / folder).rglob("*")]
        return sorted(str(path.relative_to(self.host.folder)) for path in kept if path.is_file()
                      and "/snapshot/" not in str(path))

    # Asking for jobs.

    def ids(self):
        """InstanceID by what libvirt calls a snapshot: the name it was given, or its id where libvirt can't have that."""
        return {each["ElementName"] if each["ElementName"] in self.contents else key.removeprefix("Microsoft:"): key
                for key, each in self.daemon.snapshots().items()}

    def instance_id(self, name):
        return self.ids()[name]

    def apply(self, name="root"):
        return self.on_snapshot("ApplySnapshot", "Snapshot", name)

    def destroy(self):
        return self.on_snapshot("DestroySnapshot", "AffectedSnapshot", "below")

    def destroy_tree(self):
        return self.on_snapshot("DestroySnapshotTree", "SnapshotSettingData", "below")

    # What must be true once a job has ended. The checks say whether all of it was done.

    def settled(self, job):
        record = self.daemon.wait_for_job(job)
        self.assertIn(record["JobState"], (COMPLETED, EXCEPTION))
        self.assertEqual(record["ErrorCode"] == "0", record["JobState"] == COMPLETED, record.properties)
        self.assertEqual(bool(record["ErrorDescription"]), record["JobState"] == EXCEPTION)
        return record

    def current(self):
        """What libvirt calls the snapshot that Tintype says is the machine's current one."""
        settings = self.daemon.get(soap.SETTINGS, {"InstanceID": "Microsoft:" + self.machine.id}).instance
        current = re.search(r'InstanceID="(Microsoft:[^"]*)"', settings["Parent"] or "")
        return current and {key: name for name, key in self.ids().items()}[current[1]]

    def assert_accounted_for(self):
        """libvirt, the disks and Tintype tell the same, and what stayed holds what it held. Returns what is new."""
        listed = sorted(self.ids())
        self.assertEqual(self.machine.names(), listed)
        self.assertEqual(self.current(), self.machine.current())
        self.machine.turn_off()
        for disk in self.machine.disks:
            self.assertEqual(self.machine.names_on(disk), listed)
        for name in set(listed) & set(self.contents):
            self.assertEqual(self.machine.content(name), self.contents[name], name)
        self.assertEqual(self.machine.damage(), [])
        self.assertEqual(self.host_files(), self.files)
        self.assertEqual(self.host.emulators(), [])
        jobs = [soap.Instance(each) for each in self.daemon.enumerate(soap.JOB)]
        self.assertEqual([each.properties for each in jobs if int(each["JobState"]) < 7], [])
        return set(listed) - set(self.contents)

    def check_create(self, record):
        made = self.assert_accounted_for()
        done = record["JobState"] == COMPLETED
        self.assertEqual(len(made), 1 if done else 0)
        for name in made:
            self.assertEqual(self.machine.content(name), self.contents[None])
        self.assertEqual(self.machine.content(), self.contents[None])
        return done

    def check_apply(self, record, name="root"):
        done = record["JobState"] == COMPLETED
        self.assertEqual(self.current() == name, done)
        self.assertEqual(self.assert_accounted_for(), set())
        self.assertEqual(self.machine.content(), self.contents[name if done else None])
        return done

    def check_destroy(self, record):
        done = record["JobState"] == COMPLETED
        self.assertEqual(self.assert_accounted_for(), set())
        self.assertEqual(set(self.contents) - {None} - set(self.machine.names()), {"below"} if done else set())
        self.assertEqual(self.machine.content(), self.contents[None])
        return done

    def check_destroy_tree(self, record):
        self.assertEqual(self.assert_accounted_for(), set())
        self.assertIn("root", self.machine.names())
        left = len(self.machine.names()) - 1
        if record["JobState"] == COMPLETED:
            self.assertEqual(left, 0)
        else:
            self.assertRegex(record["ErrorDescription"], f"Of [0-9] snapshots {left} are still there")
        return not left

    def each_job(self):
        return [(self.create, self.check_create), (self.apply, self.check_apply), (self.destroy, self.check_destroy),
                (self.destroy_tree, self.check_destroy_tree)]


class KillOfTintyped(OnLibvirt):
    def caught(self, start, call):
        """A job of a fresh machine whose daemon is killed before this call of qemu-img; whether it came so far."""
        self.afresh()
        self.gate.arm("before", call)
        job = start()
        reached = self.gate.wait(unless=lambda: int(self.daemon.job(job)["JobState"]) >= 7) is not None
        self.daemon.kill()
        return job, reached

    def at_each_step(self, start, check):
        done = []
        for call in range(1, ENOUGH):
            with self.subTest(job=start.__name__, call=call):
                job, reached = self.caught(start, call)
                if reached:
                    self.gate.let_on_and_wait()
                self.daemon.start()
                done.append(check(self.settled(job)))
                if not reached:
                    self.assertGreater(call, 2, "a job that never called qemu-img twice proves nothing")
                    return done
        self.fail("the job never ran through")

    def test_a_crash_at_each_step_is_settled_by_what_libvirt_did(self):
        for start, check in self.each_job():
            # What libvirt was asked for it finishes; of a tree it is asked for one snapshot at a time.
            self.assertEqual(set(self.at_each_step(start, check)),
                             {True, False} if start == self.destroy_tree else {True})

    def test_a_restart_waits_for_what_libvirt_is_at(self):
        for start, check in self.each_job():
            with self.subTest(job=start.__name__):
                job, reached = self.caught(start, 2)
                self.assertTrue(reached)
                self.daemon.start_without_waiting()
                self.daemon.wait_for_log("is reached")
                self.assertFalse(self.daemon.is_up())
                self.gate.let_on_and_wait()
                self.daemon.wait_until_up()
                self.assertEqual(check(self.settled(job)), start != self.destroy_tree)


class KillWhileTheMachineRuns(OnLibvirt):
    def setUp(self):
        super().setUp()
        self.host.virsh("start", self.machine.name)
        for name in ("running", "later"):
            self.machine.take(name)
            self.contents[name] = self.contents[None]

    def back_to_off(self):
        return self.apply("root")

    def back_to_running(self):
        return self.apply("running")

    def check_back_to_running(self, record):
        self.assertFalse(self.machine.is_off())
        return self.check_apply(record, "running")

    def check_back_to_off(self, record):
        self.assertEqual(self.machine.is_off(), record["JobState"] == COMPLETED)
        return self.check_apply(record, "root")

    def test_a_crash_at_any_time(self):
        """Moments that no step of ours names: a spread of them over the length of each job."""
        rounds = 20 if os.environ.get("TINTYPE_LONG") == "1" else 2
        for start, check in [(self.create, self.check_create), (self.back_to_off, self.check_back_to_off),
                             (self.back_to_running, self.check_back_to_running), (self.destroy, self.check_destroy),
                             (self.destroy_tree, self.check_destroy_tree)]:
            for number in range(rounds):
                with self.subTest(job=start.__name__, number=number):
                    self.afresh()
                    job = start()
                    # The moment is what is tried, not an event that is waited for.
                    select.select([], [], [], number * 0.2 / rounds)
                    self.daemon.kill()
                    self.daemon.start()
                    check(self.settled(job))


class KillOfLibvirtd(OnLibvirt):
    """It dies with its qemu-img between two disks. Tintype lives on and says so; libvirt has no memory of it."""

    def interrupted(self, start):
        self.afresh()
        self.gate.arm("before", 2)
        job = start()
        self.gate.wait()
        self.host.kill()
        self.gate.kill()
        record = self.settled(job)
        self.assertEqual(record["JobState"], EXCEPTION)
        self.daemon.wait_for_log("is lost")
        seen = len(self.daemon.log)
        self.host.start()
        self.daemon.wait_for_log("is reached", seen=seen)
        return record["ErrorDescription"]

    def again(self, start, check):
        self.assertTrue(check(self.settled(start())))

    def test_a_create_leaves_a_snapshot_on_some_disks_that_libvirt_does_not_know(self):
        words = self.interrupted(self.create)
        self.assertIn("may be left", words)
        self.assertEqual(sorted(self.ids()), ["below", "leaf", "root"])
        first, second = self.machine.disks
        left = set(self.machine.names_on(first)) - set(self.ids())
        self.assertEqual(len(left), 1)
        self.assertIn(left.pop(), words)
        self.assertEqual(self.machine.names_on(second), ["below", "leaf", "root"])
        self.assertEqual(self.machine.content(), self.contents[None])

    def test_an_apply_is_finished_by_the_next(self):
        words = self.interrupted(self.apply)
        self.assertIn("apply it again", words)
        self.assertEqual(self.current(), "leaf")
        self.assertEqual(self.machine.content(), full_of(1)[:1] + full_of(9)[1:])
        self.again(self.apply, self.check_apply)

    def test_a_destroy_is_finished_by_the_next(self):
        for start, check, gone in ((self.destroy, self.check_destroy, "below"),
                                   (self.destroy_tree, self.check_destroy_tree, "leaf")):
            with self.subTest(job=start.__name__):
                self.assertIn("what is left", self.interrupted(start))
                self.assertEqual(sorted(self.ids()), ["below", "leaf", "root"])
                first, second = self.machine.disks
                self.assertNotIn(gone, self.machine.names_on(first))
                self.assertIn(gone, self.machine.names_on(second))
                self.again(start, check)


if __name__ == "__main__":
    unittest.main()
