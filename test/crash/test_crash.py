"""Kill -9 in the middle of a job, and start again: whatever the moment, nothing is unaccounted for.

After the restart every job has ended, as Completed or as Exception with an error; every snapshot that is listed is on
every disk, and no other is on any; what stayed holds what it held; and the folder has no file that was not there before.
"""

import contextlib
import itertools
import os
import select
import signal
import unittest

from crash.gate import Gate
from wire.daemon import Daemon
from wire.store import Store

# More calls of qemu-img than a destroy takes; the loops end when a job runs through without being stopped.
ENOUGH = 40


class Crash(unittest.TestCase):
    disks = 2

    def setUp(self):
        self.store = Store()
        self.addCleanup(self.store.remove)
        self.machine = self.store.add_machine("One", [("root", None), ("doomed", "root"), ("child", "doomed"),
                                                      ("other", "root")], disks=self.disks)
        self.contents = self.machine.contents()
        self.files = self.store.files()
        self.gate = Gate()
        self.addCleanup(self.gate.close)
        self.daemon = Daemon(self.store, path_first=self.gate.folder)
        self.addCleanup(self.daemon.close)
        self.daemon.start()

    def ended(self, job):
        return int(self.daemon.job(job)["JobState"]) >= 7

    def assert_accounted_for(self, job, destroyed=None):
        """`destroyed` is what must have become of the snapshot, None if either will do. Says which it was."""
        record = self.daemon.wait_for_job(job)
        listed = {each["ElementName"]: each for each in self.daemon.snapshots().values()}
        gone = "doomed" not in listed
        if record["JobState"] == "7":
            self.assertTrue(gone, "Completed, but the snapshot is there")
            self.assertEqual(record["ErrorCode"], "0")
        else:
            self.assertEqual(record["JobState"], "10")
            self.assertFalse(gone, "Exception, but the snapshot is gone")
            self.assertNotEqual(record["ErrorCode"], "0")
            self.assertTrue(record["ErrorDescription"])
        if destroyed is not None:
            self.assertEqual(gone, destroyed)
        for disk in self.machine.disks:
            self.assertEqual(self.machine.names_on(disk), sorted(listed))
        self.assertIn(self.machine.instance_id("root" if gone else "doomed"), listed["child"]["Parent"])
        self.assertEqual(self.machine.contents(), {key: value for key, value in self.contents.items()
                                                   if not (gone and key[1] == "doomed")})
        self.assertEqual(self.machine.damage(), [])
        left = [name for name in self.store.files() if not name.rpartition("/")[2].startswith(".")]
        self.assertEqual(left, [name for name in self.files if not name.rpartition("/")[2].startswith(".")])
        return gone

    def assert_serves_on(self):
        """What is left can be destroyed as if nothing had happened."""
        name = "doomed" if self.machine.instance_id("doomed") in self.daemon.snapshots() else "other"
        job = self.daemon.destroy(self.machine.instance_id(name))
        self.assertEqual(self.daemon.wait_for_job(job)["JobState"], "7")

    def crash(self, moment, call):
        """Kills the daemon while its `call`th qemu-img is held; the job's id and whether the job came so far."""
        self.gate.arm(moment, call)
        job = self.daemon.destroy(self.machine.instance_id("doomed"))
        reached = self.gate.wait(unless=lambda: self.ended(job)) is not None
        self.daemon.kill()
        return job, reached

    def crash_at_each_step(self, moment, restart):
        """One crash at each call of qemu-img, each over a fresh store, until the job has no more calls.

        Says which fates of the snapshot there were: True for destroyed, False for whole."""
        fates = set()
        for call in range(1, ENOUGH):
            with self.subTest(moment=moment, call=call):
                if call > 1:
                    self.doCleanups()
                    self.setUp()
                job, reached = self.crash(moment, call)
                if not reached:
                    self.assertGreater(call, 2, "a destroy that never called qemu-img twice proves nothing")
                    return fates
                restart()
                fates.add(self.assert_accounted_for(job))
                self.assert_serves_on()
        self.fail("a destroy takes more calls of qemu-img than expected")

    def restart_without_qemu_img(self):
        self.gate.kill()
        self.daemon.start()

    def test_a_crash_before_each_step_is_settled(self):
        self.assertEqual(self.crash_at_each_step("before", self.restart_without_qemu_img), {True, False})

    def test_a_crash_after_each_step_is_settled(self):
        self.assertEqual(self.crash_at_each_step("after", self.restart_without_qemu_img), {True, False})

    def test_a_qemu_img_that_outlives_the_crash_and_ends_before_the_restart(self):
        def restart():
            self.gate.let_on_and_wait()
            self.daemon.start()

        self.crash_at_each_step("before", restart)

    def test_a_qemu_img_that_outlives_the_crash_and_ends_after_the_restart(self):
        """It does nothing behind the new daemon's back: that one refuses to start before it has ended."""
        def restart():
            with contextlib.suppress(RuntimeError):
                self.daemon.start(timeout=5)
            self.gate.let_on_and_wait()
            if self.daemon.process is None:
                self.daemon.start()

        self.crash_at_each_step("before", restart)

    def test_a_restart_that_crashes_again_is_settled_at_the_next(self):
        job, _ = self.crash("before", 2)
        self.gate.kill()
        for call in itertools.count(1):
            self.gate.arm("before", call)
            try:
                self.daemon.start_without_waiting()
                reached = self.gate.wait(unless=self.daemon.is_up) is not None
            finally:
                self.daemon.kill()
                self.gate.kill()
            if not reached:
                break
        self.daemon.start()
        self.assert_accounted_for(job)

    def test_jobs_that_wait_behind_the_one_that_was_killed_are_settled_too(self):
        self.gate.arm("before", 1)
        running = self.daemon.destroy(self.machine.instance_id("doomed"))
        self.gate.wait()
        waiting = self.daemon.destroy(self.machine.instance_id("other"))
        self.daemon.kill()
        self.gate.kill()
        self.daemon.start()
        self.assert_accounted_for(running, destroyed=False)
        record = self.daemon.wait_for_job(waiting)
        self.assertEqual(record["JobState"], "10")
        self.assertIn(self.machine.instance_id("other"), self.daemon.snapshots())

    def test_a_finished_job_outlives_a_crash(self):
        job = self.daemon.destroy(self.machine.instance_id("doomed"))
        before = self.daemon.wait_for_job(job).properties
        self.daemon.kill()
        self.daemon.start()
        after = self.daemon.job(job).properties
        for name in ("JobState", "ErrorCode", "Owner", "PercentComplete", "TimeSubmitted", "TimeOfLastStateChange"):
            self.assertEqual(after[name], before[name], name)
        self.assert_accounted_for(job, destroyed=True)

    def test_a_second_sigterm_stops_at_once_and_the_job_is_settled(self):
        self.gate.arm("before", 1)
        job = self.daemon.destroy(self.machine.instance_id("doomed"))
        self.gate.wait()
        self.daemon.terminate()
        self.daemon.wait_for_log("stop")
        self.daemon.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.daemon.wait(30), 5, self.daemon.log_text())
        self.gate.kill()
        self.daemon.start()
        self.assert_accounted_for(job, destroyed=False)

    def test_a_crash_at_any_time(self):
        """Moments that no step of ours names: a spread of them over the length of a job."""
        rounds = 60 if os.environ.get("TINTYPE_LONG") == "1" else 12
        for number in range(rounds):
            with self.subTest(number=number):
                if number:
                    self.doCleanups()
                    self.setUp()
                job = self.daemon.destroy(self.machine.instance_id("doomed"))
                # The moment is what is tried, not an event that is waited for.
                select.select([], [], [], number * 0.15 / rounds)
                self.daemon.kill()
                self.daemon.start()
                self.assert_accounted_for(job)


class CrashWithOneDisk(Crash):
    disks = 1
