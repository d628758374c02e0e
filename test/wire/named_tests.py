"""Tests by the names that the documentation gives them, for the checks that hold a page to them."""

import pathlib
import re

TOP = pathlib.Path(__file__).resolve().parents[2]
TEST = re.compile(r"`(test_[a-z0-9_]+)`")
UNIT_CASE = re.compile(r'unit test "([^"]+)"')


def page(name):
    return (TOP / "docs" / name).read_text()


def tests_of(folder, but=()):
    return {name for file in (TOP / "test" / folder).glob("test_*.py") if file.name not in but
            for name in re.findall(r"    def (test_[a-z0-9_]+)\(self", file.read_text())}


def unit_cases():
    return {"".join(re.findall(r'"((?:[^"\\]|\\.)*)"', found)).replace('\\"', '"')
            for file in (TOP / "test/unit").rglob("*.cpp")
            for found in re.findall(r'TEST_CASE\(((?:\s*"(?:[^"\\]|\\.)*")+)', file.read_text())}
