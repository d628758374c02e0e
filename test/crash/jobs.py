"""Starting jobs that a test then cuts short."""

import unittest

from wire import soap


class JobCase(unittest.TestCase):
    """Of a `daemon` with a `machine`; instance_id(name) is of one of its snapshots."""

    def start_job(self, method, parameters):
        answer = self.daemon.post(soap.invoke(method, parameters))
        self.assertIsNone(answer.fault, answer)
        self.assertEqual(answer.return_value, 4096)
        return answer.job.selectors["InstanceID"]

    def on_snapshot(self, method, parameter, name):
        return self.start_job(method, f"<p:{parameter}>{soap.settings_epr(self.instance_id(name))}</p:{parameter}>")

    def create(self):
        reference = soap.epr(soap.MACHINE, {"Name": self.machine.id})
        return self.start_job("CreateSnapshot", f"<p:AffectedSystem>{reference}</p:AffectedSystem>"
                                                "<p:SnapshotType>2</p:SnapshotType>")
