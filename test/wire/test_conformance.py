"""docs/conformance.md names tests; they have to be there."""

import pathlib
import re
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]


class ConformanceTable(unittest.TestCase):
    def test_every_test_that_the_table_names_exists(self):
        named = set(re.findall(r"`(test_[a-z0-9_]+)`", (TOP / "docs/conformance.md").read_text()))
        there = set()
        for file in (TOP / "test/wire").glob("test_*.py"):
            there |= set(re.findall(r"def (test_[a-z0-9_]+)", file.read_text()))
        self.assertGreater(len(named), 40)
        self.assertEqual(named - there, set())

    def test_every_yes_names_its_proof_or_a_dash(self):
        for line in (TOP / "docs/conformance.md").read_text().splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if line.startswith("| ") and len(cells) == 3 and cells[1].startswith("yes"):
                with self.subTest(rule=cells[0]):
                    self.assertTrue("`test_" in cells[2] or cells[2] == "–", cells[2])
