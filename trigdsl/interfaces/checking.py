"""`trigdsl check`: what is wrong with rules, for people, programs, editors and code hosts."""

import json
import sys
from collections.abc import Sequence
from typing import Any

from attrs import frozen

from trigdsl.diagnostics import Diagnostic, Severity
from trigdsl.interfaces import explaining, fixing, loading, people, speaking
from trigdsl.interfaces.files import WrongUseError
from trigdsl.interfaces.people import People
from trigdsl.languages import ENGLISH
from trigdsl.runtime.ruleset import Loaded
from trigdsl.sentences import Sentences
from trigdsl.spelling import did_you_mean
from trigdsl.version import __version__


@frozen
class Request:
    """What to check, and how to tell: `text`, `json`, `lines` or `sarif`."""

    rules: Sequence[str]
    directories: Sequence[str] = ()
    form: str = "text"
    allow: Sequence[str] = ()
    fix: bool = False
    cached: bool = True
    language: str | None = None


def run(request: Request) -> int:
    """Print what is wrong; return 1 when there are errors, else 0."""
    codes = explaining.pages()
    for code in request.allow:
        if code not in codes:
            raise WrongUseError(
                f"there is no warning `{code}`; {did_you_mean(code, codes) or 'see `trigdsl explain`'}"
            )
    given = people.read(request.directories)
    if request.fix:
        fixing.run(lambda: _loaded(request, given), sys.stderr if request.form != "text" else sys.stdout)
    loaded = _loaded(request, given)
    if loaded.ruleset is not None:
        people.directory(loaded.ruleset, given, sys.stderr)
    _tell(loaded, request)
    return 1 if _count(loaded.diagnostics, Severity.ERROR) else 0


def _loaded(request: Request, given: People) -> Loaded:
    return loading.load(loading.Request(request.rules, given.together, request.allow, request.cached))


def _count(found: Sequence[Diagnostic], severity: Severity) -> int:
    return sum(d.severity is severity for d in found)


def _tell(loaded: Loaded, request: Request) -> None:
    # A program finds English in what it reads, in whatever language the rules are, unless it asks for another.
    asked = request.language or ENGLISH
    shown = speaking.rendered(loaded.diagnostics, request.language, loaded.files)
    match request.form:
        case "json":
            for diagnostic in loaded.diagnostics:
                print(json.dumps(speaking.in_words(diagnostic, asked).to_json(), ensure_ascii=False))
        case "lines":
            for text in shown:
                print(text.split("\n", 1)[0])
        case "sarif":
            found = [speaking.in_words(diagnostic, asked) for diagnostic in loaded.diagnostics]
            print(json.dumps(sarif(found, asked), ensure_ascii=False, indent=2))
        case _:
            for text in shown:
                print(text)
            print(_summary(loaded, speaking.sentences(speaking.language(request.language, loaded.files))))


def _summary(loaded: Loaded, say: Sentences) -> str:
    errors = _count(loaded.diagnostics, Severity.ERROR)
    warnings = _count(loaded.diagnostics, Severity.WARNING)
    told = f", {say.several(warnings, '{} warning', '{} warnings')}" if warnings else ""
    if errors:
        return say.several(errors, "{} mistake", "{} mistakes") + told
    triggers = loaded.ruleset.triggers if loaded.ruleset is not None else ()
    kept = sum(bool(trigger.raw) for trigger in triggers)
    told = (f" ({say.say('{} not executable', kept)})" if kept else "") + f", {say.say('no mistakes')}" + told
    return say.several(len(triggers), "{} trigger", "{} triggers") + told


# For code hosts


def sarif(found: Sequence[Diagnostic], language: str = ENGLISH) -> dict[str, Any]:
    """Return a log in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS)."""
    codes = sorted({d.code for d in found})
    driver = {
        "name": "trigdsl",
        "version": __version__,
        "rules": [{"id": code, "help": {"text": explaining.page(code, language) or code}} for code in codes],
    }
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(d, codes.index(d.code)) for d in found],
            }
        ],
    }


def _result(d: Diagnostic, number: int) -> dict[str, Any]:
    text = d.message if d.help is None else f"{d.message}; {d.help}"
    result: dict[str, Any] = {
        "ruleId": d.code,
        "ruleIndex": number,
        "level": d.severity.value,
        "message": {"text": text},
        "locations": [{"physicalLocation": _place(d.source.name, d.to_json())}],
    }
    if d.notes:
        result["relatedLocations"] = [
            {"physicalLocation": _place(n.source.name, n.to_json()), "message": {"text": n.message}}
            for n in d.notes
        ]
    if d.fix:
        replacements = [
            {
                "deletedRegion": _region(edit.to_json(d.source)),
                "insertedContent": {"text": edit.text},
            }
            for edit in d.fix
        ]
        change = {"artifactLocation": {"uri": d.source.name}, "replacements": replacements}
        result["fixes"] = [
            {"description": {"text": "make the change that is certain"}, "artifactChanges": [change]}
        ]
    return result


def _place(name: str, place: dict[str, object]) -> dict[str, Any]:
    return {"artifactLocation": {"uri": name.replace("\\", "/")}, "region": _region(place)}


def _region(place: dict[str, object]) -> dict[str, object]:
    region = {"startLine": place["line"], "startColumn": place["column"]}
    if "end_line" in place:
        region |= {"endLine": place["end_line"], "endColumn": place["end_column"]}
    return region
