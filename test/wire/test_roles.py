"""Who may do what, and what is written down about it, by a real tintyped (docs/security.md)."""

import json
import pathlib
import select
import tempfile
import time

from crash.gate import Gate
from wire import soap
from wire.case import GatedCase, WireCase
from wire.daemon import Daemon
from wire.store import Store

USERS = {"victor": "0nly-t0-see", "olga": "t0-0perate", "ada": "t0-d0-all", "nina": "t0-d0-n0thing"}


def roles(audit, operator="olga"):
    return f"""
[audit]
sink = "file:{audit}"
[authorization]
groups.desk = ["victor"]
roles.viewer = ["group:desk"]
roles.operator = ["{operator}"]
roles.administrator = ["ada"]
roles.archivist = ["archie"]
[[authorization.role]]
name = "archivist"
allow = ["read *", "invoke Msvm_VirtualSystemSnapshotService.CreateSnapshot"]
deny = ["read Msvm_Error"]
"""


class RoleCase(WireCase):
    """A daemon with a user for each role, whose audit is a file; each test has its own."""

    @classmethod
    def setUpClass(cls):
        pass

    def setUp(self):
        self.store = Store()
        self.addCleanup(self.store.remove)
        self.fill(self.store)
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.audit = pathlib.Path(folder, "audit")
        self.daemon = Daemon(self.store, users=USERS, more=roles(self.audit))
        self.addCleanup(self.daemon.close)
        self.daemon.start()

    def ask(self, user, body, **more):
        return self.daemon.post(body, user=user, password=USERS[user], **more)

    def destroy(self, user, name, **more):
        request = soap.destroy_snapshot(soap.settings_epr(self.machine.instance_id(name)))
        return self.ask(user, request, **more)

    def events(self, kind=None):
        """What the audit holds; every line of it has to be one."""
        all_of_them = [json.loads(line) for line in self.audit.read_text().splitlines()]
        return [event for event in all_of_them if kind in (None, event["event"])]

    def wait_for_event(self, is_it, timeout=60):
        end = time.monotonic() + timeout
        while True:
            found = [event for event in self.events() if is_it(event)]
            if found:
                return found[0]
            if time.monotonic() > end:
                raise AssertionError(f"no such event:\n{self.audit.read_text()}\n{self.daemon.log_text()}")
            select.select([], [], [], 0.02)

    def reload(self, change):
        """Has the daemon read a changed configuration, and waits until it has."""
        seen = len(self.daemon.log)
        text = self.daemon.configuration.read_text()
        self.assertNotEqual(change(text), text)
        self.daemon.configuration.write_text(change(text))
        self.daemon.reload()
        return self.daemon.wait_for_log("roles ", seen=seen)

    def denied(self, answer):
        self.assert_fault(answer, "wsman:AccessDenied", windows=5)


class Roles(RoleCase):
    def test_a_viewer_reads_and_destroys_nothing(self):
        self.assert_answer(self.ask("victor", soap.request(soap.GET, soap.SERVICE)))
        self.denied(self.destroy("victor", "leaf"))
        self.assertIn("leaf", self.machine.names())
        event = self.events("access-denied")[-1]
        self.assertEqual((event["user"], event["scheme"], event["operation"], event["class"], event["method"]),
                         ("victor", "Basic", "Invoke", "Msvm_VirtualSystemSnapshotService", "DestroySnapshot"))
        self.assertEqual(event["detail"],
                         'no role allows "invoke Msvm_VirtualSystemSnapshotService.DestroySnapshot"')
        self.assertRegex(event["peer"], r"^127\.0\.0\.1:\d+$")

    def test_an_operator_destroys_a_snapshot_and_it_is_written_down(self):
        answer = self.destroy("olga", "leaf")
        self.assert_answer(answer)
        self.assertEqual(answer.return_value, 4096)
        event = self.events("access")[-1]
        self.assertEqual((event["user"], event["method"]), ("olga", "DestroySnapshot"))
        self.assertEqual(event["answer_id"], answer.header("MessageID"))
        self.assertEqual(event["message_id"], answer.relates_to)
        self.assertIn(answer.job.selectors["InstanceID"], event["detail"])
        self.denied(self.ask("olga", soap.invoke("StopService")))
        self.assertIsNone(self.ask("ada", soap.invoke("StopService")).fault)

    def test_who_has_no_role_reads_nothing_and_learns_nothing(self):
        for resource in (soap.SERVICE, soap.SERVICE.replace("SnapshotService", "NoService")):
            self.denied(self.ask("nina", soap.request(soap.GET, resource)))
        self.denied(self.ask("nina", soap.request(soap.ENUMERATE, soap.SETTINGS, soap.enumerate_body(10, True))))
        documents = {user: self.daemon.post("", user=user, password=USERS[user], method="GET", path="/wsman?wsdl").text
                     for user in ("nina", "victor")}
        self.assertNotIn("Msvm_", documents["nina"])
        self.assertIn("Msvm_VirtualSystemSnapshotService", documents["victor"])

    def test_new_roles_are_in_force_on_connections_that_are_open(self):
        connection = self.daemon.connection()
        self.addCleanup(connection.close)
        self.denied(self.destroy("victor", "leaf", connection=connection))
        local_address = connection.sock.getsockname()
        self.assertIn("read again", self.reload(lambda text: text.replace('["olga"]', '["victor"]')))
        self.assert_answer(self.destroy("victor", "leaf", connection=connection))
        self.assertEqual(connection.sock.getsockname(), local_address)
        self.denied(self.destroy("olga", "right"))
        self.assertEqual(self.events("reloaded")[-1]["detail"], "roles")

    def test_a_configuration_with_mistakes_changes_no_role(self):
        line = self.reload(lambda text: text.replace('["olga"]', '["victor", "group:nobodies", 7]'))
        self.assertIn("not read again", line)
        self.assertRegex(line, r"tintyped.toml:\d+:\d+: authorization.roles.operator: must be a list of texts")
        self.denied(self.destroy("victor", "leaf"))
        self.assert_answer(self.destroy("olga", "leaf"))
        self.assertIn("must be a list of texts", self.events("reload-failed")[-1]["detail"])


class Audit(RoleCase):
    def test_one_line_a_log_on_and_not_one_a_request(self):
        connection = self.daemon.connection()
        self.addCleanup(connection.close)
        for _ in range(3):
            self.assert_answer(self.ask("victor", soap.request(soap.GET, soap.SERVICE), connection=connection))
        events = self.events("log-on")
        self.assertEqual([(event["user"], event["scheme"]) for event in events], [("victor", "Basic")])

    def test_starts_and_stops_are_written_down(self):
        started = self.wait_for_event(lambda event: event["event"] == "service-started")
        self.assertEqual(started["detail"], self.daemon.urls[0])
        self.daemon.stop()
        self.assertEqual(self.events()[-1]["event"], "service-stopped")

    def test_a_user_name_forges_no_line(self):
        forged = ['x\n{"event":"log-on","user":"ada"}\r\n', 'x"}\u2028{"event"\u202e\\']
        for name in forged:
            self.assertEqual(self.daemon.post("", user=name, password="wrong").status, 401)
        self.wait_for_event(lambda event: event.get("user") == forged[1])
        self.assertEqual(len(self.events("log-on-refused")), len(forged))
        self.assertFalse(self.events("log-on"))
        self.assertTrue(self.audit.read_text().isascii())
        for line in self.daemon.log:
            self.assertFalse(line.startswith("{"), line)

    def test_no_password_is_in_the_audit_or_the_log(self):
        self.assert_answer(self.ask("victor", soap.request(soap.GET, soap.SERVICE)))
        self.assert_answer(self.destroy("olga", "leaf"))
        self.daemon.post("", user="victor", password="wr0ng-passw0rd")
        self.daemon.post("", headers={"Authorization": "Basic not-base64-s3cret"})
        self.daemon.post("", headers={"Authorization": "Bearer t0ken-s3cret"})
        self.wait_for_event(lambda event: event["event"] == "log-on-refused" and event.get("user") == "victor")
        self.daemon.stop()
        written = self.audit.read_text() + self.daemon.log_text()
        for secret in (*USERS.values(), "wr0ng-passw0rd", "not-base64-s3cret", "t0ken-s3cret"):
            self.assertNotIn(secret, written)
        self.assertNotIn("$6$", written)

    def test_logrotate_may_rename_the_file(self):
        old = self.audit.rename(self.audit.with_suffix(".1"))
        self.reload(lambda text: text + "\n# read again\n")
        self.assert_answer(self.ask("victor", soap.request(soap.GET, soap.SERVICE)))
        self.assertEqual([event["user"] for event in self.events("log-on")], ["victor"])
        self.assertIn("service-started", old.read_text())
        self.assertEqual(self.audit.stat().st_mode & 0o777, 0o600)


class JobsOfAUser(GatedCase):
    @classmethod
    def setUpClass(cls):
        cls.gate = Gate()
        cls.addClassCleanup(cls.gate.close)
        cls.daemon_options = {"path_first": cls.gate.folder, "users": USERS, "jobs": "max_unfinished_per_user = 1"}
        super(GatedCase, cls).setUpClass()

    def destroy(self, user, name):
        request = soap.destroy_snapshot(soap.settings_epr(self.machine.instance_id(name)))
        return self.daemon.post(request, user=user, password=USERS[user])

    def test_one_user_s_jobs_leave_room_for_others(self):
        held = self.hold(lambda: self.destroy("olga", "leaf"))
        self.assertEqual(held.return_value, 4096)
        self.assert_fault(self.destroy("olga", "right"), "wsman:QuotaLimit")
        self.assertEqual(self.destroy("ada", "right").return_value, 4096)
        self.gate.let_on()


class WithoutRoles(WireCase):
    """What is so as long as nobody said anything about roles or the audit."""

    def test_whoever_logs_on_may_do_everything_and_the_log_says_so(self):
        self.daemon.wait_for_log("whoever logs on may do everything")
        self.daemon.destroy(self.machine.instance_id("leaf"))

    def test_the_audit_is_among_the_lines_of_the_log(self):
        self.daemon.destroy(self.machine.instance_id("right"))
        line = self.daemon.wait_for_log('audit: {"time":')
        self.assertEqual(json.loads(line[line.index("{"):])["event"], "service-started")
        line = self.daemon.wait_for_log('"method":"DestroySnapshot"')
        self.assertEqual(json.loads(line[line.index("{"):])["user"], "alice")

    def reload(self, text):
        seen = len(self.daemon.log)
        self.daemon.configuration.write_text(text)
        self.daemon.reload()
        self.daemon.wait_for_log("roles read again", seen=seen)

    def test_roles_may_come_with_a_reload(self):
        text = self.daemon.configuration.read_text()
        self.addCleanup(self.reload, text)
        self.reload(text + '\n[authorization]\nroles.viewer = ["*"]\n')
        answer = self.daemon.post(soap.destroy_snapshot(soap.settings_epr(self.machine.instance_id("root"))))
        self.assert_fault(answer, "wsman:AccessDenied")
