"""A tintyped of another processor, run by an emulator, answers Identify and destroys a snapshot.

    test/cross/answers.py ARCHITECTURE EMULATOR [OPTION…] TINTYPED
"""
import base64
import http.client
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
import uuid

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2"
ANONYMOUS = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
XML_TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
XML_ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"


def envelope(url, action, class_name, body, selectors=""):
    return f"""<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
        xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">
      <s:Header><a:To>{url}</a:To><a:ReplyTo><a:Address>{ANONYMOUS}</a:Address></a:ReplyTo>
        <a:Action s:mustUnderstand="true">{action}</a:Action><a:MessageID>uuid:{uuid.uuid4()}</a:MessageID>
        <w:ResourceURI s:mustUnderstand="true">{WMI}/{class_name}</w:ResourceURI>{selectors}</s:Header>
      <s:Body>{body}</s:Body></s:Envelope>"""


def post(url, message, **headers):
    at = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(at.hostname, at.port, timeout=60)
    connection.request("POST", at.path, message.encode(),
                       {"Content-Type": "application/soap+xml;charset=UTF-8", **headers})
    return connection.getresponse().read().decode()


def destroy(url, logged_on):
    """Of the snapshots that the simulation has, the first; until its job is done."""
    found = post(url, envelope(url, f"{XML_ENUMERATION}/Enumerate", "Msvm_VirtualSystemSettingData",
                               f'<n:Enumerate xmlns:n="{XML_ENUMERATION}"><w:OptimizeEnumeration/>'
                               "<w:MaxElements>1000</w:MaxElements></n:Enumerate>"), **logged_on)
    realised = re.findall(r"InstanceID>(Microsoft:[^<]*)</p:InstanceID.*?VirtualSystemType>([^<]*)<", found, re.S)
    snapshot = next(name for name, kind in realised if "Snapshot" in kind)
    service = "Msvm_VirtualSystemSnapshotService"
    reference = (f"<a:Address>{ANONYMOUS}</a:Address><a:ReferenceParameters>"
                 f"<w:ResourceURI>{WMI}/Msvm_VirtualSystemSettingData</w:ResourceURI><w:SelectorSet>"
                 f'<w:Selector Name="InstanceID">{snapshot}</w:Selector></w:SelectorSet></a:ReferenceParameters>')
    answer = post(url, envelope(url, f"{WMI}/{service}/DestroySnapshot", service,
                                f'<p:DestroySnapshot_INPUT xmlns:p="{WMI}/{service}"><p:AffectedSnapshot>{reference}'
                                "</p:AffectedSnapshot></p:DestroySnapshot_INPUT>"), **logged_on)
    if "ReturnValue>4096<" not in answer:
        raise SystemExit(f"DestroySnapshot was answered with {answer}")
    job = re.search(r'Name="InstanceID">([^<]*)<', answer)[1]
    selectors = f'<w:SelectorSet><w:Selector Name="InstanceID">{job}</w:Selector></w:SelectorSet>'
    until = time.monotonic() + 60
    while time.monotonic() < until:
        got = post(url, envelope(url, f"{XML_TRANSFER}/Get", "Msvm_ConcreteJob", "", selectors), **logged_on)
        state = int(re.search(r"JobState>(\d+)<", got)[1])
        if state >= 7:
            return state
        time.sleep(0.05)  # clients ask again in the same way
    raise SystemExit("the job does not end")


def main():
    architecture, *command = sys.argv[1:]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([*command, "user", "add", "alice", "--file", folder / "users"], input=b"Passw0rd!\n", check=True)
        daemon = subprocess.Popen(
            [*command, "--listener.url=http://127.0.0.1:0/wsman", f"--auth.basic.users={folder}/users",
             "--auth.allow_unencrypted", "--backend.kind=memory", f"--jobs.store=sqlite:{folder}/jobs",
             "--run_as.user=root", "--url-file", folder / "url"], stderr=subprocess.PIPE, text=True)
        try:
            until = time.monotonic() + 60
            while not (folder / "url").exists():
                if daemon.poll() is not None or time.monotonic() > until:
                    daemon.kill()
                    raise SystemExit(f"tintyped does not start: {daemon.stderr.read()}")
                time.sleep(0.05)
            url = (folder / "url").read_text().strip()
            identify = ('<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:i="http://schemas.dmtf.org/'
                        'wbem/wsman/identity/1/wsmanidentity.xsd"><s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>')
            answer = post(url, identify, WSMANIDENTIFY="unauthenticated")
            if "IdentifyResponse" not in answer:
                raise SystemExit(f"Identify was answered with {answer}")
            print(f"ok   {architecture}: Identify is answered")
            state = destroy(url, {"Authorization": "Basic " + base64.b64encode(b"alice:Passw0rd!").decode()})
            if state != 7:
                raise SystemExit(f"the job ended in state {state}")
            print(f"ok   {architecture}: DestroySnapshot is answered with 4096, and its job completes")
        finally:
            daemon.terminate()
            daemon.wait(60)


if __name__ == "__main__":
    main()
