"""Names, passwords and Authorization fields that are almost right, or nothing like it; and none at all."""

import base64
import unittest

from hostile.case import LONG, HostileCase
from hostile.peers import answers_to, statuses
from wire import soap
from wire.attacks import message
from wire.daemon import PASSWORD, USER, basic


def credentials(data):
    return "Basic " + base64.b64encode(data).decode()


class LogOns(HostileCase):
    """The password is the right one wherever a name is wrong."""

    limits = 'log_on_delay = "0ms"\nmax_header_size = "256KiB"\n'

    def assert_each(self, fields, status, again=5):
        """`fields`: values of Authorization, or lists of them for several fields; None: none."""
        requests = []
        for field in fields:
            several = field if isinstance(field, list) else [field]
            more = "\n".join(["Connection: close", *(f"Authorization: {each}" for each in several if each is not None)])
            requests.append(message(soap.invoke("StartService"), authorization=None, more=more))
        with self.good_clients():
            for field, answer in zip(fields * again, answers_to(self.http, requests * again)):
                with self.subTest(str(field)[:80]):
                    self.assertEqual(statuses(answer), [status])
                    self.assertNotIn(b"ReturnValue", answer)
                    self.assertEqual(answer.partition(b"\r\n\r\n")[2], b"")

    def test_names_that_are_almost_one(self):
        names = (b"", b"a", b"alic", b"alicee", b"alice ", b" alice", b"Alice", b"ALICE", b"alice\0", b"\0alice",
                 b"alice\0root", b"alice\n",
                 b"alice\r\nbob", b"al\xffce", b"alic\xc3\xa9", b"\xc0\xaflice", b"alice\xef\xbb\xbf", b"\xef\xbb\xbfalice",
                 b"a/alice", b"alice@", b"\\alice",
                 b"alice*", b"*", b"%", b"../alice", b"alice:" + PASSWORD.encode(), b":alice", b"root", b"$6$",
                 b"\xf0\x9f\x94\x91" * 100)
        self.assert_each([credentials(name + b":" + PASSWORD.encode()) for name in names], 401)

    def test_names_and_passwords_of_100_kb(self):
        long = b"x" * 100_000
        self.assert_each([credentials(data) for data in (
            long + b":" + PASSWORD.encode(), USER.encode() + b":" + long, USER.encode() + long + b":" + PASSWORD.encode(),
            USER.encode() + b":" + PASSWORD.encode() + long, long, b":" + long, long + b":", b":" * 100_000, b"\0" * 100_000)],
                         401)

    def test_passwords_that_are_almost_one(self):
        right = PASSWORD.encode()
        self.assert_each([credentials(USER.encode() + b":" + password) for password in (
            b"", right[:-1], right + b"x", right + b"\0", b"\0" + right, right + b"\n", right.lower(), right.upper(),
            b":" + right, right + b":",
            b"*", b"!", b"x", right * 100)], 401)

    def test_authorization_that_is_none(self):
        good = basic().split()[1]
        self.assert_each([None, "", " ", "Basic", "Basic ", "Basic\t", "Basic =", "Basic ====", "Basic !!!", f"Basic={good}",
                          f"Basic:{good}", f"Basic{good}", good,
                          f"Basic {good[:-1]}", f"Basic {good}=", f"Basic {good} {good}", f"Basic {good}, Basic {good}",
                          f"Basic \"{good}\"", f"Basic {good.lower()}",
                          f"Basic {good[:4]} {good[4:]}", credentials(USER.encode()), credentials(b""),
                          credentials(b"\xff" * 100), "Bearer " + good,
                          "Digest username=\"alice\"", "Negotiate", "Negotiate " + good, "Negotiate !!", "NTLM " + good,
                          "Kerberos " + good, "AWS4 " + good,
                          f"realm=\"{good}\"", "Basic " + "A" * 100_000, "A" * 100_000, "\x80\xff"], 401)

    def test_several_authorization_fields(self):
        wrong = basic(USER, "wrong")
        self.assert_each([[basic(), basic()], [basic(), wrong], [wrong, basic()], ["", basic()], [basic(), ""],
                          [basic(), "Negotiate"], [basic()] * 100,
                          [wrong] * 1_000], 400)

    def test_no_log_on_at_all_whatever_is_asked(self):
        bodies = [soap.IDENTIFY, soap.request(soap.GET, soap.SERVICE), soap.invoke("StartService"),
                  soap.request(soap.ENUMERATE, soap.JOB, soap.enumerate_body(10)),
                  "", "<", "<!DOCTYPE x>", "x" * 500_000]
        with self.good_clients():
            requests = [message(body or " ", authorization=None, more="Connection: close") for body in bodies]
            for body, answer in zip(bodies * 50, answers_to(self.http, requests * 50)):
                with self.subTest(body=body[-60:]):
                    self.assertEqual(statuses(answer), [401])
                    self.assertEqual(answer.partition(b"\r\n\r\n")[2], b"")

    def test_guesses_by_the_thousand_do_not_keep_others_waiting(self):
        """Each costs a password hash, in a queue of their own; who finds that full is told to come back."""
        guesses = [message(authorization=basic(f"user{number}", "wrong"), more="Connection: close")
                   for number in range(5_000 if LONG else 2_000)]
        with self.good_clients():
            answered = [statuses(answer) for answer in answers_to(self.http, guesses)]
        self.assertLessEqual({tuple(each) for each in answered}, {(401,), (503,)})


if __name__ == "__main__":
    unittest.main()
