"""What tests of hostile peers stand on: a daemon that speaks HTTP and TLS, and good clients of both beside each attack."""

import os
import pathlib
import resource
import shutil
import sys
import tempfile
import unittest
from unittest import mock

from wire import soap
from wire.attacks import allow_many_files
from wire.daemon import Daemon, certificate
from wire.good_clients import GoodClients

LONG = os.environ.get("TINTYPE_LONG") == "1"


class HostileCase(unittest.TestCase):
    """One daemon a class, which has to end cleanly: under the sanitizers that says that nothing leaked. `limits` are lines
    of that table of the configuration."""

    limits = ""

    @classmethod
    def setUpClass(cls):
        allow_many_files()
        folder = pathlib.Path(tempfile.mkdtemp(prefix="tintype-hostile-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        key, cls.cert = certificate(folder)
        cls.daemon = Daemon(listeners=[
            '[[listener]]\nurl = "http://127.0.0.1:0/wsman"',
            f'[[listener]]\nurl = "https://127.0.0.1:0/wsman"\ncertificate = "{cls.cert}"\nkey = "{key}"'],
            more=f"[limits]\n{cls.limits}\n")
        cls.addClassCleanup(cls.daemon.close)
        # What the sanitizer holds back of freed memory would look as if the daemon had grown.
        options = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1:thread_local_quarantine_size_kb=64"
        with mock.patch.dict(os.environ, {"ASAN_OPTIONS": options}):
            cls.daemon.start("--jobs.store=memory")
        cls.http, cls.https = map(address_of, cls.daemon.urls)
        assert cls.daemon.post(soap.IDENTIFY).status == 200  # all of its threads are there

    def good_clients(self, **keywords):
        return GoodClients(self.daemon, self.cert, **keywords)


def as_many_as(count):
    """So many connections at the same time, or as many as this process may have descriptors for, which is then said."""
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 300
    if allowed < count:
        print(f"{allowed} connections instead of {count}: the limit of open files is too low", file=sys.stderr)
    return min(count, allowed)


def address_of(url):
    host, _, port = url.split("/")[2].rpartition(":")
    return host, int(port)
