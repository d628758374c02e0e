"""The clock set an hour forth and back while the daemon runs: only what shows times to people looks at it."""

import pathlib
import unittest

from faults.case import COMPLETED, FaultCase
from wire import soap
from wire.daemon import Daemon

LIBRARY = next(iter(sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


class Shifted(Daemon):
    """Its wall clock is as far off as the file says; its steady clock is nobody's to set, as the kernel's is."""

    def environment(self):
        self.shift = self.folder / "clock"
        self.set("+0")
        return super().environment() | {"LD_PRELOAD": str(LIBRARY), "FAKETIME_TIMESTAMP_FILE": str(self.shift),
                                        "FAKETIME_NO_CACHE": "1", "NO_FAKE_STAT": "1", "DONT_FAKE_MONOTONIC": "1"}

    def set(self, shift):
        new = self.shift.with_suffix(".new")
        new.write_text(shift + "\n")
        new.rename(self.shift)


@unittest.skipIf(LIBRARY is None, "libfaketime is not installed")
class Clock(FaultCase):
    disks = 1
    starts = False

    def setUp(self):
        super().setUp()
        self.daemon = Shifted(self.store, jobs='retention = "2m"', more='[limits]\nlog_on_delay = "300ms"\n')
        self.addCleanup(self.daemon.close)
        self.daemon.start()

    def submitted(self, job):
        return self.daemon.job(job)["TimeSubmitted"]

    def test_jobs_contexts_and_log_ons_outlive_a_clock_that_is_set(self):
        first = self.assert_completed(self.create())["InstanceID"]
        opened = self.daemon.post(soap.request(soap.ENUMERATE, soap.SETTINGS, soap.enumerate_body()))
        connection = self.daemon.connection()
        self.addCleanup(connection.close)
        self.assertEqual(self.daemon.post(soap.IDENTIFY, connection=connection).status, 200)
        jobs = [first]
        times = [self.submitted(first)]
        for shift in ("+3600", "-3600", "+0"):
            with self.subTest(shift):
                self.daemon.set(shift)
                # A job that ended a moment ago is there for its retention, whatever the clock says.
                for job in jobs:
                    self.assertEqual(self.daemon.job(job)["JobState"], COMPLETED)
                self.assertEqual(self.daemon.post(soap.IDENTIFY, connection=connection).status, 200)
                # A wrong password waits for a moment, not for an hour; a right one is not forgotten.
                self.assertEqual(self.daemon.post(soap.IDENTIFY, password="wrong").status, 401)
                self.assertEqual(self.daemon.post(soap.IDENTIFY).status, 200)
                job = self.assert_completed(self.create())
                jobs.append(job["InstanceID"])
                times.append(job["TimeSubmitted"])
                seen = {soap.Instance(each)["InstanceID"] for each in self.daemon.enumerate(soap.JOB)}
                self.assertLessEqual(set(jobs), seen)
        # Times that people read follow the clock.
        self.assertGreater(times[1], times[0])
        self.assertLess(times[2], times[0])
        pulled = self.daemon.post(soap.request(soap.PULL, soap.SETTINGS, soap.pull_body(opened.context, 100)))
        self.assertIsNone(pulled.fault, pulled)
        self.assertIsNotNone(pulled.end_of_sequence)
        self.assert_serves()

    def test_a_clock_that_is_set_back_while_a_job_is_at_work_leaves_it_its_time(self):
        self.daemon.set("-3600")
        job = self.assert_completed(self.destroy("leaf"))
        self.assertTrue(job["ElapsedTime"].startswith("P0DT0H"), job["ElapsedTime"])
        self.daemon.kill()
        self.daemon.start()  # an hour later again, as far as the new one can tell
        self.assert_serves()


if __name__ == "__main__":
    unittest.main()
