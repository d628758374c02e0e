"""tintyped as a process: how it starts, refuses to start, reloads, and stops (facts/faults.md, security.md)."""

import http.client
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import tempfile
import unittest
import unittest.mock
import warnings

from wire import soap
from wire.case import GatedCase
from wire.daemon import Daemon, basic, certificate, https_connection, tintyped, write_users
from wire.store import Store

GET_SERVICE = soap.request(soap.GET, soap.SERVICE)


def run(*arguments, configuration=None, stdin=""):
    with tempfile.TemporaryDirectory() as folder:
        if configuration is not None:
            path = pathlib.Path(folder, "tintyped.toml")
            path.write_text(configuration)
            arguments = ("--config", str(path), *arguments)
        return subprocess.run([tintyped(), *arguments], input=stdin, capture_output=True, text=True, timeout=60)


class Refusals(unittest.TestCase):
    """One clear line and a status that says what kind of thing is wrong; no half-started server."""

    def assert_refused(self, done, status, *words):
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(done.stdout, "")
        complaints = [line for line in done.stderr.splitlines() if " info: " not in line]
        self.assertEqual(len(complaints), 1, done.stderr)
        for word in words:
            self.assertIn(word.lower(), complaints[0].lower())

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.users = self.folder / "users"
        write_users(self.users, {"alice": "x"})
        self.memory = ["--backend.kind=memory", "--jobs.store=memory"]

    def test_an_unknown_key_is_named_with_line_and_column(self):
        done = run(configuration='[auth]\nallow_unencrypted = true\n  colour = "green"\n')
        self.assert_refused(done, 3, "colour", "3")
        self.assertRegex(done.stderr, r"3[:,]\D*3|line 3, column 3")

    def test_a_value_of_the_wrong_type_is_named(self):
        self.assert_refused(run(configuration='[auth]\nallow_unencrypted = "yes"\n'), 3, "allow_unencrypted", "2")

    def test_toml_that_does_not_parse_is_named_with_its_line(self):
        self.assert_refused(run(configuration="[auth\n"), 3, "1")

    def test_a_configuration_file_that_is_not_there(self):
        self.assert_refused(run("--config", str(self.folder / "none.toml")), 3, "none.toml")

    def test_an_unknown_flag(self):
        self.assert_refused(run("--colour=green"), 2, "colour")

    def test_a_store_that_is_not_there(self):
        self.assert_refused(run(f"--backend.store={self.folder}/none", "--jobs.store=memory",
                                "--listener.url=http://127.0.0.1:0/wsman"), 4, "none")

    def test_a_users_file_that_others_can_read(self):
        self.users.chmod(0o644)
        done = run(*self.memory, f"--auth.basic.users={self.users}", "--listener.url=http://127.0.0.1:0/wsman")
        self.assert_refused(done, 4, "users")

    def test_a_certificate_that_can_t_be_read(self):
        done = run(*self.memory, "--listener.url=https://127.0.0.1:0/wsman", f"--listener.certificate={self.folder}/c.pem",
                   f"--listener.key={self.folder}/k.pem")
        self.assert_refused(done, 4, "c.pem")

    def test_a_key_that_does_not_belong_to_the_certificate(self):
        _, cert = certificate(self.folder, "one")
        key, _ = certificate(self.folder, "two")
        done = run(*self.memory, "--listener.url=https://127.0.0.1:0/wsman", f"--listener.certificate={cert}",
                   f"--listener.key={key}")
        self.assert_refused(done, 4)

    def test_an_address_that_is_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            done = run(*self.memory, f"--listener.url=http://127.0.0.1:{port}/wsman")
            self.assert_refused(done, 4, str(port))

    def test_when_one_listener_can_t_be_bound_none_is_served(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            url_file = self.folder / "urls"
            done = run(*self.memory, "--listener.url=http://127.0.0.1:0/wsman", f"--url-file={url_file}",
                       f"--listener.url=http://127.0.0.1:{taken.getsockname()[1]}/wsman")
            self.assert_refused(done, 4)
            self.assertFalse(url_file.exists())

    def test_a_url_that_is_none(self):
        for url in ("127.0.0.1:5985", "ftp://127.0.0.1/wsman", "http://127.0.0.1:99999/wsman", "http://"):
            with self.subTest(url=url):
                done = run(*self.memory, f"--listener.url={url}")
                self.assertIn(done.returncode, (2, 3, 4), done.stderr)
                self.assertNotEqual(done.stderr, "")

    def test_a_store_that_another_process_serves(self):
        store = Store()
        self.addCleanup(store.remove)
        store.add_machine("one", [("a", None)])
        with Daemon(store):
            done = run(f"--backend.store={store.folder}", "--jobs.store=memory", "--listener.url=http://127.0.0.1:0/wsman")
            self.assert_refused(done, 4, str(store.folder))


class Configuration(unittest.TestCase):
    def test_what_is_printed_is_what_is_read(self):
        first = run("--print-config", "--backend.kind=memory", "--limits.max_page=77")
        self.assertEqual(first.returncode, 0, first.stderr)
        self.assertIn("77", first.stdout)
        self.assertEqual(run("--print-config", configuration=first.stdout).stdout, first.stdout)

    def test_a_flag_goes_before_the_file(self):
        printed = run("--print-config", "--log.level=debug", configuration='[log]\nlevel = "error"\n').stdout
        self.assertIn('"debug"', printed)

    def test_check_config_says_so_and_serves_nothing(self):
        done = run("--check-config", "--backend.kind=memory", "--jobs.store=memory")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(run("--check-config", configuration="[nonsense]\n").returncode, 3)

    def test_check_config_refuses_what_a_start_refuses_in_its_words(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "text").write_text("no database, by far")
            for wrong in ("--audit.sink=file:/nonexistent/a", "--run_as.user=nosuchuser", f"--jobs.store=sqlite:{folder}",
                          "--auth.basic.pam=nosuchservice", f"--jobs.store=sqlite:{folder}/text"):
                with self.subTest(wrong=wrong):
                    key = wrong.split("=")[0]
                    right = {"--backend.kind": "memory", "--jobs.store": "memory", "--listener.url": "http://127.0.0.1:0/wsman"}
                    arguments = [f"{name}={value}" for name, value in right.items() if name != key] + [wrong]
                    checked = run("--check-config", *arguments)
                    self.assertEqual(os.listdir(folder), ["text"])
                    if "built without" in checked.stderr:
                        continue
                    started = run(*arguments)
                    self.assertEqual((started.returncode, checked.returncode), (4, 4), checked.stderr)
                    words = [line for line in checked.stderr.splitlines() if "warning: " not in line]
                    self.assertEqual(len(words), 1, checked.stderr)
                    self.assertIn(words[0].removeprefix("tintyped: "), started.stderr)

    def test_help_and_version(self):
        self.assertIn("--config", run("--help").stdout)
        self.assertRegex(run("--version").stdout, r"^tintyped \d+\.\d+\.\d+")


class Users(unittest.TestCase):
    def test_a_user_that_was_added_can_log_on_once_the_daemon_reloads(self):
        with Daemon() as daemon:
            self.assertEqual(daemon.post(GET_SERVICE, user="bob", password="s3cret").status, 401)
            done = run("user", "add", "bob", "--file", str(daemon.users_file), stdin="s3cret\n")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(os.stat(daemon.users_file).st_mode & 0o777, 0o600)
            self.assertNotIn("s3cret", daemon.users_file.read_text())
            seen = len(daemon.log)
            daemon.reload()
            daemon.wait_for_log("users", seen=seen)
            self.assertEqual(daemon.post(GET_SERVICE, user="bob", password="s3cret").status, 200)
            self.assertEqual(daemon.post(GET_SERVICE).status, 200)

    def test_a_user_who_was_removed_is_out_after_a_reload_though_remembered(self):
        with Daemon(users={"alice": "Passw0rd!", "bob": "s3cret"}) as daemon:
            self.assertEqual(daemon.post(GET_SERVICE, user="bob", password="s3cret").status, 200)
            write_users(daemon.users_file, {"alice": "Passw0rd!"})
            seen = len(daemon.log)
            daemon.reload()
            daemon.wait_for_log("users", seen=seen)
            self.assertEqual(daemon.post(GET_SERVICE, user="bob", password="s3cret").status, 401)

    def test_a_users_file_that_got_broken_leaves_the_users_that_were(self):
        with Daemon() as daemon:
            daemon.users_file.write_text("no colon here\n")
            seen = len(daemon.log)
            daemon.reload()
            daemon.wait_for_log("users", seen=seen)
            self.assertEqual(daemon.post(GET_SERVICE).status, 200)

    def test_names_and_passwords_that_can_t_be(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, password in (("a:b", "x\n"), ("alice", "\n"), ("alice", ""), ("", "x\n"), ("a\nb", "x\n")):
                with self.subTest(name=name, password=password):
                    done = run("user", "add", name, "--file", f"{folder}/users", stdin=password)
                    self.assertNotEqual(done.returncode, 0)
                    self.assertFalse(os.path.exists(f"{folder}/users"))


class Tls(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.key, self.cert = certificate(self.folder)
        self.daemon = self.enterContext(Daemon(allow_unencrypted=False, listeners=[
            f'[[listener]]\nurl = "https://127.0.0.1:0/wsman"\ncertificate = "{self.cert}"\nkey = "{self.key}"']))

    def post(self, **keywords):
        connection = https_connection(self.daemon, self.cert, **keywords)
        self.addCleanup(connection.close)
        return self.daemon.post(GET_SERVICE, connection=connection)

    def test_passwords_are_taken_over_tls(self):
        self.assertEqual(self.post().status, 200)
        self.assertEqual(self.post(version=ssl.TLSVersion.TLSv1_2).status, 200)
        self.assertEqual(self.post(version=ssl.TLSVersion.TLSv1_3).status, 200)

    def test_tls_below_1_2_is_refused(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
        with socket.create_connection(self.daemon.address, timeout=30) as plain:
            with self.assertRaises((ssl.SSLError, ConnectionError)):
                context.wrap_socket(plain)

    def test_plain_http_on_the_tls_port_is_not_answered(self):
        try:
            answer = self.daemon.raw(b"POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", until_closed=True)
        except ConnectionError:
            answer = b""
        self.assertNotIn(b" 200 ", answer)
        self.assertEqual(self.post().status, 200)

    def test_a_new_certificate_is_taken_on_sighup_and_old_connections_go_on(self):
        old = https_connection(self.daemon, self.cert)
        self.addCleanup(old.close)
        self.assertEqual(self.daemon.post(GET_SERVICE, connection=old).status, 200)
        with tempfile.TemporaryDirectory() as other:
            key, cert = certificate(pathlib.Path(other))
            os.replace(key, self.key)
            os.replace(cert, self.cert)
        seen = len(self.daemon.log)
        self.daemon.reload()
        self.daemon.wait_for_log("certificate", seen=seen)
        self.assertEqual(self.post().status, 200)
        self.assertEqual(self.daemon.post(GET_SERVICE, connection=old).status, 200)

    def test_a_certificate_that_got_broken_leaves_the_one_that_was(self):
        kept = self.cert.read_bytes()
        self.cert.write_text("nothing\n")
        seen = len(self.daemon.log)
        self.daemon.reload()
        self.daemon.wait_for_log("certificate", seen=seen)
        self.cert.write_bytes(kept)
        self.assertEqual(self.post().status, 200)


class WhileAJobRuns(GatedCase):
    @classmethod
    def fill(cls, store):
        cls.machine = store.add_machine("One", [("worked on", None), ("waiting", None), ("kept", None)])
        cls.other = store.add_machine("Two", [("elsewhere", None)])
        cls.third = store.add_machine("Three", [("last", None), ("kept", None)])

    def test_the_snapshot_that_is_worked_on_is_in_an_invalid_state(self):
        job = self.hold_destroying(self.machine, "worked on")
        self.assertEqual(self.daemon.job(job)["JobState"], "4")
        answer = self.daemon.post(soap.destroy_snapshot(soap.settings_epr(self.machine.instance_id("worked on"))))
        self.assertEqual((answer.return_value, answer.job), (5, None), answer)
        # Meanwhile everything else is answered, another machine's jobs included; the same machine's wait.
        waiting = self.daemon.destroy(self.machine.instance_id("waiting"))
        elsewhere = self.daemon.destroy(self.other.instance_id("elsewhere"))
        self.assertEqual(self.daemon.wait_for_job(elsewhere)["JobState"], "7")
        self.assertIn(self.daemon.job(waiting)["JobState"], ("2", "3"))
        self.gate.let_on()
        for each in (job, waiting):
            self.assertEqual(self.daemon.wait_for_job(each)["JobState"], "7")
        self.assertEqual(self.machine.names_on(self.machine.disks[0]), ["kept"])

    def test_a_stop_lets_the_running_job_end(self):
        job = self.hold_destroying(self.third, "last")
        self.daemon.terminate()
        self.daemon.wait_for_log("stop")
        self.gate.let_on()
        self.assertEqual(self.daemon.wait(), 0, self.daemon.log_text())
        self.assertEqual(self.third.names_on(self.third.disks[0]), ["kept"])
        self.daemon.start()
        self.assertEqual(self.daemon.job(job)["JobState"], "7")
        self.assertEqual(self.third.damage(), [])


class Supervised(unittest.TestCase):
    """What systemd is told (sd_notify(3)), and what serves this and nothing else."""

    def setUp(self):
        done = run("--check-config", "--audit.sink=journal", "--backend.kind=memory", "--jobs.store=memory",
                   "--listener.url=http://127.0.0.1:0/wsman")
        if "built without systemd" in done.stderr:
            self.skipTest("this tintyped was built without systemd")

    def test_systemd_is_told_when_it_serves_and_when_it_stops(self):
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
            supervisor.bind(folder + "/notify")
            supervisor.settimeout(60)
            with unittest.mock.patch.dict(os.environ, NOTIFY_SOCKET=folder + "/notify"), Daemon() as daemon:
                self.assertEqual(supervisor.recv(100), b"READY=1")
                self.assertEqual(daemon.post(GET_SERVICE).status, 200)
                daemon.terminate()
                self.assertEqual(supervisor.recv(100), b"STOPPING=1")
                self.assertEqual(daemon.wait(), 0)

    def test_where_nobody_supervises_libsystemd_is_not_in_memory(self):
        program = pathlib.Path(tintyped()).resolve()
        if not any(program.parent.glob("../lib/**/tintype/systemd.so")):
            self.skipTest("this tintyped has its parts in one program")
        environment = {name: value for name, value in os.environ.items() if name != "NOTIFY_SOCKET"}
        with unittest.mock.patch.dict(os.environ, environment, clear=True), Daemon() as daemon:
            maps = pathlib.Path(f"/proc/{daemon.process.pid}/maps").read_text()
            self.assertIn("libcrypto", maps)
            self.assertNotIn("libsystemd", maps)


class Stop(unittest.TestCase):
    def test_a_stop_closes_idle_connections_and_ends_at_once(self):
        daemon = Daemon().start()
        self.addCleanup(daemon.close)
        idle = [socket.create_connection(daemon.address, timeout=30) for _ in range(5)]
        used = daemon.connection()
        self.assertEqual(daemon.post(GET_SERVICE, connection=used).status, 200)
        daemon.terminate()
        self.assertEqual(daemon.wait(timeout=15), 0, daemon.log_text())
        for connection in idle:
            connection.close()
        used.close()

    def test_sigint_stops_it_as_well(self):
        daemon = Daemon().start()
        self.addCleanup(daemon.close)
        daemon.process.send_signal(signal.SIGINT)
        self.assertEqual(daemon.wait(timeout=15), 0, daemon.log_text())
