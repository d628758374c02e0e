"""ASSOCIATORS OF, REFERENCES OF and the CIM binding's association filter, over Hyper-V's associations (DSP0227 8.2)."""

from xml.sax.saxutils import escape

from wire import soap
from wire.case import WireCase

WQL = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
ASSOCIATION = "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter"
SNAPSHOT_OF = soap.WMI + "Msvm_SnapshotOfVirtualSystem"
REFUSED = dict(subcode="wsen:CannotProcessFilter", family="enumeration", windows=2150858778)


def select(dialect, filter_text, **keywords):
    return soap.enumerate_body(100, True, extra=f'<w:Filter Dialect="{dialect}">{filter_text}</w:Filter>', **keywords)


class Associations(WireCase):
    # One machine: root -> (left -> leaf, right).

    def ask(self, body, resource=soap.WMI + "*", **keywords):
        return self.daemon.post(soap.request(soap.ENUMERATE, resource, body, **keywords))

    def wql(self, query, resource=soap.WMI + "*", mode=None, **keywords):
        return self.ask(select(WQL, escape(query), mode=mode), resource, **keywords)

    def filter(self, kind, object_xml, more="", mode=None, **keywords):
        content = f"<b:{kind}><b:Object>{object_xml}</b:Object>{more}</b:{kind}>"
        return self.ask(select(ASSOCIATION, content, mode=mode), **keywords)

    def machine_epr(self):
        return soap.epr(soap.MACHINE, {"CreationClassName": "Msvm_ComputerSystem", "Name": self.machine.id,
                                       "__cimnamespace": soap.CIM_NAMESPACE})

    def machine_path(self, host=r"\\HV01\root\virtualization\v2:"):
        return f'{{{host}Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="{self.machine.id}"}}'

    def names(self, answer):
        self.assert_answer(answer)
        return sorted(soap.Instance(item)["ElementName"] for item in answer.items)

    def classes(self, answer):
        self.assert_answer(answer)
        return sorted(soap.local(item.tag) for item in answer.items)

    def test_the_snapshots_of_a_machine_by_wql(self):
        query = f"ASSOCIATORS OF {self.machine_path()} WHERE AssocClass = Msvm_SnapshotOfVirtualSystem"
        self.assertEqual(self.names(self.wql(query)), ["leaf", "left", "right", "root"])

    def test_the_snapshots_of_a_machine_by_the_association_filter(self):
        more = ("<b:AssociationClassName>Msvm_SnapshotOfVirtualSystem</b:AssociationClassName><b:Role>Antecedent</b:Role>"
                "<b:ResultClassName>Msvm_VirtualSystemSettingData</b:ResultClassName><b:ResultRole>Dependent</b:ResultRole>")
        answer = self.filter("AssociatedInstances", self.machine_epr(), more)
        self.assertEqual(self.names(answer), ["leaf", "left", "right", "root"])

    def test_association_instances_lead_on_by_their_references(self):
        answer = self.filter("AssociationInstances", self.machine_epr(),
                             "<b:ResultClassName>Msvm_SnapshotOfVirtualSystem</b:ResultClassName>")
        self.assert_answer(answer)
        self.assertEqual(len(answer.items), 4)
        for item in answer.items:
            link = soap.Instance(item)
            self.assertEqual(link["Antecedent"].selectors["Name"], self.machine.id)
            snapshot = link["Dependent"]
            self.assert_answer(self.daemon.get(snapshot.resource, snapshot.selectors))

    def test_each_snapshot_comes_once_however_many_associations_lead_to_it(self):
        answer = self.wql(f"ASSOCIATORS OF {self.machine_path()}")
        self.assert_answer(answer)
        found = [soap.Instance(item)["InstanceID"] for item in answer.items]
        expected = ["Microsoft:" + self.machine.id, *map(self.machine.instance_id, self.machine.names())]
        expected.append(f"Microsoft:{self.machine.id}:SnapshotCapabilities")
        self.assertEqual(sorted(found), sorted(expected))

    def test_a_superclass_stands_for_its_subclasses(self):
        for clauses, expected in (("AssocClass = CIM_SnapshotOfVirtualSystem", 4),
                                  ("AssocClass = CIM_SettingsDefineState", 1),
                                  ("AssocClass = CIM_Dependency ResultClass = CIM_VirtualSystemSettingData", 4),
                                  ("ResultClass = CIM_ComputerSystem", 0)):
            with self.subTest(clauses):
                answer = self.wql(f"ASSOCIATORS OF {self.machine_path()} WHERE {clauses}")
                self.assert_answer(answer)
                self.assertEqual(len(answer.items), expected)

    def test_from_a_snapshot_to_its_machine(self):
        path = f'{{Msvm_VirtualSystemSettingData.InstanceID="{self.machine.instance_id("leaf")}"}}'
        answer = self.wql(f"ASSOCIATORS OF {path} WHERE ResultClass = Msvm_ComputerSystem")
        self.assert_answer(answer)
        self.assertEqual([soap.Instance(item)["Name"] for item in answer.items], [self.machine.id])

    def test_the_service_and_its_host(self):
        answer = self.filter("AssociatedInstances", soap.epr(soap.SERVICE, {}),
                             "<b:AssociationClassName>Msvm_HostedService</b:AssociationClassName>")
        self.assert_answer(answer)
        self.assertEqual([soap.Instance(item)["Caption"] for item in answer.items], ["Hosting Computer System"])

    def test_references_of_a_machine(self):
        answer = self.wql(f"REFERENCES OF {self.machine_path()}")
        self.assertEqual(self.classes(answer).count("Msvm_SnapshotOfVirtualSystem"), 4)
        self.assertEqual(self.classes(answer).count("Msvm_SettingsDefineState"), 1)
        answer = self.wql(f"REFERENCES OF {self.machine_path()} WHERE ResultClass = Msvm_SnapshotOfVirtualSystem "
                          "Role = Dependent")
        self.assertEqual(answer.items, [])

    def test_an_association_is_got_by_its_references(self):
        listed = self.daemon.enumerate(SNAPSHOT_OF, "EnumerateObjectAndEPR")
        self.assertEqual(len(listed), 4)
        nested = f"<a:EndpointReference>{self.machine_epr()}</a:EndpointReference>"
        snapshot = soap.settings_epr(self.machine.instance_id("leaf"))
        answer = self.daemon.get(SNAPSHOT_OF, {"Antecedent": nested,
                                               "Dependent": f"<a:EndpointReference>{snapshot}</a:EndpointReference>"})
        self.assert_answer(answer)
        self.assertEqual(answer.instance["Dependent"].selectors["InstanceID"], self.machine.instance_id("leaf"))
        current = soap.settings_epr("Microsoft:" + self.machine.id)
        answer = self.daemon.get(SNAPSHOT_OF, {"Antecedent": nested,
                                               "Dependent": f"<a:EndpointReference>{current}</a:EndpointReference>"})
        self.assert_fault(answer, "wsa:DestinationUnreachable", family="addressing")

    def test_a_query_over_an_association_compares_its_references(self):
        path = self.machine_path()[1:-1].replace("\\", "\\\\").replace('"', '\\"')
        answer = self.wql(f'SELECT Dependent FROM Msvm_SnapshotOfVirtualSystem WHERE Antecedent = "{path}"')
        self.assert_answer(answer)
        self.assertEqual({soap.local(item.tag) for item in answer.items}, {"XmlFragment"})
        self.assertEqual(len(answer.items), 4)

    def test_every_form_of_the_resource_uri(self):
        query = f"ASSOCIATORS OF {self.machine_path()} WHERE AssocClass = Msvm_SettingsDefineState"
        for resource, selectors in ((soap.WMI + "*", None), (soap.MACHINE, None),
                                    ("http://schemas.dmtf.org/wbem/wscim/1/*", {"__cimnamespace": soap.CIM_NAMESPACE}),
                                    ("http://schemas.dmtf.org/wbem/wscim/1/*", None)):
            with self.subTest(resource=resource, selectors=selectors):
                answer = self.wql(query, resource, selectors=selectors)
                self.assert_answer(answer)
                self.assertEqual(len(answer.items), 1)

    def test_associated_instances_as_references_and_with_them(self):
        answer = self.filter("AssociatedInstances", self.machine_epr(), mode="EnumerateEPR")
        self.assert_answer(answer)
        self.assertEqual({item.tag for item in answer.items}, {f"{{{soap.ADDRESSING}}}EndpointReference"})
        answer = self.filter("AssociatedInstances", self.machine_epr(), mode="EnumerateObjectAndEPR")
        self.assert_answer(answer)
        for item in answer.items:
            instance, reference = item
            self.assertEqual(soap.Instance(instance)["InstanceID"], soap.Reference(reference).selectors["InstanceID"])

    def test_include_result_property_brings_fragments(self):
        answer = self.filter("AssociatedInstances", self.machine_epr(),
                             "<b:AssociationClassName>Msvm_SettingsDefineState</b:AssociationClassName>"
                             "<b:IncludeResultProperty>InstanceID</b:IncludeResultProperty>"
                             "<b:IncludeResultProperty>ElementName</b:IncludeResultProperty>")
        self.assert_answer(answer)
        [item] = answer.items
        self.assertEqual(item.tag, f"{{{soap.WSMAN}}}XmlFragment")
        self.assertEqual([soap.local(each.tag) for each in item], ["InstanceID", "ElementName"])

    def test_an_object_that_is_not_exactly_one_instance_is_refused(self):
        for object_xml in (soap.settings_epr("Microsoft:99999999-0000-4000-8000-000000000000"),
                           soap.epr(soap.MACHINE, {}), soap.epr(soap.WMI + "Msvm_Nothing", {"Name": "x"}),
                           soap.epr(soap.MACHINE, {"Color": "red"}), "hello", ""):
            with self.subTest(object_xml):
                self.assert_fault(self.filter("AssociatedInstances", object_xml), **REFUSED)
        self.assert_fault(self.wql('ASSOCIATORS OF {Msvm_ComputerSystem.Name="nobody"}'), **REFUSED)

    def test_a_mixed_or_repeated_association_filter_is_refused(self):
        target = f"<b:Object>{self.machine_epr()}</b:Object>"
        query = f"<b:AssociatedInstances>{target}</b:AssociatedInstances>"
        other = f"<b:AssociationInstances>{target}</b:AssociationInstances>"
        for content in (query + query, query + other, "", "text",
                        f"<b:AssociatedInstances>{target}{target}</b:AssociatedInstances>",
                        f"<b:AssociatedInstances>{target}<b:Role>a</b:Role><b:Role>b</b:Role></b:AssociatedInstances>",
                        f"<b:AssociationInstances>{target}<b:ResultRole>Dependent</b:ResultRole></b:AssociationInstances>"):
            with self.subTest(content):
                self.assert_fault(self.ask(select(ASSOCIATION, content)), **REFUSED)
        two = select(ASSOCIATION, query).replace("</n:Enumerate>", f'<n:Filter Dialect="{ASSOCIATION}">{query}</n:Filter>'
                                                                   "</n:Enumerate>")
        self.assert_fault(self.ask(two), **REFUSED)

    def test_a_class_that_nobody_serves_is_refused_by_name(self):
        for clause in ("AssocClass = Msvm_Nothing", "ResultClass = Msvm_Nothing", "AssocClass = Msvm_ComputerSystem"):
            with self.subTest(clause):
                answer = self.wql(f"ASSOCIATORS OF {self.machine_path()} WHERE {clause}")
                self.assert_fault(answer, **REFUSED)
                self.assertIn(clause.rpartition(" ")[2], answer.fault.reason)

    def test_clauses_for_classes_and_qualifiers_are_refused_with_their_place(self):
        for clause in ("ClassDefsOnly", "SchemaOnly", "RequiredQualifier = Key", "RequiredAssocQualifier = Aggregation"):
            with self.subTest(clause):
                query = f"ASSOCIATORS OF {self.machine_path()} WHERE {clause}"
                answer = self.wql(query)
                self.assert_fault(answer, **REFUSED)
                self.assertIn(f"at character {query.index(clause) + 1} of the query", answer.fault.reason)

    def test_an_association_query_is_pulled_page_by_page(self):
        query = escape(f"ASSOCIATORS OF {self.machine_path()} WHERE AssocClass = Msvm_SnapshotOfVirtualSystem")
        answer = self.ask(soap.enumerate_body(extra=f'<w:Filter Dialect="{WQL}">{query}</w:Filter>'))
        seen = []
        while answer.context:
            answer = self.daemon.post(soap.request(soap.PULL, soap.WMI + "*", soap.pull_body(answer.context, 3)))
            self.assert_answer(answer)
            seen += [soap.Instance(item)["ElementName"] for item in answer.items]
        self.assertEqual(sorted(seen), ["leaf", "left", "right", "root"])


class WhatAJobAffects(WireCase):
    def test_a_machines_jobs_and_what_they_touched_are_found(self):
        left = self.machine.instance_id("left")
        job = self.daemon.destroy(left)
        self.daemon.wait_for_job(job)
        body = select(WQL, escape(f'ASSOCIATORS OF {{Msvm_ComputerSystem.Name="{self.machine.id}"}} WHERE '
                                  "AssocClass = Msvm_AffectedJobElement ResultClass = Msvm_ConcreteJob"))
        answer = self.daemon.post(soap.request(soap.ENUMERATE, soap.WMI + "*", body))
        self.assert_answer(answer)
        self.assertEqual([soap.Instance(item)["InstanceID"] for item in answer.items], [job])
        body = select(WQL, escape(f'REFERENCES OF {{Msvm_ConcreteJob.InstanceID="{job}"}}'))
        answer = self.daemon.post(soap.request(soap.ENUMERATE, soap.WMI + "*", body))
        self.assert_answer(answer)
        affected = [soap.Instance(item)["AffectedElement"] for item in answer.items]
        self.assertEqual(sorted(each.selectors.get("InstanceID") or each.selectors["Name"] for each in affected),
                         sorted([self.machine.id, left]))
