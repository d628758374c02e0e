"""Requests as text and answers taken apart: the least of WS-Management that a test needs, and nothing of Tintype's."""

import io
import re
import uuid
import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import escape, quoteattr

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
EVENTING = "http://schemas.xmlsoap.org/ws/2004/08/eventing"
CIM_BINDING = "http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd"
IDENTITY = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
MICROSOFT = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
WSMAN_FAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
CIM_COMMON = "http://schemas.dmtf.org/wbem/wscim/1/common"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XML = "http://www.w3.org/XML/1998/namespace"

ANONYMOUS = ADDRESSING + "/role/anonymous"
FAULT_DETAIL = "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/"
FAULT_ACTION = {
    "addressing": ADDRESSING + "/fault",
    "transfer": TRANSFER + "/fault",
    "enumeration": ENUMERATION + "/fault",
    "eventing": EVENTING + "/fault",
    "wsman": "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault",
}
GET = TRANSFER + "/Get"
PUT = TRANSFER + "/Put"
CREATE = TRANSFER + "/Create"
DELETE = TRANSFER + "/Delete"
ENUMERATE = ENUMERATION + "/Enumerate"
PULL = ENUMERATION + "/Pull"
RELEASE = ENUMERATION + "/Release"

CIM_NAMESPACE = "root/virtualization/v2"
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/" + CIM_NAMESPACE + "/"
DMTF = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
SERVICE = WMI + "Msvm_VirtualSystemSnapshotService"
SETTINGS = WMI + "Msvm_VirtualSystemSettingData"
MACHINE = WMI + "Msvm_ComputerSystem"
JOB = WMI + "Msvm_ConcreteJob"

PREFIXES = {"s": SOAP, "a": ADDRESSING, "w": WSMAN, "n": ENUMERATION, "x": TRANSFER, "e": EVENTING, "b": CIM_BINDING,
            "p": MICROSOFT, "f": WSMAN_FAULT}


def selector_set(selectors):
    if not selectors:
        return ""
    pairs = selectors.items() if isinstance(selectors, dict) else selectors
    return "<w:SelectorSet>" + "".join(
        f"<w:Selector Name={quoteattr(name)}>{value if value.startswith('<') else escape(value)}</w:Selector>"
        for name, value in pairs) + "</w:SelectorSet>"


def headers(action, resource=None, selectors=None, message_id=None, extra="", leave_out=()):
    """The header blocks that every client sends, by name, so that a test can leave one out or write it differently."""
    blocks = {
        "To": "<a:To>http://localhost/wsman</a:To>",
        "ResourceURI": f'<w:ResourceURI s:mustUnderstand="true">{resource}</w:ResourceURI>' if resource else "",
        "ReplyTo": f'<a:ReplyTo><a:Address s:mustUnderstand="true">{ANONYMOUS}</a:Address></a:ReplyTo>',
        "Action": f'<a:Action s:mustUnderstand="true">{action}</a:Action>',
        "MessageID": f"<a:MessageID>{message_id or new_message_id()}</a:MessageID>",
        "SelectorSet": selector_set(selectors),
    }
    return "".join(text for name, text in blocks.items() if name not in leave_out) + extra


def new_message_id():
    return "uuid:" + str(uuid.uuid4()).upper()


def envelope(header, body="", soap=SOAP):
    bound = "".join(f' xmlns:{prefix}="{soap if prefix == "s" else name}"' for prefix, name in PREFIXES.items())
    return f"<s:Envelope{bound}><s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"


def request(action, resource=None, body="", **keywords):
    return envelope(headers(action, resource, **keywords), body)


def epr(resource, selectors, address=ANONYMOUS):
    """What is inside of an endpoint reference."""
    return (f"<a:Address>{address}</a:Address><a:ReferenceParameters><w:ResourceURI>{resource}</w:ResourceURI>"
            f"{selector_set(selectors)}</a:ReferenceParameters>")


def settings_epr(instance_id):
    return epr(SETTINGS, {"InstanceID": instance_id, "__cimnamespace": CIM_NAMESPACE})


def invoke(method, parameters="", resource=SERVICE, **keywords):
    return request(f"{resource}/{method}", resource,
                   f'<p:{method}_INPUT xmlns:p="{resource}">{parameters}</p:{method}_INPUT>', **keywords)


def destroy_snapshot(reference, **keywords):
    """`reference` is what AffectedSnapshot holds: XML of an EPR, or text."""
    return invoke("DestroySnapshot", f"<p:AffectedSnapshot>{reference}</p:AffectedSnapshot>", **keywords)


def enumerate_body(maximum=None, optimised=False, mode=None, extra=""):
    return ("<n:Enumerate>" + ("<w:OptimizeEnumeration/>" if optimised else "")
            + (f"<w:MaxElements>{maximum}</w:MaxElements>" if maximum else "")
            + (f"<w:EnumerationMode>{mode}</w:EnumerationMode>" if mode else "") + extra + "</n:Enumerate>")


def pull_body(context, maximum=None, extra=""):
    return (f"<n:Pull><n:EnumerationContext>{context}</n:EnumerationContext>"
            + (f"<n:MaxElements>{maximum}</n:MaxElements>" if maximum else "") + extra + "</n:Pull>")


def release_body(context):
    return f"<n:Release><n:EnumerationContext>{context}</n:EnumerationContext></n:Release>"


IDENTIFY = f'<s:Envelope xmlns:s="{SOAP}" xmlns:wsmid="{IDENTITY}"><s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>'


def local(tag):
    return tag.rpartition("}")[2]


class Reference:
    """An endpoint reference in an answer."""

    def __init__(self, element):
        self.address = element.findtext(f"{{{ADDRESSING}}}Address")
        parameters = element.find(f"{{{ADDRESSING}}}ReferenceParameters")
        self.resource = parameters.findtext(f"{{{WSMAN}}}ResourceURI")
        self.selectors = {each.get("Name"): each.text for each in parameters.iter(f"{{{WSMAN}}}Selector")}
        self.selector_order = [each.get("Name") for each in parameters.iter(f"{{{WSMAN}}}Selector")]


class Instance:
    """A CIM instance in an answer: its properties by name, None for a null, a list for an array of several."""

    def __init__(self, element):
        self.tag = element.tag
        self.type = element.get(f"{{{XSI}}}type")
        self.order = []
        self.properties = {}
        for each in element:
            name = local(each.tag)
            if each.get(f"{{{XSI}}}nil") == "true":
                value = None
            elif len(each):
                value = each[0].text if each[0].tag.startswith(f"{{{CIM_COMMON}}}") else Reference(each)
            else:
                value = each.text or ""
            if name in self.properties:
                held = self.properties[name]
                self.properties[name] = (held if isinstance(held, list) else [held]) + [value]
            else:
                self.order.append(name)
                self.properties[name] = value

    def __getitem__(self, name):
        return self.properties[name]

    def __contains__(self, name):
        return name in self.properties


class Fault:
    def __init__(self, element, prefixes):
        def text(path):
            return (element.findtext("/".join(f"{{{SOAP}}}{step}" for step in path.split("/"))) or "").strip()

        def resolve(name):
            prefix, _, name = name.rpartition(":")
            return prefixes.get(prefix, "?"), name

        self.code = resolve(text("Code/Value"))[1]
        namespace, name = resolve(text("Code/Subcode/Value"))
        known = {ADDRESSING: "wsa", WSMAN: "wsman", TRANSFER: "wxf", ENUMERATION: "wsen", EVENTING: "wse", CIM_BINDING: "wsmb"}
        self.subcode = f"{known.get(namespace, namespace)}:{name}" if name else ""
        reason = element.find(f"{{{SOAP}}}Reason/{{{SOAP}}}Text")
        self.reason = (reason.text or "").strip() if reason is not None else ""
        self.language = reason.get(f"{{{XML}}}lang") if reason is not None else None
        self.details = [each.text.strip().removeprefix(FAULT_DETAIL) for each in element.iter(f"{{{WSMAN}}}FaultDetail")]
        windows = element.find(f".//{{{WSMAN_FAULT}}}WSManFault")
        self.windows_code = windows.get("Code") if windows is not None else None
        self.windows_message = "".join(windows.itertext()).strip() if windows is not None else None

    def __repr__(self):
        return f"Fault({self.subcode or self.code} {self.details} {self.windows_code}: {self.reason})"


class Answer:
    """One HTTP answer. Whatever is not XML has `root` None."""

    def __init__(self, status, http_headers, body):
        self.status = status
        self.http_headers = http_headers
        self.body = body
        self.content_type = http_headers.get("Content-Type", "")
        charset = re.search(r'charset="?([\w-]+)', self.content_type, re.I)
        self.charset = charset.group(1).upper() if charset else ""
        self.prefixes = {}
        self.root = None
        if body:
            self.text = body.decode("utf-16" if self.charset.startswith("UTF-16") else "utf-8-sig")
            # The declaration, where there is one, names the encoding of the bytes, not of this text.
            text = re.sub(r"^\ufeff?<\?xml.*?\?>", "", self.text)
            for event, what in ElementTree.iterparse(io.StringIO(text), events=("start-ns", "start")):
                if event == "start-ns":
                    self.prefixes.setdefault(what[0], what[1])
                elif self.root is None:
                    self.root = what

    def header(self, name, namespace=ADDRESSING):
        element = self.root.find(f"{{{SOAP}}}Header/{{{namespace}}}{name}")
        return None if element is None else (element.text or "")

    def header_element(self, name, namespace):
        return self.root.find(f"{{{SOAP}}}Header/{{{namespace}}}{name}")

    @property
    def action(self):
        return self.header("Action")

    @property
    def relates_to(self):
        return self.header("RelatesTo")

    @property
    def payload(self):
        body = self.root.find(f"{{{SOAP}}}Body")
        return body[0] if len(body) else None

    @property
    def fault(self):
        element = self.root.find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault") if self.root is not None else None
        return None if element is None else Fault(element, self.prefixes)

    def find(self, name, namespace):
        return self.root.find(f".//{{{namespace}}}{name}")

    @property
    def instance(self):
        return Instance(self.payload)

    @property
    def items(self):
        """Elements of an EnumerateResponse's or PullResponse's Items, or None if it has none."""
        for namespace in (ENUMERATION, WSMAN):
            element = self.find("Items", namespace)
            if element is not None:
                return list(element)
        return None

    @property
    def context(self):
        element = self.find("EnumerationContext", ENUMERATION)
        return None if element is None else element.text

    @property
    def end_of_sequence(self):
        """The namespace of EndOfSequence, or None if it is not there."""
        for namespace in (ENUMERATION, WSMAN):
            if self.find("EndOfSequence", namespace) is not None:
                return namespace
        return None

    @property
    def return_value(self):
        for each in self.payload:
            if local(each.tag) == "ReturnValue":
                return int(each.text)
        return None

    @property
    def job(self):
        """The EPR of the job that a method started, or None."""
        for each in self.payload:
            if local(each.tag) == "Job" and len(each):
                return Reference(each)
        return None

    def __repr__(self):
        return f"HTTP {self.status} {self.fault or ''} {self.body[:2000]!r}"
