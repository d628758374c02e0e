"""A client of our own that logs on by GSSAPI and seals its messages (MS-WSMV 2.2.9.1), so that a test can bend each of them."""

import base64
import http.client
import os
import re
import ssl
import struct

import gssapi
from gssapi.raw import ChannelBindings, IOV, IOVBufferType, set_neg_mechs, wrap_iov

from wire import soap

KERBEROS = gssapi.OID.from_int_seq("1.2.840.113554.1.2.2")
SPNEGO = gssapi.OID.from_int_seq("1.3.6.1.5.5.2")
NTLM = gssapi.OID.from_int_seq("1.3.6.1.4.1.311.2.2.10")
FLAGS = [gssapi.RequirementFlag.mutual_authentication, gssapi.RequirementFlag.confidentiality,
         gssapi.RequirementFlag.integrity, gssapi.RequirementFlag.replay_detection,
         gssapi.RequirementFlag.out_of_sequence_detection]
NEGOTIATE_PROTOCOL = "application/HTTP-SPNEGO-session-encrypted"
KERBEROS_PROTOCOL = "application/HTTP-Kerberos-session-encrypted"


def kerberos(ccache, service="HTTP@localhost", mech=SPNEGO, bindings=None):
    credentials = gssapi.Credentials(usage="initiate", store={"ccache": f"FILE:{ccache}"})
    name = gssapi.Name(service, gssapi.NameType.hostbased_service)
    return gssapi.SecurityContext(name=name, creds=credentials, mech=mech, flags=FLAGS, usage="initiate",
                                  channel_bindings=binding_of(bindings))


def ntlm(users_file, mech=SPNEGO, bindings=None):
    """\\param users_file with the one user that is to log on."""
    os.environ["NTLM_USER_FILE"] = str(users_file)
    line = users_file.read_text().strip().split(":")
    name = gssapi.Name(f"{line[0]}\\{line[1]}", gssapi.NameType.user)
    credentials = gssapi.Credentials(name=name, usage="initiate", mechs=[NTLM] if mech == NTLM else [SPNEGO, NTLM])
    if mech == SPNEGO:
        set_neg_mechs(credentials, [NTLM])
    return gssapi.SecurityContext(name=gssapi.Name("HTTP@localhost", gssapi.NameType.hostbased_service),
                                  creds=credentials, mech=mech, flags=FLAGS, usage="initiate",
                                  channel_bindings=binding_of(bindings))


def binding_of(end_point):
    return None if end_point is None else ChannelBindings(application_data=b"tls-server-end-point:" + end_point)


class Client:
    """One connection to a daemon and the log-on on it."""

    def __init__(self, daemon, cert=None):
        host, port = daemon.address
        if cert:
            self.http = http.client.HTTPSConnection(host, port, timeout=60,
                                                    context=ssl.create_default_context(cafile=str(cert)))
        else:
            self.http = http.client.HTTPConnection(host, port, timeout=60)
        self.context = None
        self.splits_by_iov = False
        self.protocol = NEGOTIATE_PROTOCOL

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.http.close()

    def exchange(self, body=b"", **headers):
        """One request; \\param headers their names with _ for -. Returns (status, header fields, body)."""
        self.http.request("POST", "/wsman", body, {name.replace("_", "-"): text for name, text in headers.items()})
        answer = self.http.getresponse()
        return answer.status, answer.headers, answer.read()

    # Logging on.

    def log_on(self, context, scheme="Negotiate", by_iov=True):
        """Sends tokens without a body until the server says yes or no; returns its status.
        \\param by_iov the mechanism is Kerberos, whose header is made with the ciphertext."""
        self.context, self.splits_by_iov = context, by_iov
        self.protocol = KERBEROS_PROTOCOL if scheme == "Kerberos" else NEGOTIATE_PROTOCOL
        token = context.step()
        while True:
            status, fields, body = self.exchange(Authorization=f"{scheme} {base64.b64encode(token).decode()}")
            assert body == b"", body
            ours = re.fullmatch(scheme + " (.+)", fields.get("WWW-Authenticate", ""))
            if not ours:
                return status
            token = context.step(base64.b64decode(ours.group(1)))
            if status == 200:
                assert context.complete and not token
                return status

    # Sealing.

    def seal(self, clear):
        if not self.splits_by_iov:
            message = self.context.wrap(clear, True).message
            return message[:16], message[16:]
        parts = IOV(IOVBufferType.header, clear, IOVBufferType.padding, std_layout=False)
        wrap_iov(self.context, parts, confidential=True)
        return parts[0].value, parts[1].value + (parts[2].value or b"")

    def frame(self, clear, length=None, charset="UTF-8", sealed=None):
        """A sealed message in the form that Windows writes."""
        header, data = sealed or self.seal(clear)
        return (f"--Encrypted Boundary\r\n\tContent-Type: {self.protocol}\r\n\tOriginalContent: "
                f"type=application/soap+xml;charset={charset};Length={len(clear) if length is None else length}\r\n"
                "--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n").encode() \
            + struct.pack("<I", len(header)) + header + data + b"--Encrypted Boundary--\r\n"

    def send_frame(self, frame, **headers):
        kind = f'multipart/encrypted;protocol="{self.protocol}";boundary="Encrypted Boundary"'
        return self.exchange(frame, Content_Type=kind, **headers)

    def open(self, fields, body):
        """The clear text of an answer, taken apart as clients do: by searching for strings."""
        assert fields["Content-Type"].startswith("multipart/encrypted;"), fields["Content-Type"]
        assert f'protocol="{self.protocol}"' in fields["Content-Type"], fields["Content-Type"]
        part, payload = [each for each in body.split(b"--Encrypted Boundary\r\n") if each]
        length = int(part.strip().split(b"Length=")[1])
        payload = payload.replace(b"\tContent-Type: application/octet-stream\r\n", b"", 1)
        payload = payload[:payload.rindex(b"--Encrypted Boundary--")]
        size = struct.unpack("<I", payload[:4])[0]
        clear = self.context.unwrap(payload[4:]).message
        assert size == (60 if self.splits_by_iov else 16), size
        assert len(clear) == length, (len(clear), length)
        return clear, part.strip().split(b"type=")[1].split(b";Length")[0].decode()

    def ask(self, message, charset="UTF-8"):
        """A sealed request and its answer, a soap.Answer."""
        status, fields, body = self.send_frame(self.frame(message.encode(charset), charset=charset))
        clear, kind = self.open(fields, body)
        return soap.Answer(status, {"Content-Type": kind}, clear)
