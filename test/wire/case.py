"""What every wire test stands on: a daemon of its own over a store of its own, and claims about answers."""

import unittest

from crash.gate import Gate
from wire import soap
from wire.daemon import Daemon
from wire.store import Store


class WireCase(unittest.TestCase):
    """One daemon and one store a class; `daemon_options` are passed to Daemon."""

    daemon_options = {}
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.store = Store()
        cls.addClassCleanup(cls.store.remove)
        cls.fill(cls.store)
        cls.daemon = Daemon(cls.store, **cls.daemon_options)
        cls.addClassCleanup(cls.daemon.close)
        cls.daemon.start()

    @classmethod
    def fill(cls, store):
        """The store as most tests want it: one machine, root -> (left -> leaf, right)."""
        cls.machine = store.add_machine("Build server", [("root", None), ("left", "root"), ("right", "root"),
                                                         ("leaf", "left")])

    def assert_form(self, answer, action=None, relates_to=None):
        """What every SOAP answer of ours looks like, fault or not (facts/wire.md)."""
        self.assertIsNotNone(answer.root, answer)
        self.assertEqual(answer.root.tag, f"{{{soap.SOAP}}}Envelope")
        self.assertTrue(answer.text.lstrip("\ufeff").startswith("<s:Envelope"), answer.text[:120])
        self.assertEqual(answer.prefixes.get("s"), soap.SOAP)
        self.assertEqual(answer.prefixes.get("a"), soap.ADDRESSING)
        self.assertEqual(answer.prefixes.get("w"), soap.WSMAN)
        for prefix, namespace in (("a", soap.ADDRESSING), ("w", soap.WSMAN)):
            self.assertIn(f'xmlns:{prefix}="{namespace}"', answer.text[:answer.text.index(">")])
        self.assertTrue(answer.content_type.lower().startswith("application/soap+xml"), answer.content_type)
        self.assertEqual(answer.header("To"), soap.ANONYMOUS)
        self.assertRegex(answer.header("MessageID") or "", r"^(urn:)?uuid:[0-9A-Fa-f-]{36}$")
        if action:
            self.assertEqual(answer.action, action)
        if relates_to is not None:
            self.assertEqual(answer.relates_to, relates_to)

    def assert_answer(self, answer, action=None, relates_to=None):
        self.assertIsNone(answer.fault, answer)
        self.assertEqual(answer.status, 200, answer)
        self.assert_form(answer, action, relates_to)

    def assert_fault(self, answer, subcode, detail=None, family="wsman", code="Sender", windows=None, status=500,
                     relates_to=None):
        fault = answer.fault
        self.assertIsNotNone(fault, answer)
        self.assertEqual((fault.subcode, fault.code, fault.details),
                         (subcode, code, [detail] if detail else []), fault)
        self.assertEqual(answer.status, status, answer)
        self.assert_form(answer, soap.FAULT_ACTION[family], relates_to)
        self.assertTrue(fault.reason)
        self.assertTrue(fault.language)
        self.assertRegex(fault.windows_code or "", r"^\d+$")
        if windows:
            self.assertEqual(fault.windows_code, str(windows))
        self.assertTrue(fault.windows_message)


class GatedCase(WireCase):
    """A qemu-img that waits holds a job in the middle, for as long as a test needs. `options`: more of Daemon's."""

    options = {}

    @classmethod
    def setUpClass(cls):
        cls.gate = Gate()
        cls.addClassCleanup(cls.gate.close)
        cls.daemon_options = {"path_first": cls.gate.folder, **cls.options}
        super().setUpClass()

    def hold(self, start):
        """What `start()` answers, once the first qemu-img of the job that it starts is stopped; gate.let_on() ends that."""
        self.gate.arm("before", 1)
        self.addCleanup(self.gate.disarm)
        answer = start()
        self.gate.wait()
        self.gate.disarm()
        return answer

    def hold_destroying(self, machine, name):
        """The id of a job that is held while it destroys a snapshot."""
        return self.hold(lambda: self.daemon.destroy(machine.instance_id(name)))
