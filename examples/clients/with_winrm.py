#!/usr/bin/env python3
"""Lists snapshots and destroys one with pywinrm (Debian: python3-winrm).

    export TINTYPE_URL=https://host:5986/wsman TINTYPE_USER=alice TINTYPE_PASSWORD=...
    export TINTYPE_CA=ca.pem            # the certificate to trust, if the system does not
    export TINTYPE_TRANSPORT=ntlm       # DOMAIN\\user by NTLM, which seals the messages over plain HTTP too
    ./with_winrm.py list
    ./with_winrm.py destroy Microsoft:6FBE94B5-47C0-4E5A-A6BB-0D2BE06A1A1F
"""

import os
import sys
import time
import uuid
import xml.etree.ElementTree as ElementTree

from winrm.exceptions import WinRMError
from winrm.protocol import Protocol

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/"
SERVICE = WMI + "Msvm_VirtualSystemSnapshotService"
SETTINGS = WMI + "Msvm_VirtualSystemSettingData"
JOB = WMI + "Msvm_ConcreteJob"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
ANONYMOUS = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"


def connect():
    url = os.environ["TINTYPE_URL"]
    transport = os.environ.get("TINTYPE_TRANSPORT", "ssl" if url.startswith("https:") else "plaintext")
    return Protocol(endpoint=url, transport=transport,
                    username=os.environ["TINTYPE_USER"], password=os.environ["TINTYPE_PASSWORD"],
                    ca_trust_path=os.environ.get("TINTYPE_CA", "legacy_requests"))


def send(protocol, action, resource, body="", selectors=""):
    """pywinrm knows shells only; for everything else it carries the message that it is given."""
    return ElementTree.fromstring(protocol.send_message(f"""<s:Envelope
        xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
        xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:n="{ENUMERATION}">
      <s:Header>
        <a:To>http://windows-host:5985/wsman</a:To>
        <a:ReplyTo><a:Address s:mustUnderstand="true">{ANONYMOUS}</a:Address></a:ReplyTo>
        <a:MessageID>uuid:{uuid.uuid4()}</a:MessageID>
        <w:OperationTimeout>PT20S</w:OperationTimeout>
        <w:ResourceURI s:mustUnderstand="true">{resource}</w:ResourceURI>
        <a:Action s:mustUnderstand="true">{action}</a:Action>
        <w:SelectorSet>{selectors}</w:SelectorSet>
      </s:Header>
      <s:Body>{body}</s:Body>
    </s:Envelope>"""))


def text(element, name):
    """What the first element of this name holds, whatever its namespace."""
    return next((each.text or "" for each in element.iter() if each.tag.endswith("}" + name)), "")


def snapshots(protocol):
    answer = send(protocol, ENUMERATION + "/Enumerate", SETTINGS,
                  "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>100</w:MaxElements></n:Enumerate>")
    while True:
        for settings in answer.iter(f"{{{SETTINGS}}}Msvm_VirtualSystemSettingData"):
            if ":Snapshot:" in text(settings, "VirtualSystemType"):
                yield settings
        context = text(answer, "EnumerationContext")
        if not context:
            return
        answer = send(protocol, ENUMERATION + "/Pull", SETTINGS,
                      f"<n:Pull><n:EnumerationContext>{context}</n:EnumerationContext><n:MaxElements>100</n:MaxElements></n:Pull>")


def destroy(protocol, instance_id):
    """The job's settings once it has ended, or None if none was started."""
    answer = send(protocol, SERVICE + "/DestroySnapshot", SERVICE, f"""
        <p:DestroySnapshot_INPUT xmlns:p="{SERVICE}"><p:AffectedSnapshot>
          <a:Address>{ANONYMOUS}</a:Address>
          <a:ReferenceParameters>
            <w:ResourceURI>{SETTINGS}</w:ResourceURI>
            <w:SelectorSet><w:Selector Name="InstanceID">{instance_id}</w:Selector></w:SelectorSet>
          </a:ReferenceParameters>
        </p:AffectedSnapshot></p:DestroySnapshot_INPUT>""")
    print("ReturnValue", text(answer, "ReturnValue"))
    if text(answer, "ReturnValue") != "4096":
        return None
    job_id = next(each.text for each in answer.iter() if each.get("Name") == "InstanceID")
    while True:
        job = send(protocol, TRANSFER + "/Get", JOB, selectors=f'<w:Selector Name="InstanceID">{job_id}</w:Selector>')
        print("JobState", text(job, "JobState"), text(job, "PercentComplete"), "%")
        if int(text(job, "JobState")) >= 7:
            return job
        time.sleep(0.1)


def main(arguments):
    if arguments[:1] == ["list"]:
        for settings in snapshots(connect()):
            print(text(settings, "InstanceID"), text(settings, "ElementName"), sep="\t")
        return 0
    if len(arguments) == 2 and arguments[0] == "destroy":
        job = destroy(connect(), arguments[1])
        if job is not None and text(job, "JobState") == "7":
            return 0
        print(text(job, "ErrorDescription") if job is not None else "no job was started", file=sys.stderr)
        return 1
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except WinRMError as error:
        sys.exit(f"refused: {error}")
