"""Rules with a story, told by the engine and by the second evaluator."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import field, frozen
from desk import PEOPLE

import trigdsl
from trigdsl import resources
from trigdsl.source import Source
from trigdsl.syntax import parser, tree
from trigdsl.testing.oracle import Oracle, Program, RefusedError

STDLIB = resources.folder("stdlib")
Event = Mapping[str, Any]


def parsed(text: str, verbs: frozenset[str] = frozenset()) -> tree.File:
    found = parser.parse(Source("rules", text), verbs=verbs)
    assert found.diagnostics == ()
    return found.file


def file(*parts: str) -> str:
    return STDLIB.joinpath(*parts).read_text(encoding="utf-8")


VOCABULARY = parsed(file("zendesk", "fields.trig"))
LIBRARIES = {
    "zendesk": parsed(file("zendesk", "triggers.trig")),
    "zendesk.current": parsed(file("zendesk", "current.trig")),
    "zendesk.lifecycle": parsed(file("zendesk", "lifecycle.trig")),
}


@frozen
class Case:
    """Rules with a story, and what fires in each of its events; an event that is refused fires `refused`."""

    rules: str
    events: Sequence[Event]
    fired: Sequence[str]
    directory: Mapping[str, Any] = field(default=PEOPLE)
    single_pass: bool = False
    vocabulary: str | None = None
    told: Sequence[str] | None = None


REFUSED = {"fired": ["refused"]}
NOT_COMPARED = ("subject", "body", "html", "line", "key", "language")


def by_engine(case: Case) -> Iterator[dict[str, Any]]:
    """Yield the outcome of each event of a case, texts and places left out."""
    rules = trigdsl.compile_text(
        case.rules, templates={"t": "A text."}, directory=case.directory, vocabulary=case.vocabulary
    )
    mode = trigdsl.Mode.SINGLE_PASS if case.single_pass else trigdsl.Mode.RESTART
    stream = rules.fold(directory=rules.directory(case.directory), mode=mode)
    for happening in case.events:
        try:
            yield compared(stream.feed(happening).to_json())
        except trigdsl.UpdateError:
            yield REFUSED


def compared(outcome: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in outcome.items() if key != "version"}
    found["effects"] = _without_texts(outcome["effects"])
    found["trial"] = [{**trial, "effects": _without_texts(trial["effects"])} for trial in outcome["trial"]]
    return found


def _without_texts(effects: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in e.items() if key not in NOT_COMPARED} for e in effects]


def by_oracle(case: Case) -> Iterator[dict[str, Any]]:
    own = case.vocabulary
    verbs = parser.declared_verbs(own) if own else frozenset()
    vocabulary = parsed(own, verbs) if own else VOCABULARY
    program = Program.of([parsed(case.rules, verbs)], [vocabulary], LIBRARIES)
    second = Oracle(program, case.directory, single_pass=case.single_pass)
    for happening in case.events:
        try:
            yield second.feed(happening)
        except RefusedError:
            yield REFUSED


def fired(outcomes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the titles that fired in each event, on one line each."""
    return [" ".join(outcome["fired"]) for outcome in outcomes]


def told(outcomes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return who is told in each event, by their bare names, on one line each."""
    return [
        " ".join(e["recipient"].split("@")[0] for e in outcome["effects"] if e["kind"] == "notification")
        for outcome in outcomes
    ]


def story(*events: Event) -> list[dict[str, Any]]:
    """Return the events of ticket 42 with numbers of their own; the first creates it."""
    return [
        {**happening, "id": f"e-{number}", "type": f"ticket.{'updated' if number else 'created'}"}
        for number, happening in enumerate(events)
    ]
