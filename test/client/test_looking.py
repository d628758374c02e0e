"""What the client shows: identify, vms, tree, query; for people and as JSON; and names that are none."""

import json

from client.program import ClientCase


class Looking(ClientCase):
    def fill(self, store):
        super().fill(store)
        self.other = store.add_machine("Other", [("root", None)])

    def test_identify_says_what_answers(self):
        self.assertEqual(self.json_of("identify")["ProductVendor"], "Tintype")
        self.assertRegex(self.run_client("identify"), r"ProductVendor +Tintype\n")

    def test_vms_lists_the_machines_but_not_the_host(self):
        self.assertEqual(self.json_of("vms"), [
            {"name": "Build server", "id": self.machine.id, "state": "off", "snapshots": 4},
            {"name": "Other", "id": self.other.id, "state": "off", "snapshots": 1}])
        lines = self.run_client("vms").splitlines()
        self.assertEqual(lines[0].split(), ["NAME", "STATE", "SNAPSHOTS", "GUID"])
        self.assertEqual(lines[2].split(), ["Other", "off", "1", self.other.id])

    def test_a_tree_is_drawn_with_the_present_state_below_its_snapshot(self):
        drawn = ("Build server  off\n"
                 "└─ root            2026-11-22 10:00:00Z\n"
                 "   ├─ left         2026-11-22 10:00:01Z\n"
                 "   │  └─ leaf      2026-11-22 10:00:03Z\n"
                 "   │     └─ ● now\n"
                 "   └─ right        2026-11-22 10:00:02Z\n")
        self.assertEqual(self.run_client("tree", "Build server"), drawn)
        self.assertEqual(self.run_client("tree", self.machine.id.lower()), drawn)
        self.assertTrue(self.run_client("tree").startswith(drawn + "\nOther  off\n"))

    def test_a_tree_is_drawn_with_ascii_where_the_locale_has_nothing_else(self):
        self.assertIn("   |- left", self.run_client("tree", "Build server", LC_ALL="C"))

    def test_a_tree_in_json_is_nested(self):
        (tree,) = self.json_of("tree", "Build server")
        self.assertEqual(tree["current"], self.machine.snapshot_id("leaf"))
        (root,) = tree["snapshots"]
        self.assertEqual([(each["name"], each["current"]) for each in root["children"]], [("left", False), ("right", False)])
        self.assertTrue(root["children"][0]["children"][0]["current"])

    def test_colours_are_for_terminals_only(self):
        self.assertNotIn("\x1b", self.run_client("tree"))
        for no_color, coloured in ((None, True), ("1", False)):
            terminal = self.at_terminal("tree", NO_COLOR=no_color)
            self.assertEqual(terminal.wait(), 0)
            self.assertEqual("\x1b[1mBuild server" in terminal.text, coloured)
        terminal = self.at_terminal("tree", "--json")
        self.assertEqual(terminal.wait(), 0)
        self.assertEqual(len(json.loads(terminal.text)), 2)

    def test_what_is_not_there_is_not_found(self):
        for arguments in (("tree", "Nobody"), ("create", "Nobody"), ("destroy", "nothing"), ("apply", "nothing"),
                          ("rename", "nothing", "new"), ("watch", "nothing"),
                          ("watch", "00000000-0000-0000-0000-000000000000")):
            with self.subTest(arguments):
                self.assertRegex(self.run_client(*arguments, status=3), r"^tintype: There is no ")

    def test_an_ambiguous_name_is_refused_with_the_candidates(self):
        told = self.run_client("destroy", "root", status=7)
        for machine in (self.machine, self.other):
            self.assertIn(f"{machine.snapshot_id('root')}  {machine.name}/root", told)
        self.assertEqual([machine["snapshots"] for machine in self.json_of("vms")], [4, 1])
        self.run_client("destroy", "Other/root")
        self.assertEqual([machine["snapshots"] for machine in self.json_of("vms")], [4, 0])

    def test_a_query_prints_what_it_finds(self):
        wql = "SELECT ElementName, OperationalStatus FROM Msvm_ComputerSystem WHERE Caption = 'Virtual Machine'"
        self.assertEqual({each["properties"]["ElementName"] for each in self.json_of("query", wql)},
                         {"Build server", "Other"})
        self.assertRegex(self.run_client("query", wql), r"(?m)^ElementName +Other$")
        (system,) = self.json_of("query", "SELECT * FROM Win32_OperatingSystem", "--namespace", "root/cimv2")
        self.assertEqual(system["class"], "Win32_OperatingSystem")

    def test_many_items_come_in_several_pages(self):
        for name in ("Large", "Larger"):
            self.store.add_machine(name, [(f"s{number}", None) for number in range(60)])
        self.daemon.stop()
        self.daemon.start()  # on another port, which TINTYPE_URL then names
        self.assertEqual([machine["snapshots"] for machine in self.json_of("vms")], [4, 60, 60, 1])

    def test_a_fault_is_a_sentence_and_its_detail_is_behind_verbose(self):
        told = self.run_client("query", "nonsense", status=1)
        self.assertEqual(len(told.splitlines()), 1, told)
        self.assertIn("CannotProcessFilter", self.run_client("query", "nonsense", "--verbose", status=1))
        error = json.loads(self.run_client("query", "nonsense", "--json", status=1))["error"]
        self.assertEqual((error["exit_code"], f"tintype: {error['sentence']}\n"), (1, told))

    def test_a_wrong_command_line_is_usage(self):
        for arguments in ((), ("explode",), ("tree", "--bogus"), ("destroy",), ("--timeout", "soon", "vms"),
                          ("--password", "secret", "vms"), ("invoke", "Class", "Method", "no-equals-sign"),
                          ("invoke", "No class", "Method")):
            with self.subTest(arguments):
                self.run_client(*arguments, status=2)

    def test_a_command_or_option_that_is_not_there_is_named(self):
        for arguments, named in ((("vm",), "command 'vm'"), (("--json", "vm", "--bogus", "x"), "command 'vm'"),
                                 (("--bogus",), "option '--bogus'")):
            with self.subTest(arguments):
                self.assertEqual(self.run_client(*arguments, status=2),
                                 f"tintype: There is no {named} (see tintype --help)\n")

    def test_a_class_that_is_not_there_is_a_refusal_of_a_query_and_no_find_of_an_invoke(self):
        self.run_client("query", "select * from Foo", status=1)
        self.run_client("invoke", "Foo", "Bar", status=3)

    def test_help_and_version_are_not_errors(self):
        self.assertIn("Exit status:", self.run_client("--help"))
        self.assertIn("\nUsage: tintype tree [", self.run_client("tree", "--help"))
        self.assertIn("--tree", self.run_client("destroy", "--help"))
        self.assertRegex(self.run_client("--version"), r"^tintype \d")
