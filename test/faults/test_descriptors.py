"""No descriptor left: who comes waits, nothing spins or falls over, and all is served when there are some again."""

import contextlib
import pathlib
import resource
import select
import socket
import unittest

from faults.case import FaultCase
from wire import soap
from wire.attacks import processor_seconds

FEW = 64


class Descriptors(FaultCase):
    def setUp(self):
        super().setUp()
        _, hard = resource.prlimit(self.daemon.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(self.daemon.process.pid, resource.RLIMIT_NOFILE, (FEW, hard))

    def count(self):
        return len(list(pathlib.Path(f"/proc/{self.daemon.process.pid}/fd").iterdir()))

    def use_up(self, open_ones):
        """Connects until the daemon has taken as many as it can."""
        for _ in range(FEW + 20):
            open_ones.enter_context(socket.create_connection(self.daemon.address, timeout=60))
        self.daemon.wait_for_log("can't accept a connection")
        self.assertEqual(self.count(), FEW)

    def test_connections_beyond_wait_cost_nothing_and_are_served_when_others_go(self):
        with contextlib.ExitStack() as open_ones:
            self.use_up(open_ones)
            seen, used = len(self.daemon.log), processor_seconds(self.daemon)
            select.select([], [], [], 2)  # the claim is about time that goes by
            self.assertLess(processor_seconds(self.daemon) - used, 0.5)
            self.assertLess(len(self.daemon.log) - seen, 40)
        self.assertEqual(self.daemon.post(soap.IDENTIFY).status, 200)
        self.assert_serves()

    def test_a_job_that_finds_none_fails_in_words_and_destroys_nothing(self):
        """The connection that asks was there before."""
        connection = self.daemon.connection()
        self.addCleanup(connection.close)
        self.assertEqual(self.daemon.post(soap.IDENTIFY, connection=connection).status, 200)
        body = soap.destroy_snapshot(soap.settings_epr(self.machine.instance_id("leaf")))
        with contextlib.ExitStack() as open_ones:
            self.use_up(open_ones)
            answer = self.daemon.post(body, connection=connection)
            if answer.fault is None:
                ask = soap.request(soap.GET, soap.JOB, selectors=answer.job.selectors)
                while int(self.daemon.post(ask, connection=connection).instance["JobState"]) < 7:
                    pass
        if answer.fault is None:
            self.assert_failed(answer, "(?i)too many open files")
        else:
            self.assertIn("could not be written down", answer.text)
        self.assertEqual(len(self.assert_whole()), 3)
        self.assert_completed(self.destroy("leaf"))
        self.assert_serves()


if __name__ == "__main__":
    unittest.main()
