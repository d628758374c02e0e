"""GET /wsman?wsdl and the schemas behind it: served to who has logged on, valid, and what is answered is valid by them."""

import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import urllib.parse
import xml.etree.ElementTree as ElementTree

from wire import soap
from wire.case import WireCase
from wire.daemon import TOP, Daemon, certificate, https_connection

WSDL = "http://schemas.xmlsoap.org/wsdl/"
WSDL_SOAP = "http://schemas.xmlsoap.org/wsdl/soap12/"
XSD = "http://www.w3.org/2001/XMLSchema"
COMMON = ("addressing", "cim-common", "enumeration", "wsman", "xml")
CLASSES = ("Msvm_ComputerSystem", "Msvm_ConcreteJob", "Msvm_VirtualSystemSettingData", "Msvm_VirtualSystemSnapshotService")


def document_of(name):
    return f"{soap.CIM_NAMESPACE}/{name}"


def references(root):
    """The documents that a document names."""
    for each in root.iter():
        location = each.get("schemaLocation") or (each.get("location") if each.tag == f"{{{WSDL}}}import" else None)
        if location:
            yield location


class Metadata(WireCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="tintype-metadata-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.documents = cls.crawl("?wsdl")
        cls.save()

    @classmethod
    def get_document(cls, query, method="GET", **keywords):
        return cls.daemon.post("", {"Content-Type": None}, path="/wsman" + query, method=method, **keywords)

    @classmethod
    def crawl(cls, query, found=None):
        """Every document that can be reached from this one, as a toolkit resolves its references: query to root."""
        found = {} if found is None else found
        if query not in found:
            answer = cls.get_document(query)
            if answer.status != 200:
                raise AssertionError(f"{query}: {answer.status}")
            found[query] = ElementTree.fromstring(answer.text)
            for location in references(found[query]):
                url = urllib.parse.urljoin("http://host/wsman" + query, location)
                if not url.startswith("http://host/wsman?"):
                    raise AssertionError(f"{query} refers to {location}")
                cls.crawl(url.removeprefix("http://host/wsman"), found)
        return found

    @classmethod
    def file_of(cls, query):
        return cls.folder / (re.sub(r"[^A-Za-z0-9_.-]", "_", query.lstrip("?")) + ".xml")

    @classmethod
    def save(cls):
        """All of them as files that refer to each other, since xmllint can't log on; and a schema that has them all."""
        every = ""
        for query in cls.documents:
            text = cls.get_document(query).text
            text = re.sub(r'(schemaLocation|location)="(\?[^"]*)"', lambda found: f'{found[1]}="{cls.file_of(found[2]).name}"', text)
            cls.file_of(query).write_text(text)
            if query.startswith("?xsd="):
                every += f'<xs:import namespace="{cls.documents[query].get("targetNamespace")}" schemaLocation="{cls.file_of(query).name}"/>'
        envelope = TOP / "wsdl" / "soap-envelope.xsd"
        shutil.copy(TOP / "wsdl" / "xml.xsd", cls.folder)
        shutil.copy(envelope, cls.folder)
        every += f'<xs:import namespace="{soap.SOAP}" schemaLocation="soap-envelope.xsd"/>'
        cls.all_served = cls.folder / "everything.xsd"
        cls.all_served.write_text(f'<xs:schema xmlns:xs="{XSD}">{every}</xs:schema>')

    @staticmethod
    def xmllint(schema, document):
        return subprocess.run(["xmllint", "--nonet", "--noout", "--schema", str(schema), str(document)], capture_output=True,
                              text=True)

    def assert_valid(self, schema, text):
        path = self.folder / "message.xml"
        path.write_text(text)
        done = self.xmllint(schema, path)
        self.assertEqual(done.returncode, 0, f"{done.stderr}\n{text}")

    def assert_invalid(self, schema, text):
        path = self.folder / "message.xml"
        path.write_text(text)
        done = self.xmllint(schema, path)
        self.assertEqual(done.returncode, 3, f"{done.stderr}\n{text}")

    # Who may have them, and how they are asked for.

    def test_nobody_gets_one_without_a_log_on(self):
        for query in ("?wsdl", "?xsd=wsman", "?wsdl=nonsense"):
            for method in ("GET", "HEAD"):
                with self.subTest(query=query, method=method):
                    answer = self.get_document(query, method, user=None)
                    self.assertEqual(answer.status, 401)
                    self.assertIn("Basic", answer.http_headers["WWW-Authenticate"])
                    self.assertEqual(answer.body, b"")

    def test_the_header_for_identify_is_no_log_on(self):
        answer = self.daemon.post("", {"WSMANIDENTIFY": "unauthenticated", "Content-Type": None}, path="/wsman?wsdl",
                                  method="GET", user=None)
        self.assertEqual(answer.status, 401)

    def test_an_unknown_document_is_404(self):
        for query in ("?wsdl=nonsense", "?xsd=nonsense", "?xsd=", "?wsdl=", "?xsd=/", "?xsd=../wsman",
                      "?xsd=root/virtualization/v2/Msvm_Nothing", "?xsd=root/cimv2/Msvm_ComputerSystem", "?wsdl=addressing"):
            with self.subTest(query=query):
                self.assertEqual(self.get_document(query).status, 404)

    def test_every_other_get_is_405(self):
        for query in ("", "?", "?xsd", "?wsdls", "?x=wsdl", "?wsd"):
            with self.subTest(query=query):
                answer = self.get_document(query)
                self.assertEqual((answer.status, answer.http_headers["Allow"]), (405, "POST"))
        self.assertEqual(self.get_document("?wsdl", "DELETE").status, 405)
        self.assertEqual(self.get_document("?wsdl", "DELETE").http_headers["Allow"], "GET, HEAD, POST")
        self.assertEqual(self.daemon.post("", {"Content-Type": None}, path="/other?wsdl", method="GET").status, 404)

    def test_a_message_may_still_be_posted_there(self):
        self.assertEqual(self.daemon.post(soap.request(soap.GET, soap.SERVICE), path="/wsman?wsdl").status, 200)

    def test_a_head_has_the_size_and_no_body(self):
        connection = self.daemon.connection()
        self.addCleanup(connection.close)
        whole = self.get_document("?wsdl", connection=connection)
        head = self.get_document("?wsdl", "HEAD", connection=connection)
        self.assertEqual((head.status, head.body), (200, b""))
        self.assertEqual(head.http_headers["Content-Length"], whole.http_headers["Content-Length"])
        self.assertEqual(self.get_document("?wsdl", connection=connection).text, whole.text)

    def test_names_are_compared_without_case_and_may_be_percent_encoded(self):
        plain = self.get_document("?xsd=" + document_of("Msvm_ComputerSystem"))
        for query in ("?XSD=Root/Virtualization/V2/msvm_computersystem", "?xsd=root%2Fvirtualization%2fv2/Msvm%5FComputerSystem"):
            with self.subTest(query=query):
                self.assertEqual(self.get_document(query).text, plain.text)
        self.assertEqual(self.get_document("?WSDL").text, self.get_document("?wsdl").text)

    def test_a_document_is_xml_by_its_content_type(self):
        self.assertEqual(self.get_document("?wsdl").content_type, "text/xml; charset=utf-8")

    # What is in them.

    def test_all_that_is_referred_to_is_served(self):
        for name in COMMON:
            self.assertIn("?xsd=" + name, self.documents)
        for name in CLASSES:
            self.assertIn("?xsd=" + document_of(name), self.documents)
            self.assertIn("?wsdl=" + document_of(name), self.documents)

    def test_the_wsdl_is_valid_and_every_schema_compiles(self):
        nothing = self.folder / "nothing.xml"
        nothing.write_text("<nothing/>")
        for query in self.documents:
            with self.subTest(query=query):
                if query.startswith("?wsdl"):
                    done = self.xmllint(TOP / "test" / "contracts" / "wsdl11.xsd", self.file_of(query))
                    self.assertEqual(done.returncode, 0, done.stderr)
                else:  # 3: it compiles, and has no element of that name
                    self.assertEqual(self.xmllint(self.file_of(query), nothing).returncode, 3)

    def test_the_address_is_the_one_that_the_client_used(self):
        def address(answer):
            return {each.get("location") for each in ElementTree.fromstring(answer.text).iter(f"{{{WSDL_SOAP}}}address")}

        host, port = self.daemon.address
        self.assertEqual(address(self.get_document("?wsdl")), {f"http://{host}:{port}/wsman"})

        def ask(host):
            return self.daemon.post("", {"Content-Type": None, "Host": host}, path="/wsman?wsdl", method="GET")

        for host in ("windows-host:5985", "[::1]:80"):
            with self.subTest(host=host):
                self.assertEqual(address(ask(host)), {f"http://{host}/wsman"})
        self.assertEqual(ask('a"b').status, 400)

    def test_over_tls_the_address_is_https(self):
        key, cert = certificate(self.folder)
        listener = f'[[listener]]\nurl = "https://127.0.0.1:0/wsman"\ncertificate = "{cert}"\nkey = "{key}"'
        with Daemon(listeners=[listener]) as daemon:
            connection = https_connection(daemon, cert)
            answer = daemon.post("", {"Content-Type": None}, path="/wsman?wsdl", method="GET", connection=connection)
            connection.close()
        self.assertIn(f'location="{daemon.urls[0]}"', answer.text)
        self.assertTrue(daemon.urls[0].startswith("https://"))

    def test_a_class_has_its_methods_and_what_all_have_as_operations(self):
        root = self.documents["?wsdl=" + document_of("Msvm_VirtualSystemSnapshotService")]
        operations = [each.get("name") for each in root.iterfind(f"{{{WSDL}}}portType/{{{WSDL}}}operation")]
        self.assertIn("DestroySnapshot", operations)
        self.assertEqual(operations[-4:], ["Get", "Enumerate", "Pull", "Release"])
        actions = {each.get("soapAction") for each in root.iter(f"{{{WSDL_SOAP}}}operation")}
        self.assertIn(soap.SERVICE + "/DestroySnapshot", actions)
        root = self.documents["?wsdl=" + document_of("Msvm_ComputerSystem")]
        actions_of_machines = {each.get("soapAction") for each in root.iter(f"{{{WSDL_SOAP}}}operation")}
        self.assertIn(soap.MACHINE + "/RequestStateChange", actions_of_machines)
        self.assertIn(soap.GET, actions)

    def test_the_endpoint_has_a_port_for_each_class(self):
        ports = [each.get("name") for each in self.documents["?wsdl"].iter(f"{{{WSDL}}}port")]
        self.assertEqual(len(ports), len(set(ports)))
        self.assertLessEqual(set(CLASSES), set(ports))

    # It agrees with the contract that the messages are bound with, and with what is answered.

    def test_the_served_schema_says_what_the_contract_says(self):
        def elements(root):
            kept = {}
            for top in root:
                if top.tag in (f"{{{XSD}}}element", f"{{{XSD}}}complexType"):
                    kept[top.get("name")] = [each.attrib for each in top.iter() if each.tag in (f"{{{XSD}}}element", f"{{{XSD}}}any")]
            return kept

        for path in sorted((TOP / "wsdl").glob("Msvm_*.xsd")):
            contract = elements(ElementTree.parse(path).getroot())
            served = elements(self.documents["?xsd=" + document_of(path.stem)])
            for name, expected in contract.items():
                with self.subTest(document=path.stem, element=name):
                    self.assertEqual(served[name], expected)

    def test_messages_are_valid_by_both_or_by_none(self):
        contract = TOP / "test" / "contracts" / "everything.xsd"
        for folder, check in (("valid", self.assert_valid), ("invalid", self.assert_invalid)):
            for path in sorted((TOP / "test" / "contracts" / folder).glob("*.xml")):
                if not re.search(r"<p:\w+_(IN|OUT)PUT", path.read_text()):
                    continue
                for schema in (contract, self.all_served):
                    with self.subTest(message=path.name, schema=schema.name):
                        check(schema, path.read_text())

    def test_what_destroy_snapshot_answers_is_valid(self):
        leaf = self.machine.instance_id("leaf")
        for value in (4096, 4):  # a job, and that it is gone
            request = soap.destroy_snapshot(soap.settings_epr(leaf))
            answer = self.daemon.post(request)
            self.assertIsNone(answer.fault, answer)
            self.assertEqual(answer.return_value, value)
            if answer.return_value == 4096:
                self.daemon.wait_for_job(answer.job.selectors["InstanceID"])
            for text in (request, answer.text):
                with self.subTest(text=text):
                    self.assert_valid(self.all_served, text)
                    self.assert_valid(TOP / "test" / "contracts" / "everything.xsd", text)

    def test_every_instance_is_valid_by_the_schema_of_its_class(self):
        checked = 0
        for query in self.documents:
            if not query.startswith("?xsd=root/"):
                continue
            resource = self.documents[query].get("targetNamespace")
            with self.subTest(resource=resource):
                answer = self.daemon.post(soap.request(soap.ENUMERATE, resource, soap.enumerate_body(100, True)))
                self.assertIsNone(answer.fault, answer)
                self.assert_valid(self.all_served, answer.text)
                checked += len(answer.items)
        self.assertGreater(checked, len(CLASSES))

    def test_an_instance_with_a_property_of_another_type_is_not_valid(self):
        text = self.daemon.get(soap.SERVICE).text
        self.assert_valid(self.all_served, text)
        self.assert_invalid(self.all_served, text.replace("<p:HealthState>5<", "<p:HealthState>fine<"))


if __name__ == "__main__":
    unittest.main()
