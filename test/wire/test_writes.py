"""How answers leave: each in one write, at once."""

import http.client
import pathlib
import socket
import struct
import tempfile
import unittest

from wire import soap
from wire.daemon import SOAP_UTF8, Daemon, basic, certificate, https_connection

# Where struct tcp_info of <linux/tcp.h> has the number of segments with data that were received.
DATA_SEGMENTS = 152


def segments_received(connection):
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    return struct.unpack_from("I", info, DATA_SEGMENTS)[0]


class Writes(unittest.TestCase):
    """On loopback a write of up to 64 KiB is one segment, so the client sees how many there were."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        key, cls.certificate = certificate(pathlib.Path(folder.name))
        cls.plain = Daemon()
        cls.tls = Daemon(listeners=[
            f'[[listener]]\nurl = "https://127.0.0.1:0/wsman"\ncertificate = "{cls.certificate}"\nkey = "{key}"'])
        for daemon in (cls.plain, cls.tls):
            cls.addClassCleanup(daemon.close)
            daemon.start()

    def connections(self):
        yield "HTTP", http.client.HTTPConnection(*self.plain.address, timeout=60)
        yield "HTTPS", https_connection(self.tls, self.certificate)

    def ask(self, connection, body):
        connection.request("POST", "/wsman", body=body,
                           headers={"Content-Type": SOAP_UTF8, "Authorization": basic()})
        response = connection.getresponse()
        self.assertEqual((response.status, b"IdentifyResponse" in response.read()), (200, True))

    def test_an_answer_is_one_write(self):
        for transport, connection in self.connections():
            with self.subTest(transport):
                self.ask(connection, soap.IDENTIFY)  # with it come TLS' session tickets
                before = segments_received(connection.sock)
                for _ in range(20):
                    self.ask(connection, soap.IDENTIFY)
                self.assertEqual(segments_received(connection.sock) - before, 20)
                connection.close()
