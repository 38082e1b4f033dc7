"""Results of tests as JUnit XML, as build servers read it."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath
from xml.etree import ElementTree as ET

from trigdsl.testing.scenarios.runner import Result

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(results: Sequence[Result], told: Sequence[str]) -> str:
    """Return the results as one document; told says of each, at length, how it came out."""
    failed = sum(not result.passed for result in results)
    root = ET.Element("testsuites", tests=str(len(results)), failures=str(failed))
    count = Counter(result.scenario.at.path for result in results)
    suites = {}
    for path, tests in count.items():
        wrong = sum(not r.passed for r in results if r.scenario.at.path == path)
        suites[path] = ET.SubElement(
            root, "testsuite", name=_xml(path), tests=str(tests), failures=str(wrong)
        )
    for result, text in zip(results, told, strict=True):
        at = result.scenario.at
        case = ET.SubElement(
            suites[at.path],
            "testcase",
            name=_xml(result.scenario.title),
            classname=_xml(".".join(PurePath(at.path).with_suffix("").parts)),
            file=_xml(at.path),
            line=str(at.line),
            time=f"{result.seconds:.6f}",
        )
        if not result.passed:
            message = "; ".join(f"expected {failure.expected}" for failure in result.failures)
            ET.SubElement(case, "failure", message=_xml(message)).text = _xml(text)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _xml(text: str) -> str:
    """Return a text without the characters that no XML document may hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
