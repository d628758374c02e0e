"""docs/reliability.md and the tests say the same: each promise has a proof, each test of hostile peers is on the page."""

import re
import unittest

from wire.named_tests import TEST, TOP, UNIT_CASE, page, tests_of, unit_cases

FUZZ_TARGET = re.compile(r"`(fuzz_[a-z0-9_]+)`")
SCRIPT = re.compile(r"`(test/[A-Za-z0-9_./-]+)`")
SECTIONS = ("Hostile peers", "Faults from below", "Fuzzing and static analysis", "Concurrency", "What is not promised")


def sections():
    """Title to text of each part of the page."""
    parts = re.split(r"(?m)^## (.+)\n", page("reliability.md"))
    return dict(zip(parts[1::2], parts[2::2]))


def rows(text):
    """The rows of its tables, without their heads."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    rules = {number for number, line in enumerate(lines) if line.startswith("|---")}
    return [line for number, line in enumerate(lines) if number not in rules and number + 1 not in rules]


def folders():
    return {file.parent.name for file in (TOP / "test").glob("*/test_*.py")}


class ReliabilityPage(unittest.TestCase):
    def test_its_sections_are_there(self):
        self.assertEqual(tuple(sections()), SECTIONS)

    def test_every_promise_has_a_proof(self):
        for title in SECTIONS[:-1]:
            for row in rows(sections()[title]):
                with self.subTest(section=title, row=row[:60]):
                    proof = row.strip().strip("|").rpartition("|")[2]
                    self.assertTrue(any(kind.search(proof) for kind in (TEST, UNIT_CASE, FUZZ_TARGET, SCRIPT)), "no proof")

    def test_every_proof_that_it_names_is_there(self):
        text = page("reliability.md")
        self.assertEqual(set(TEST.findall(text)) - set().union(*map(tests_of, folders())), set())
        self.assertEqual(set(UNIT_CASE.findall(text)) - unit_cases(), set())
        targets = {file.stem for file in (TOP / "test/fuzz").glob("fuzz_*.cpp")}
        self.assertEqual(set(FUZZ_TARGET.findall(text)) - targets, set())
        self.assertEqual({path for path in SCRIPT.findall(text) if not (TOP / path).exists()}, set())

    def test_every_hostile_peer_is_on_it(self):
        named = set(TEST.findall(sections()["Hostile peers"]))
        this = {"test_reliability.py"}
        self.assertEqual(tests_of("hostile", this) - named, set())


if __name__ == "__main__":
    unittest.main()
