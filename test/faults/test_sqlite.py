"""The job database locked, damaged, cut off or gone while it is in use: no job is promised that is not written down."""

import os
import sqlite3
import time
import unittest

from faults.case import COMPLETED, FaultCase
from wire import soap


class JobDatabase(FaultCase):
    disks = 1

    def files(self):
        return [path for path in (self.daemon.jobs.with_name(self.daemon.jobs.name + end) for end in ("", "-wal", "-shm"))
                if path.exists()]

    def assert_refused(self, answer):
        self.assertIsNotNone(answer.fault, answer)
        self.assertEqual(answer.fault.subcode, "wsman:InternalError")
        self.assertIn("could not be written down", answer.text)

    def assert_in_the_database(self, *jobs):
        """What was promised is in the file of that name, whatever the daemon remembers."""
        self.daemon.kill()
        self.daemon.start()
        for job in jobs:
            self.assertEqual(self.daemon.job(job)["JobState"], COMPLETED)

    def test_locked_by_another_process_it_refuses_jobs_in_words_and_takes_them_when_it_is_free(self):
        done = self.assert_completed(self.destroy("leaf"))["InstanceID"]
        other = sqlite3.connect(self.daemon.jobs, isolation_level=None)
        self.addCleanup(other.close)
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        self.assert_refused(self.destroy("below"))
        self.assertLess(time.monotonic() - begun, 30)
        self.daemon.wait_for_log("another program holds the database locked")
        self.assertEqual(self.daemon.job(done)["JobState"], COMPLETED)  # who only reads needn't wait
        self.assertEqual(len(self.assert_whole()), 2)
        other.execute("ROLLBACK")
        self.assert_completed(self.destroy("below"))
        self.assert_serves()

    def test_removed_while_in_use_it_is_written_anew_with_all_that_was_in_it(self):
        for ends in (("",), ("-wal",), ("-wal", "-shm"), ("", "-wal", "-shm")):
            with self.subTest(removed=ends):
                done = self.assert_completed(self.create())["InstanceID"]
                for end in ends:
                    self.daemon.jobs.with_name(self.daemon.jobs.name + end).unlink()
                seen = len(self.daemon.log)
                after = self.assert_completed(self.create())["InstanceID"]
                self.daemon.wait_for_log("written anew", seen=seen)
                self.assert_in_the_database(done, after)
        self.assert_serves()

    def test_with_its_folder_away_no_job_is_taken_and_with_it_back_they_are(self):
        done = self.assert_completed(self.destroy("leaf"))["InstanceID"]
        away = self.daemon.folder.with_name(self.daemon.folder.name + "-away")
        self.daemon.folder.rename(away)
        try:
            self.assert_refused(self.destroy("below"))
            self.assertEqual(self.daemon.job(done)["JobState"], COMPLETED)
        finally:
            away.rename(self.daemon.folder)
        after = self.assert_completed(self.destroy("below"))["InstanceID"]
        self.assert_in_the_database(done, after)
        self.assert_serves()

    def test_another_file_in_its_place_is_left_alone_and_no_job_is_taken_until_it_is_gone(self):
        done = self.assert_completed(self.destroy("leaf"))["InstanceID"]
        self.daemon.jobs.unlink()
        self.daemon.jobs.write_text("somebody else's")
        self.assert_refused(self.destroy("below"))
        self.daemon.wait_for_log("another file has taken its place")
        self.assertEqual(self.daemon.jobs.read_text(), "somebody else's")
        self.daemon.jobs.unlink()
        after = self.assert_completed(self.destroy("below"))["InstanceID"]
        self.assert_in_the_database(done, after)
        self.assert_serves()

    def test_damaged_while_in_use_it_is_said_and_mended_it_goes_on(self):
        """Bytes of it overwritten, or cut off, by somebody: nothing falls over, and no job is promised that isn't kept."""
        done = self.assert_completed(self.destroy("leaf"))["InstanceID"]
        with sqlite3.connect(self.daemon.jobs) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        other.close()
        whole = self.daemon.jobs.read_bytes()
        for name, damage in (("rubbish", lambda file: (file.seek(0), file.write(os.urandom(len(whole))))),
                             ("cut off", lambda file: file.truncate(1000)), ("empty", lambda file: file.truncate(0))):
            with self.subTest(name):
                with open(self.daemon.jobs, "r+b") as file:
                    damage(file)
                before = self.ids()
                answer = self.create()
                # What SQLite had in its memory may have been enough for that one.
                if answer.fault is not None:
                    self.assert_refused(answer)
                    self.daemon.wait_for_log("can't be written down")
                    self.assertEqual(self.ids(), before)
                asked = self.daemon.get(soap.JOB, {"InstanceID": done})
                if asked.fault is not None:
                    self.assertEqual(asked.fault.subcode, "wsman:InternalError")  # not that there were no such job
                    self.assertIn("can't be read at the moment", asked.text)
                # As it was, and nothing of what was written to it meanwhile.
                with open(self.daemon.jobs, "r+b") as file:
                    file.write(whole)
                    file.truncate(len(whole))
                self.daemon.kill()
                for end in ("-wal", "-shm"):
                    self.daemon.jobs.with_name(self.daemon.jobs.name + end).unlink(missing_ok=True)
                self.daemon.start()
                self.assertEqual(self.daemon.job(done)["JobState"], COMPLETED)
                self.assert_serves()

    def test_damaged_before_the_start_it_is_named_and_moved_away_the_service_starts(self):
        self.daemon.stop()
        with open(self.daemon.jobs, "r+b") as file:
            file.truncate(5000)
        with self.assertRaises(RuntimeError):
            self.daemon.start()
        self.assertRegex(self.daemon.log_text(), f"{self.daemon.jobs}.*(damaged|no SQLite database|can't be read)")
        self.daemon.jobs.rename(self.daemon.jobs.with_suffix(".damaged"))
        self.daemon.start()
        self.assert_serves()


if __name__ == "__main__":
    unittest.main()
