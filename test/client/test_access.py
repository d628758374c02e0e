"""Reaching an endpoint: profiles, passwords, certificates, and what is refused before anything is sent."""

from client.program import ClientCase
from wire.daemon import PASSWORD, USER, Daemon, certificate


class Access(ClientCase):
    def test_a_wrong_password_or_user_is_access_denied(self):
        for wrong in ({"TINTYPE_PASSWORD": "wrong"}, {"TINTYPE_USER": "bob"}, {"TINTYPE_USER": None}):
            with self.subTest(wrong):
                self.assertNotIn("wrong", self.run_client("vms", status=4, **wrong))

    def test_where_nobody_answers_it_is_unreachable(self):
        self.daemon.stop()
        self.assertIn("Nobody answers", self.run_client("vms", status=5))
        self.run_client("vms", "--url", "https://host.invalid", status=5)

    def test_the_password_stands_in_a_file_that_only_its_owner_may_read(self):
        name = self.write("password", PASSWORD + "\n")
        self.run_client("vms", "--password-file", name, TINTYPE_PASSWORD=None)
        for mode in (0o640, 0o604):
            self.write("password", PASSWORD, mode)
            self.assertIn("may be read by others", self.run_client("vms", "--password-file", name, status=2))
        self.run_client("vms", "--password-file", self.write("empty", ""), status=2)
        self.run_client("vms", "--password-file", "/nonexistent", status=2)

    def test_the_password_is_asked_for_at_a_terminal_without_echo(self):
        terminal = self.at_terminal("vms", TINTYPE_PASSWORD=None)
        terminal.wait_for(f"Password of {USER} for {self.daemon.urls[0]}: ")
        terminal.wait_until_silent()
        terminal.type(PASSWORD + "\n")
        self.assertEqual(terminal.wait(), 0)
        self.assertIn("Build server", terminal.text)
        self.assertNotIn(PASSWORD, terminal.text)

    def test_without_a_terminal_there_is_nobody_to_ask(self):
        self.assertIn("--password-file", self.run_client("vms", status=2, TINTYPE_PASSWORD=None))

    def test_a_password_is_not_sent_in_the_clear_to_another_machine(self):
        told = self.run_client("vms", "--url", "http://host.invalid/wsman", "--auth", "basic", status=2)
        self.assertIn("--allow-plain-http", told)
        self.run_client("vms", "--url", "http://host.invalid/wsman", "--allow-plain-http", status=5)

    def test_a_password_in_the_url_is_refused(self):
        self.assertNotIn("secret", self.run_client("vms", "--url", "https://alice:secret@127.0.0.1", status=2))

    def test_a_profile_says_where_and_who(self):
        self.write("password", PASSWORD)
        self.configuration.write_text(f'default_profile = "lab"\n[profile.lab]\nurl = "{self.daemon.urls[0]}"\n'
                                      f'user = "{USER}"\npassword_file = "~/password"\n'
                                      '[profile.gone]\nurl = "http://127.0.0.1:1/wsman"\n')
        alone = {"TINTYPE_URL": None, "TINTYPE_USER": None, "TINTYPE_PASSWORD": None}
        self.run_client("vms", **alone)
        self.run_client("vms", "--profile", "lab", **alone)
        self.run_client("--profile", "gone", "vms", status=5)
        self.assertIn("[profile.none]", self.run_client("vms", "--profile", "none", status=2, **alone))

    def test_a_mistake_in_the_configuration_is_named_with_its_place(self):
        for text, place in (("[profile.lab]\ncolour = 1\n", ":2:"), ("x = [\n", ":"), ("[profiles]\n", ":1:"),
                            ("[profile.lab]\ninsecure = \"no\"\n", ":2:")):
            with self.subTest(text):
                self.configuration.write_text(text)
                self.assertIn(f"client.toml{place}", self.run_client("vms", "--profile", "lab", status=2))

    def test_without_an_endpoint_it_asks_for_one(self):
        self.assertIn("--url", self.run_client("vms", status=2, TINTYPE_URL=None))


class Tls(ClientCase):
    def setUp(self):
        super().setUp()
        key, self.certificate = certificate(self.daemon.folder)
        self.secure = Daemon(self.store, allow_unencrypted=False, listeners=[
            f'[[listener]]\nurl = "https://127.0.0.1:0/wsman"\ncertificate = "{self.certificate}"\nkey = "{key}"'])
        self.addCleanup(self.secure.close)
        self.daemon.stop()
        self.secure.start()

    def test_a_certificate_is_checked(self):
        url = ("vms", "--url", self.secure.urls[0])
        self.assertIn("certificate", self.run_client(*url, status=5))
        self.run_client(*url, "--ca", str(self.certificate))
        self.run_client(*url, "--insecure")
        self.run_client(*url, "--ca", "/nonexistent", status=2)
