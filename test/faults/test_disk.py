"""A disk that is full, or can only be read: under the machines, under the jobs, under the audit."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from faults.case import COMPLETED, FaultCase, fill_up, own_mounts
from wire import soap
from wire.daemon import Daemon


class FullStore(FaultCase):
    disks = 1

    def prepare(self):
        self.small_disk(self.store.folder, "24m")

    def test_on_a_full_store_no_job_does_half_of_its_work_and_all_go_on_when_there_is_space(self):
        filler = fill_up(self.store.folder)
        self.assert_failed(self.destroy("leaf"), "(?i)no space|full")
        self.assert_failed(self.create(), "(?i)no space|full")
        self.assert_failed(self.on_snapshot("ApplySnapshot", self.machine.instance_id("root")), "(?i)no space|full")
        put = self.rename("leaf", "new name")
        self.assertIsNotNone(put.fault, put)
        self.assertIn("space", put.fault.reason + "".join(put.text))
        self.assertEqual(len(self.assert_whole()), 3)
        filler.unlink()
        self.assert_completed(self.destroy("leaf"))
        self.assertIsNone(self.rename("below", "new name").fault)
        self.assert_serves()

    def rename(self, name, text):
        body = (f'<c:Msvm_VirtualSystemSettingData xmlns:c="{soap.SETTINGS}"><c:ElementName>{text}</c:ElementName>'
                "</c:Msvm_VirtualSystemSettingData>")
        return self.daemon.post(soap.request(soap.PUT, soap.SETTINGS, body,
                                             selectors={"InstanceID": self.machine.instance_id(name)}))

    def test_space_that_runs_out_at_any_point_of_a_job_leaves_all_or_nothing(self):
        """A few kilobytes more for each round, from none at all until everything fits."""
        filler = fill_up(self.store.folder)
        states = []
        for round_ in range(80):
            # Pages of a tmpfs are of 4 KiB; a create takes 64 KiB aside for each disk.
            os.truncate(filler, max(0, filler.stat().st_size - 8192))
            before = self.ids()
            job = self.ended(self.create())
            states.append(job["JobState"])
            listed = self.ids()
            for tags in self.tags():
                self.assertEqual(tags, listed)
            self.assertEqual(len(listed - before), 1 if job["JobState"] == COMPLETED else 0)
            self.assertLessEqual(before, listed)
            if job["JobState"] == COMPLETED:
                break
        self.assertGreater(len(states), 2)
        self.assertEqual(states[-1], COMPLETED)
        filler.unlink()
        self.assert_serves()


class ReadOnlyStore(FaultCase):
    def prepare(self):
        # Before the daemon starts, which is to see what is mounted.
        if not own_mounts():
            self.skipTest("a read-only bind mount takes root, and a mount namespace of our own")

    def test_disks_that_can_only_be_read_are_named_and_written_again_when_they_can(self):
        folder = str(self.machine.folder)
        subprocess.run(["mount", "--bind", folder, folder], check=True)
        try:
            subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
            # One after the other: a snapshot that a job is at is refused to the next.
            for ask in (lambda: self.destroy("leaf"), self.create,
                        lambda: self.on_snapshot("ApplySnapshot", self.machine.instance_id("root")),
                        lambda: self.on_snapshot("DestroySnapshotTree", self.machine.instance_id("below"))):
                self.assert_failed(ask(), "(?i)read-only|can only be read")
            self.assertEqual(len(self.assert_whole()), 3)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)
        self.assert_completed(self.destroy("leaf"))
        self.assert_serves()


class JobDisk(FaultCase):
    """The folder of the job database has a disk of its own."""

    starts = False

    def setUp(self):
        super().setUp()
        self.small = pathlib.Path(tempfile.mkdtemp(prefix="tintype-small-"))
        self.addCleanup(self.small.rmdir)
        self.small_disk(self.small, "2m")
        (self.small / "jobs").mkdir()
        self.daemon = Daemon(self.store, folder=self.daemon.folder)
        self.daemon.configuration.write_text(self.daemon.configuration.read_text().replace(
            f"sqlite:{self.daemon.jobs}", f"sqlite:{self.small}/jobs/jobs.db"))
        self.addCleanup(self.daemon.close)

    def test_a_job_that_can_t_be_written_down_is_not_taken_and_the_next_is_when_there_is_space(self):
        self.daemon.start()
        done = self.assert_completed(self.destroy("leaf"))["InstanceID"]
        filler = fill_up(self.small)
        taken = []
        refused = None
        # What SQLite's log has left of its last page may hold one or two.
        for _ in range(50):
            answer = self.create()
            if answer.fault is not None or answer.return_value != 4096:
                refused = answer
                break
            taken.append(answer.job.selectors["InstanceID"])
            self.ended(answer)
        self.assertIsNotNone(refused, "a full disk refuses no job")
        self.daemon.wait_for_log("can't be written down")
        self.assertRegex(self.daemon.wait_for_log("full"), "job database")
        before = self.ids()
        self.assertEqual(self.daemon.job(done)["JobState"], COMPLETED)
        filler.unlink()
        self.assert_completed(self.create())
        self.assertEqual(len(self.ids() - before), 1)
        # Those that were taken while there was no space are in the database by now, and survive a crash.
        self.daemon.kill()
        self.daemon.start()
        for job in (*taken, done):
            self.assertEqual(self.daemon.job(job)["JobState"], COMPLETED)
        self.assert_serves()

    def test_a_job_database_that_can_only_be_read_is_refused_at_the_start(self):
        self.daemon.start()
        self.daemon.stop()
        folder = str(self.small)
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        try:
            with self.assertRaises(RuntimeError):
                self.daemon.start()
            self.assertRegex(self.daemon.log_text(), f"{folder}/jobs/jobs.db.*(read-only|Read-only)")
        finally:
            subprocess.run(["mount", "-o", "remount,rw", folder], check=True)
        self.daemon.start()
        self.assert_serves()


class AuditDisk(FaultCase):
    starts = False

    def test_an_audit_that_can_t_be_written_is_said_in_the_log_and_goes_on_when_there_is_space(self):
        small = pathlib.Path(tempfile.mkdtemp(prefix="tintype-small-"))
        self.addCleanup(small.rmdir)
        self.small_disk(small, "64k")
        self.daemon = Daemon(self.store, folder=self.daemon.folder,
                             more=f'[limits]\nlog_on_delay = "0ms"\n[audit]\nsink = "file:{small}/audit"\n')
        self.addCleanup(self.daemon.close)
        self.daemon.start()
        filler = fill_up(small)
        # Events fill what the last page has left, then fail.
        for _ in range(60):
            self.assertEqual(self.daemon.post(soap.IDENTIFY, password="wrong", user="eve").status, 401)
            if any("can't be written" in line for line in self.daemon.log):
                break
        self.assertRegex(self.daemon.wait_for_log("can't be written"), "audit.*(No space left|no room)")
        self.assert_completed(self.destroy("leaf"))
        filler.unlink()
        before = (small / "audit").stat().st_size
        self.assert_serves()
        self.assertGreater((small / "audit").stat().st_size, before)


if __name__ == "__main__":
    unittest.main()
