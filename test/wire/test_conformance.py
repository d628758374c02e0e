"""docs/conformance.md and the tests say the same: what the table names is there, what is tested is in the table."""

import re
import unittest

from wire.named_tests import TEST, UNIT_CASE, page, tests_of, unit_cases

BEYOND = "Beyond the specification"
# What is about the program, or about what a class says, rather than about the protocol.
NOT_OF_THE_PROTOCOL = {"test_daemon.py", "test_host.py", "test_conformance.py"}


class Row:
    def __init__(self, section, cells):
        self.section = section
        self.rule, self.text, self.holds, self.proof = cells
        self.document = "DSP0227" if "DSP0227" in section else "DSP0226"

    def __str__(self):
        return f"{self.document} {self.rule}"

    @property
    def place(self):
        """Where it stands: its clause, then whether it goes by number or letter, and that."""
        found = re.fullmatch(r"R?([\dA-Z][\d.]*)(?:-(\d+)| ([a-z]|\d+))?", self.rule)
        assert found, f"{self} is no number of a rule"
        clause, number, letter = found.groups()
        steps = [int(step) if step.isdigit() else ord(step) for step in clause.split(".")]
        return steps, "number" if number else "letter", int(number or 0) or letter or ""


def rows():
    found, section = [], ""
    for line in page("conformance.md").splitlines():
        if line.startswith("## "):
            section = line[3:]
        elif line.startswith("|") and section != BEYOND and not line.startswith(("|---", "| rule |")):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            assert len(cells) == 4, f"a row of {len(cells)} cells: {line}"
            found.append(Row(section, cells))
    return found


def beyond():
    return set(TEST.findall(page("conformance.md").partition(f"## {BEYOND}\n")[2]))


class ConformanceTable(unittest.TestCase):
    def test_every_row_says_whether_it_holds_and_by_which_proof_or_why_not(self):
        self.assertGreater(len(rows()), 150)
        for row in rows():
            with self.subTest(rule=str(row)):
                self.assertIn(row.holds, ("yes", "no", "n/a"))
                self.assertGreater(len(row.text), 3)
                if row.holds == "yes":
                    self.assertTrue(TEST.search(row.proof) or UNIT_CASE.search(row.proof), "a yes without its proof")
                else:
                    self.assertGreater(len(TEST.sub("", row.proof)), 8, "no reason")

    def test_every_test_that_the_table_names_is_there(self):
        there, cases = tests_of("wire") | tests_of("interop"), unit_cases()
        for row in rows():
            with self.subTest(rule=str(row)):
                self.assertEqual(set(TEST.findall(row.proof)) - there, set())
                self.assertEqual(set(UNIT_CASE.findall(row.proof)) - cases, set())
        self.assertEqual(beyond() - there, set())

    def test_every_test_that_the_table_of_faults_names_is_there(self):
        named = set(TEST.findall(page("faults.md")))
        self.assertGreater(len(named), 4)
        self.assertEqual(named - tests_of("wire"), set())

    def test_every_test_of_the_protocol_is_in_the_table_or_beyond_the_specification(self):
        named = {name for row in rows() for name in TEST.findall(row.proof)}
        self.assertEqual(tests_of("wire", NOT_OF_THE_PROTOCOL) - named - beyond(), set())
        self.assertEqual(beyond() & named, set(), "what proves a rule is not beyond the specification")

    def test_nothing_is_left_for_later(self):
        for row in rows():
            self.assertNotRegex(f"{row.holds} {row.proof}", r"(?i)\blater\b|\btodo\b|\bnot yet\b|^–$", str(row))

    def test_rules_stand_once_and_in_their_order(self):
        last = {}
        for row in rows():
            clause, kind, place = row.place
            with self.subTest(rule=str(row)):
                self.assertGreaterEqual(clause, last.get((row.document, "clause"), [0]))
                if last.get((row.document, "clause")) != clause:
                    last.pop((row.document, "number"), None)
                    last.pop((row.document, "letter"), None)
                before = last.get((row.document, kind))
                if before is not None:
                    self.assertGreater(place, before)
                last[(row.document, kind)] = place
                last[(row.document, "clause")] = clause
