"""Real log-ons over plain HTTP, with a real KDC: messages are sealed, and whatever is not as it should be is refused."""

import base64
import http.client
import subprocess

from negotiate import client
from negotiate.case import NegotiateCase
from negotiate.client import Client
from realm import FOREIGN_SERVICE
from wire import soap

IDENTIFY = soap.envelope("", "<i:Identify xmlns:i='http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd'/>")


class LogOn(NegotiateCase):
    snapshots = ("by SPNEGO with Kerberos", "by raw Kerberos", "by Kerberos's own name", "by SPNEGO with NTLM",
                 "by raw NTLM", "stays")

    def contexts(self):
        """Name of a snapshot, whether Kerberos's header comes with the ciphertext, scheme, security context."""
        ticket = self.realm.ticket("alice")
        login = self.realm.ntlm_login("alice")
        yield "by SPNEGO with Kerberos", True, "Negotiate", client.kerberos(ticket)
        yield "by raw Kerberos", True, "Negotiate", client.kerberos(ticket, mech=client.KERBEROS)
        yield "by Kerberos's own name", True, "Kerberos", client.kerberos(ticket, mech=client.KERBEROS)
        yield "by SPNEGO with NTLM", False, "Negotiate", client.ntlm(login)
        yield "by raw NTLM", False, "Negotiate", client.ntlm(login, mech=client.NTLM)

    def test_each_way_to_log_on_destroys_a_snapshot_and_reads_the_job_in_sealed_messages(self):
        for name, by_iov, scheme, context in self.contexts():
            with self.subTest(name), Client(self.daemon) as alice:
                self.assertEqual(alice.log_on(context, scheme, by_iov), 200)
                self.destroys(alice.ask, name)
                fault = alice.ask(soap.request(soap.GET, soap.JOB, selectors={"Colour": "green"}))
                self.assertEqual(fault.fault.details, ["UnexpectedSelectors"])
        self.assertTrue(self.is_there("stays"))

    def test_the_answer_to_utf_16_is_utf_16(self):
        with Client(self.daemon) as alice:
            alice.log_on(client.kerberos(self.realm.ticket("alice")))
            message = "\ufeff" + soap.request(soap.GET, soap.JOB, selectors={"InstanceID": "none"})
            status, fields, body = alice.send_frame(alice.frame(message.encode("utf-16-le"), charset="UTF-16"))
            clear, kind = alice.open(fields, body)
            self.assertEqual(status, 500)
            self.assertIn("UTF-16", kind)
            self.assertIn("Envelope", clear.decode("utf-16"))

    def test_a_sealed_message_may_come_with_the_last_token(self):
        with Client(self.daemon) as alice:
            context = client.ntlm(self.realm.ntlm_login("alice"), mech=client.NTLM)
            alice.context, alice.splits_by_iov = context, False
            first = base64.b64encode(context.step()).decode()
            status, fields, _ = alice.exchange(b"anything", Authorization=f"Negotiate {first}")
            self.assertEqual(status, 401)
            last = base64.b64encode(context.step(base64.b64decode(fields["WWW-Authenticate"].split()[1]))).decode()
            status, fields, body = alice.send_frame(alice.frame(IDENTIFY.encode()), Authorization=f"Negotiate {last}")
            self.assertEqual(status, 200)
            self.assertIn(b"IdentifyResponse", alice.open(fields, body)[0])

    def test_a_message_in_the_clear_with_the_last_token_is_dropped_and_the_log_on_holds(self):
        with Client(self.daemon) as alice:
            context = client.kerberos(self.realm.ticket("alice"))
            alice.context, alice.splits_by_iov = context, True
            token = base64.b64encode(context.step()).decode()
            message = soap.destroy_snapshot(soap.settings_epr(self.machine.instance_id("stays")))
            status, fields, body = alice.exchange(message.encode(), Authorization=f"Negotiate {token}",
                                                  Content_Type="application/soap+xml")
            self.assertEqual((status, body), (200, b""))
            context.step(base64.b64decode(fields["WWW-Authenticate"].split()[1]))
            self.assertIsNone(alice.ask(IDENTIFY).fault)
        self.assertTrue(self.is_there("stays"))

    def test_omigod_a_request_without_authorization_runs_nothing(self):
        message = soap.destroy_snapshot(soap.settings_epr(self.machine.instance_id("stays")))
        answer = self.daemon.post(message, user=None)
        self.assertEqual((answer.status, answer.body), (401, b""))
        with Client(self.daemon) as nobody:
            status, _, body = nobody.send_frame(nobody.frame(message.encode(), sealed=(b"x" * 16, message.encode())))
            self.assertEqual((status, body), (401, b""))
        self.assertTrue(self.is_there("stays"))

    def test_clear_text_on_a_log_on_is_refused(self):
        with Client(self.daemon) as alice:
            alice.log_on(client.kerberos(self.realm.ticket("alice")))
            message = soap.destroy_snapshot(soap.settings_epr(self.machine.instance_id("stays")))
            status, _, body = alice.exchange(message.encode(), Content_Type="application/soap+xml;charset=UTF-8")
            self.assertEqual((status, body), (500, b""))
            self.assertIsNone(alice.ask(IDENTIFY).fault)
        self.assertTrue(self.is_there("stays"))

    def test_who_may_not_log_on_is_told_nothing(self):
        stale = self.realm.stale_ticket("alice", "HTTP/localhost")
        cases = {
            "wrong password": (client.ntlm(self.realm.ntlm_login("alice", "wrong")), False),
            "stale ticket": (client.kerberos(stale), True),
            "wrong service": (client.kerberos(self.realm.ticket("alice"), FOREIGN_SERVICE.replace("/", "@")), True),
        }
        for what, (context, by_iov) in cases.items():
            with self.subTest(what), Client(self.daemon) as somebody:
                self.assertEqual(somebody.log_on(context, by_iov=by_iov), 401)
                status, _, body = somebody.exchange(IDENTIFY.encode(), Content_Type="application/soap+xml")
                self.assertEqual((status, body), (401, b""))

    def test_a_token_that_was_used_is_refused(self):
        context = client.kerberos(self.realm.ticket("alice"))
        token = "Negotiate " + base64.b64encode(context.step()).decode()
        with Client(self.daemon) as alice, Client(self.daemon) as thief:
            self.assertEqual(alice.exchange(Authorization=token)[0], 200)
            self.assertEqual(thief.exchange(Authorization=token)[0], 401)
        self.logged("replay")

    def test_an_oversized_token_is_refused(self):
        with Client(self.daemon) as somebody:
            token = base64.b64encode(b"`" + bytes(20_000)).decode()
            self.assertEqual(somebody.exchange(Authorization=f"Negotiate {token}")[0], 431)
        for token in (b"`" + bytes(2_000), b"NTLMSSP\0\3" + b"\xff" * 200, b"\xa1\x84\xff\xff\xff\xff", b"\0"):
            with Client(self.daemon) as somebody:
                status = somebody.exchange(Authorization=f"Negotiate {base64.b64encode(token).decode()}")[0]
                self.assertEqual(status, 401, token[:20])

    def test_authentication_state_is_not_kept_across_a_reused_connection_for_another_user(self):
        with Client(self.daemon) as one:
            one.log_on(client.kerberos(self.realm.ticket("alice")))
            self.assertIsNone(one.ask(IDENTIFY).fault)
            alices = one.context
            self.assertEqual(one.log_on(client.ntlm(self.realm.ntlm_login("bob")), by_iov=False), 200)
            seen = len(self.daemon.log)
            self.assertIsNone(one.ask(IDENTIFY).fault)
            self.daemon.wait_for_log(r"TINTYPE\x5cbob: ", seen=seen)
            # What alice's context has sealed is nobody's message now.
            one.context, one.splits_by_iov = alices, True
            self.assertEqual(one.send_frame(one.frame(IDENTIFY.encode()))[0], 400)
        with Client(self.daemon) as one:
            one.log_on(client.kerberos(self.realm.ticket("alice")))
            self.assertEqual(one.log_on(client.ntlm(self.realm.ntlm_login("bob", "wrong")), by_iov=False), 401)
            one.context, one.splits_by_iov = alices, True
            self.assertEqual(one.send_frame(one.frame(b"x", sealed=(b"y" * 60, b"z")))[0], 401)

    def test_sighup_reads_the_keys_again_and_drops_no_connection(self):
        with Client(self.daemon) as alice:
            alice.log_on(client.ntlm(self.realm.ntlm_login("alice")), by_iov=False)
            seen = len(self.daemon.log)
            self.daemon.reload()
            self.daemon.wait_for_log("keytab and NTLM users read again", seen=seen)
            self.assertIsNone(alice.ask(IDENTIFY).fault)


    def test_check_config_finds_a_keytab_and_ntlm_users_that_are_no_good(self):
        open_to_all = self.folder / "open.keytab"
        open_to_all.write_bytes(self.realm.keytab.read_bytes())
        open_to_all.chmod(0o644)
        check = self.daemon.command("--config", str(self.daemon.configuration), "--check-config")
        self.assertEqual(subprocess.run(check, capture_output=True, timeout=60, check=False).returncode, 0)
        for flag, path in (("keytab", open_to_all), ("keytab", self.folder / "missing"),
                           ("ntlm_users", self.folder / "missing")):
            with self.subTest(flag=flag, path=path.name):
                done = subprocess.run([*check, f"--auth.negotiate.{flag}={path}"], capture_output=True, text=True,
                                      timeout=60, check=False)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(str(path), done.stdout + done.stderr)


class Hostile(NegotiateCase):
    """Frames that were touched on their way: nothing of them is run, and the log-on and its connection end."""

    snapshots = ("stays",)

    def logged_on(self):
        for by_iov, make in ((True, lambda: client.kerberos(self.realm.ticket("alice"))),
                             (False, lambda: client.ntlm(self.realm.ntlm_login("alice")))):
            with self.subTest(kerberos=by_iov), Client(self.daemon) as alice:
                self.assertEqual(alice.log_on(make(), by_iov=by_iov), 200)
                yield alice

    def assert_refused(self, alice, frame):
        seen = len(self.daemon.log)
        status, fields, body = alice.send_frame(frame)
        self.assertEqual((status, body, fields["Connection"]), (400, b"", "close"))
        self.daemon.wait_for_log("a sealed message was refused", seen=seen)
        self.assertTrue(self.is_there("stays"))

    def message(self):
        return soap.destroy_snapshot(soap.settings_epr(self.machine.instance_id("stays"))).encode()

    def test_tampered_ciphertext(self):
        for alice in self.logged_on():
            frame = bytearray(alice.frame(self.message()))
            frame[-60] ^= 1
            self.assert_refused(alice, bytes(frame))

    def test_replayed_frame(self):
        for alice in self.logged_on():
            frame = alice.frame(IDENTIFY.encode())
            self.assertEqual(alice.send_frame(frame)[0], 200)
            self.assert_refused(alice, frame)

    def test_a_frame_of_another_connection(self):
        for alice in self.logged_on():
            with Client(self.daemon) as other:
                other.log_on(client.kerberos(self.realm.ticket("alice")))
                self.assert_refused(alice, other.frame(self.message()))

    def test_truncated_frame(self):
        for alice in self.logged_on():
            self.assert_refused(alice, alice.frame(self.message())[:-40])

    def test_wrong_length(self):
        for change in (-1, 1):
            for alice in self.logged_on():
                self.assert_refused(alice, alice.frame(self.message(), length=len(self.message()) + change))

    def test_clear_text_that_calls_itself_sealed(self):
        for alice in self.logged_on():
            self.assert_refused(alice, alice.frame(self.message(), sealed=(b"x" * 16, self.message())))

    def test_the_connection_is_closed(self):
        for alice in self.logged_on():
            self.assert_refused(alice, b"nothing")
            with self.assertRaises((http.client.HTTPException, OSError)):
                alice.http.auto_open = 0
                alice.send_frame(alice.frame(self.message()))
