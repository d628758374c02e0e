"""The module `kerberos` as python3-winrm wants it, over python3-gssapi: Debian's lacks the calls that seal messages, so that
python3-winrm would refuse to. What goes over the wire, when and in which frame, stays python3-winrm's own."""

import base64

import gssapi
from gssapi.raw import ChannelBindings, IOV, IOVBufferType, wrap_iov

KERBEROS = gssapi.OID.from_int_seq("1.2.840.113554.1.2.2")
GSS_C_DELEG_FLAG = 1
GSS_C_MUTUAL_FLAG = 2
GSS_C_SEQUENCE_FLAG = 8
AUTH_GSS_CONTINUE = 0
AUTH_GSS_COMPLETE = 1
GSSError = gssapi.exceptions.GSSError


class LogOn:
    def __init__(self, service, flags):
        self.service = gssapi.Name(service, gssapi.NameType.hostbased_service)
        self.flags = flags | gssapi.RequirementFlag.confidentiality | gssapi.RequirementFlag.integrity
        self.context = None
        self.answer = b""


def channelBindings(application_data):
    return ChannelBindings(application_data=application_data)


def authGSSClientInit(service, gssflags=GSS_C_MUTUAL_FLAG | GSS_C_SEQUENCE_FLAG, principal=None):
    """\\param principal whose ticket to use; the credential cache of these tests has no other."""
    return AUTH_GSS_COMPLETE, LogOn(service, gssflags)


def authGSSClientStep(log_on, challenge, channel_bindings=None):
    if log_on.context is None:
        log_on.context = gssapi.SecurityContext(name=log_on.service, mech=KERBEROS, flags=log_on.flags, usage="initiate",
                                                channel_bindings=channel_bindings)
    log_on.answer = log_on.context.step(base64.b64decode(challenge) if challenge else None) or b""
    return AUTH_GSS_COMPLETE if log_on.context.complete else AUTH_GSS_CONTINUE


def authGSSClientResponse(log_on):
    return base64.b64encode(log_on.answer).decode()


def authGSSWinRMEncryptMessage(log_on, message):
    clear = message if isinstance(message, bytes) else message.encode()
    parts = IOV(IOVBufferType.header, clear, IOVBufferType.padding, std_layout=False)
    wrap_iov(log_on.context, parts, confidential=True)
    return parts[1].value + (parts[2].value or b""), parts[0].value


def authGSSWinRMDecryptMessage(log_on, message, header):
    return log_on.context.unwrap(header + message).message
