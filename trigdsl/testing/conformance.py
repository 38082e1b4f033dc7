"""The conformance suite: cases as data, and whether an implementation decides them as they say.

`tests/conformance/README.md` explains the format. The engine is what is asked; the second evaluator on request.
"""

import functools
import importlib.util
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from trigdsl.engine.search import Mode
from trigdsl.engine.state import UpdateError
from trigdsl.runtime import loader
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.source import Source
from trigdsl.syntax import parser, tree
from trigdsl.testing.laws import agreement
from trigdsl.testing.oracle import Oracle, RefusedError

SCHEMA = 1
"""The version of the format that is read."""

Json = Mapping[str, Any]


class SuiteError(ValueError):
    """A file that is no part of a suite; the message says why."""


@frozen
class Case:
    """Rules with what happens to them: events and what comes of each, or the mistakes that are found."""

    id: str
    idea: str
    rules: str
    files: Mapping[str, str] = field(factory=dict)
    vocabulary: str | None = None
    templates: Mapping[str, str] = field(factory=dict)
    directory: Json = field(factory=dict)
    single_pass: bool = False
    needs: Sequence[str] = ()
    events: Sequence[Json] = ()
    expect: Sequence[Json] = ()
    diagnostics: Sequence[Json] | None = None


@frozen
class Difference:
    """What came of an event, counted from 1, and what was expected; 0 where no event is meant."""

    event: int
    expected: str
    found: str

    def __str__(self) -> str:
        place = f"event {self.event}: " if self.event else ""
        return f"{place}expected {self.expected}; came {self.found}"


@frozen
class Result:
    """How a case ended: as it says, with differences, or not at all, for the reason that is given."""

    case: Case
    differences: tuple[Difference, ...] = ()
    skipped: str | None = None


Decide = Callable[[Case], Iterable[Json]]
"""An implementation: the outcome of each event, or `{"refused": true}`."""


def read(text: str) -> tuple[Case, ...]:
    """Return the cases of a file's text; SuiteError where it holds something else."""
    try:
        data = json.loads(text)
        if data["schema"] != SCHEMA:
            raise SuiteError(f"its schema is {data['schema']!r}, and {SCHEMA} is known")
        return tuple(Case(**case) for case in data["cases"])
    except (ValueError, KeyError, TypeError) as error:
        raise SuiteError(f"it is no file of cases: {error}") from None


def run(cases: Iterable[Case], *, oracle: bool = False) -> Iterator[Result]:
    """Yield how each case ends with the engine, or with the second evaluator."""
    for case in cases:
        reason = _unable(case, oracle=oracle)
        if reason is not None:
            yield Result(case, skipped=reason)
        elif case.diagnostics is not None:
            yield Result(case, (*_mistakes_differ(case.diagnostics, mistakes(case)),))
        else:
            yield Result(case, (*_decided(case, by_oracle if oracle else by_engine),))


def _decided(case: Case, decide: Decide) -> Iterator[Difference]:
    try:
        found = list(decide(case))
    except loader.RulesError as error:
        yield Difference(0, "rules without mistakes", _listed([d.code for d in error.diagnostics]))
    else:
        yield from _outcomes_differ(case.expect, found)


def _unable(case: Case, *, oracle: bool) -> str | None:
    """Return why a case cannot be decided here, or None."""
    if oracle and case.diagnostics is not None:
        return "the second evaluator finds no mistakes"
    if "patterns" in case.needs and importlib.util.find_spec("re2") is None:
        return "it needs trigdsl[patterns]"
    return None


# The two implementations


def by_engine(case: Case) -> Iterator[Json]:
    """Yield what the engine makes of each event, texts left out."""
    given = (case.rules, case.files, case.vocabulary, case.templates, case.directory)
    rules = _compiled(*map(json.dumps, given))
    mode = Mode.SINGLE_PASS if case.single_pass else Mode.RESTART
    stream = rules.fold(directory=rules.directory(case.directory), mode=mode, render=False)
    for event in case.events:
        try:
            outcome = stream.feed(event).to_json()
        except UpdateError:
            yield {"refused": True}
        else:
            trial = [
                {"trigger": trial["trigger"], "effects": _bare(trial["effects"])}
                for trial in outcome["trial"]
            ]
            yield {**outcome, "effects": _bare(outcome["effects"]), "trial": trial}


@functools.lru_cache(maxsize=32)
def _compiled(rules: str, files: str, vocabulary: str, templates: str, directory: str) -> Ruleset:
    """Return the rules of a case; neighbours in a file have the same ones."""
    return loader.compile_text(
        json.loads(rules),
        files=json.loads(files),
        vocabulary=json.loads(vocabulary),
        templates=json.loads(templates),
        directory=json.loads(directory),
    )


_LEFT_OUT = ("subject", "body", "html", "language", "line", "key")


def _bare(effects: Sequence[Json]) -> list[Json]:
    return [{key: value for key, value in effect.items() if key not in _LEFT_OUT} for effect in effects]


def by_oracle(case: Case) -> Iterator[Json]:
    """Yield what the second evaluator makes of each event."""
    own = case.vocabulary
    verbs = frozenset[str]() if own is None else parser.declared_verbs(own)
    beside = {path: _parsed(text, verbs) for path, text in case.files.items()}
    program = agreement.reading(_parsed(case.rules, verbs), beside, own)
    second = Oracle(program, case.directory, single_pass=case.single_pass)
    for event in case.events:
        try:
            yield second.feed(event)
        except RefusedError:
            yield {"refused": True}


@functools.lru_cache(maxsize=32)
def _parsed(text: str, verbs: frozenset[str] = frozenset()) -> tree.File:
    found = parser.parse(Source("rules", text), verbs=verbs)
    assert found.diagnostics == (), found.diagnostics
    return found.file


def mistakes(case: Case) -> list[Json]:
    """Return the line and the code of each mistake and warning in a case's rules."""
    loaded = loader.load_text(
        case.rules,
        vocabulary=case.vocabulary,
        templates=case.templates,
        directory=case.directory,
        files=case.files,
    )
    return [{"line": found.line, "code": found.code} for found in loaded.diagnostics]


# What is expected beside what came


def _mistakes_differ(expected: Sequence[Json], found: Sequence[Json]) -> Iterator[Difference]:
    wanted, came = (sorted(f"{d['code']} in line {d['line']}" for d in many) for many in (expected, found))
    if wanted != came:
        yield Difference(0, _listed(wanted), _listed(came))


def _outcomes_differ(expected: Sequence[Json], found: Sequence[Json]) -> Iterator[Difference]:
    if len(expected) != len(found):
        yield Difference(0, f"{len(expected)} outcomes", f"{len(found)}")
    for number, (wanted, came) in enumerate(zip(expected, found, strict=False), 1):
        for one, other in _differences(wanted, came):
            yield Difference(number, one, other)


def _differences(wanted: Json, came: Json) -> Iterator[tuple[str, str]]:
    """Yield what an outcome should say and what it says instead, each in a few words."""
    should, does = _manner(wanted), _manner(came)
    if should != does:
        yield f"that it {should}", f"that it {does}"
    if "refused" in (should.split()[-1], does.split()[-1]):
        return
    for key, name in (("fired", "to fire"), ("effects", "as effects"), ("trial", "on trial")):
        one, other = wanted.get(key, []), came.get(key, [])
        if one != other:
            yield f"{name} {_listed(one)}", _listed(other)
    after = came.get("after", {})
    for name, value in wanted.get("after", {}).items():
        if after.get(name) != value:
            yield f"{name} to be {_shown(value)}", _shown(after.get(name))


def _manner(outcome: Json) -> str:
    if outcome.get("refused"):
        return "is refused"
    return "is a duplicate" if outcome.get("duplicate") else "is accepted"


def _listed(things: Sequence[Any]) -> str:
    return ", ".join(thing if isinstance(thing, str) else _shown(thing) for thing in things) or "nothing"


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
