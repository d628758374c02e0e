"""Logging on otherwise than by Basic: NTLM and Kerberos, sealed over plain HTTP and bound to the channel by TLS, and certificates."""

import pathlib
import socket
import ssl
import tempfile
import threading

from client.program import ClientCase
from realm import Realm
from wire.daemon import PASSWORD, Daemon, certificate


class RealmDaemon(Daemon):
    """Takes the users of a realm."""

    def __init__(self, realm, *arguments, channel_binding="relaxed", **options):
        self._realm = realm
        super().__init__(*arguments, auth="\n".join([
            f'negotiate.keytab = "{realm.keytab}"', f'negotiate.ntlm_users = "{realm.ntlm_users}"',
            'negotiate.ntlm_host = "localhost"', f'negotiate.replay_cache = "{realm.folder / "replays"}"',
            f'channel_binding = "{channel_binding}"']), **options)

    def environment(self):
        return {**super().environment(), "KRB5_CONFIG": str(self._realm.krb5_conf)}


class Wire:
    """Stands between client and endpoint, and keeps what goes through."""

    def __init__(self, port):
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.seen = b""
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self._listener.close()

    def _serve(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._join, args=(client,), daemon=True).start()

    def _join(self, client):
        with client, socket.create_connection(("127.0.0.1", self._port)) as server:
            back = threading.Thread(target=self._pass, args=(server, client), daemon=True)
            back.start()
            self._pass(client, server)
            back.join()

    def _pass(self, one, other):
        try:
            while data := one.recv(65536):
                self.seen += data
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class LogOn(ClientCase):
    """Over plain HTTP."""

    @classmethod
    def setUpClass(cls):
        cls.realm = Realm()
        cls.addClassCleanup(cls.realm.close)

    def make_daemon(self):
        return RealmDaemon(self.realm, self.store, allow_unencrypted=False,
                           listeners=['[[listener]]\nurl = "http://127.0.0.1:0/wsman"'])

    def environment(self, **changes):
        """alice by Kerberos, with a ticket; nobody's password."""
        environment = {"TINTYPE_USER": None, "TINTYPE_PASSWORD": None, "KRB5_CONFIG": str(self.realm.krb5_conf),
                       "KRB5CCNAME": f"FILE:{self.ticket}"}
        return super().environment(**{**environment, **changes})

    def setUp(self):
        super().setUp()
        self.ticket = self.realm.ticket("alice")
        port = self.daemon.urls[0].split(":")[2].split("/")[0]
        self.url = f"http://localhost:{port}/wsman"
        self.port = int(port)

    def run_at(self, *arguments, **environment):
        return self.run_client(*arguments, TINTYPE_URL=self.url, **environment)

    def test_a_ticket_logs_on_and_a_snapshot_is_destroyed(self):
        for way in ("kerberos", "negotiate"):
            self.assertIn("Build server", self.run_at("vms", "--auth", way))
        self.run_at("destroy", "Build server/leaf", "--auth", "kerberos")
        self.assertNotIn("leaf", self.run_at("tree", "Build server", "--auth", "kerberos"))

    def test_a_password_logs_on_by_ntlm_and_a_snapshot_is_destroyed(self):
        ntlm = {"TINTYPE_PASSWORD": PASSWORD, "TINTYPE_AUTH": "negotiate", "KRB5CCNAME": None}
        for user in ("TINTYPE\\alice", "alice"):
            self.assertIn("Build server", self.run_at("vms", TINTYPE_USER=user, **ntlm))
        self.run_at("destroy", "Build server/leaf", TINTYPE_USER="alice", **ntlm)
        self.assertNotIn("leaf", self.run_at("tree", "Build server", TINTYPE_USER="alice", **ntlm))

    def test_a_password_of_a_user_with_a_realm_logs_on_by_kerberos(self):
        user = {"TINTYPE_USER": "alice@TINTYPE.TEST", "TINTYPE_PASSWORD": PASSWORD, "KRB5CCNAME": None}
        for way in ("kerberos", "negotiate"):
            self.run_at("vms", TINTYPE_AUTH=way, **user)
        self.run_at("vms", status=4, TINTYPE_AUTH="kerberos", **{**user, "TINTYPE_PASSWORD": "wrong"})

    def test_nothing_of_a_message_is_readable_on_the_wire(self):
        wire = Wire(self.port)
        self.addCleanup(wire.close)
        url = f"http://localhost:{wire.port}/wsman"
        for way in ({"TINTYPE_AUTH": "kerberos"},
                    {"TINTYPE_AUTH": "negotiate", "TINTYPE_USER": "alice", "TINTYPE_PASSWORD": PASSWORD}):
            wire.seen = b""
            self.assertIn("Build server", self.run_client("vms", TINTYPE_URL=url, **way))
            self.run_client("destroy", "Build server/none", status=3, TINTYPE_URL=url, **way)
            self.assertIn(b"multipart/encrypted", wire.seen)
            for word in (b"Envelope", b"Build server", b"Msvm_", PASSWORD.encode()):
                self.assertNotIn(word, wire.seen)

    def test_a_wrong_password_is_access_denied(self):
        told = self.run_at("vms", status=4, TINTYPE_USER="TINTYPE\\alice", TINTYPE_PASSWORD="wrong", TINTYPE_AUTH="negotiate")
        self.assertIn("doesn't take this log-on", told)
        self.assertNotIn("wrong", told)

    def test_a_stale_ticket_or_none_is_access_denied(self):
        stale = self.realm.stale_ticket("alice", "HTTP/localhost")
        self.run_at("vms", "--auth", "kerberos", status=4, KRB5CCNAME=f"FILE:{stale}")
        self.run_at("vms", "--auth", "kerberos", status=4, KRB5CCNAME="FILE:/nonexistent")

    def test_an_endpoint_that_answers_in_the_clear_is_not_believed(self):
        """Somebody in the middle who has no key can't make up an answer."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def answer_everything():
            client, _ = listener.accept()
            with client:
                while client.recv(65536):
                    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

        threading.Thread(target=answer_everything, daemon=True).start()
        told = self.run_client("vms", "--auth", "kerberos", status=5,
                               TINTYPE_URL=f"http://localhost:{listener.getsockname()[1]}/wsman")
        self.assertIn("does not prove", told)

    def test_basic_would_show_the_password_to_another_machine(self):
        told = self.run_client("vms", "--url", "http://host.invalid/wsman", "--auth", "basic", status=2,
                               TINTYPE_USER="alice", TINTYPE_PASSWORD=PASSWORD)
        self.assertIn("--auth negotiate", told)

    def test_a_profile_says_how_to_log_on(self):
        self.write("password", PASSWORD)
        self.configuration.write_text(f'[profile.lab]\nurl = "{self.url}"\nauth = "negotiate"\nuser = "TINTYPE\\\\alice"\n'
                                      'password_file = "~/password"\n[profile.odd]\nauth = "digest"\nurl = "https://x"\n')
        self.run_client("vms", "--profile", "lab")
        self.assertIn("basic, negotiate, kerberos or certificate", self.run_client("vms", "--profile", "odd", status=2))


class Tls(ClientCase):
    """A log-on inside TLS says which channel it is for."""

    @classmethod
    def setUpClass(cls):
        cls.realm = Realm()
        cls.addClassCleanup(cls.realm.close)

    def make_daemon(self):
        folder = tempfile.TemporaryDirectory(prefix="tintype-tls-")
        self.addCleanup(folder.cleanup)
        key, self.certificate = certificate(pathlib.Path(folder.name))
        return RealmDaemon(self.realm, self.store, allow_unencrypted=False, channel_binding="strict", listeners=[
            f'[[listener]]\nurl = "https://127.0.0.1:0/wsman"\ncertificate = "{self.certificate}"\nkey = "{key}"'])

    def test_the_strictest_endpoint_takes_it(self):
        url = f"https://localhost:{self.daemon.urls[0].split(':')[2]}"
        common = {"TINTYPE_URL": url, "TINTYPE_CA": str(self.certificate), "KRB5_CONFIG": str(self.realm.krb5_conf)}
        ticket = f"FILE:{self.realm.ticket('alice')}"
        for way in ("kerberos", "negotiate"):
            self.run_client("vms", "--auth", way, TINTYPE_USER=None, TINTYPE_PASSWORD=None,
                            KRB5CCNAME=ticket, **common)
        self.run_client("vms", "--auth", "negotiate", TINTYPE_USER="TINTYPE\\alice", **common)
        self.run_client("vms", "--auth", "negotiate", status=4, TINTYPE_USER="TINTYPE\\alice",
                        TINTYPE_PASSWORD="wrong", **common)


class Certificate(ClientCase):
    """What the client shows, against a TLS server that asks for it."""

    def test_a_certificate_is_shown_by_tls_and_named_in_the_request(self):
        folder = self.daemon.folder / "tls"
        folder.mkdir()
        key, shown = certificate(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(shown, key)
        context.load_verify_locations(shown)
        context.verify_mode = ssl.CERT_REQUIRED
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        seen = []

        def serve():
            client, _ = listener.accept()
            with context.wrap_socket(client, server_side=True) as secure:
                seen.append(secure.getpeercert()["subject"])
                seen.append(secure.recv(65536))
                secure.sendall(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")

        server = threading.Thread(target=serve, daemon=True)
        server.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/wsman"
        self.run_client("vms", "--url", url, "--insecure", "--cert", str(shown), "--key", str(key), status=4,
                        TINTYPE_USER=None)
        server.join(60)
        self.assertEqual(len(seen), 2)
        self.assertIn(b"Authorization: http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual\r\n", seen[1])

    def test_a_key_that_others_may_read_is_refused(self):
        folder = self.daemon.folder / "tls"
        folder.mkdir()
        key, shown = certificate(folder)
        key.chmod(0o644)
        told = self.run_client("vms", "--url", "https://127.0.0.1:1", "--cert", str(shown), "--key", str(key), status=2)
        self.assertIn("may be read by others", told)

    def test_a_certificate_asks_for_https_and_for_a_file(self):
        told = self.run_client("vms", "--auth", "certificate", "--cert", "/x", status=2)
        self.assertIn("https only", told)
        self.assertIn("--cert", self.run_client("vms", "--auth", "certificate", "--url", "https://x", status=2))
