"""The law of laws: the engine does what a naive reading of the language's definition does."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

from trigdsl import resources
from trigdsl.engine.cycle import Mode
from trigdsl.runtime import loader
from trigdsl.source import Source
from trigdsl.syntax import parser
from trigdsl.syntax import tree as t
from trigdsl.testing.laws.trial import Trial, law
from trigdsl.testing.oracle import Oracle, RefusedError

NOT_COMPARED = {"subject", "body", "html", "line", "key", "language"}
"""What a naive reading does not tell: texts, places, and how effects are known again."""


def _parsed(name: str, text: str, verbs: frozenset[str] = frozenset()) -> t.File:
    return parser.parse(Source(name, parser.normalized(text)), verbs=verbs).file


@functools.cache
def _stdlib(name: str) -> t.File:
    folder = resources.folder("stdlib") / "zendesk"
    return _parsed(name, (folder / f"{name}.trig").read_text(encoding="utf-8"))


@functools.cache
def _libraries() -> dict[str, t.File]:
    return {name: _stdlib(path.stem) for name, path in loader.library_files().items()}


def oracle(trial: Trial, *, single_pass: bool = False) -> Oracle:
    """Return the second evaluator of a trial's rules."""
    own = loader.declared(trial.vocabulary)
    verbs = frozenset(trial.rules.vocabulary.actions)
    return Oracle(
        [_parsed("rules", trial.text, verbs)],
        [_stdlib("fields") if own is None else _parsed("vocabulary", own, verbs)],
        libraries=_libraries() if own is None else {},
        directory=trial.directory,
        single_pass=single_pass,
    )


def _compared(outcome: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in outcome.items() if key != "version"}
    found["effects"] = _without_texts(outcome["effects"])
    found["trial"] = [{**noted, "effects": _without_texts(noted["effects"])} for noted in outcome["trial"]]
    return found


def _without_texts(effects: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in e.items() if key not in NOT_COMPARED} for e in effects]


def _agree(trial: Trial, *, single_pass: bool) -> None:
    second = oracle(trial, single_pass=single_pass)
    expected = []
    for event in trial.events:
        try:
            expected.append(second.feed(event))
        except RefusedError:
            continue
    mode = Mode.SINGLE_PASS if single_pass else Mode.RESTART
    found = [_compared(outcome.to_json()) for outcome in trial.run(trial.rules, mode)]
    assert len(found) == len(expected), "one of the two refuses an event that the other takes"
    for ours, theirs in zip(found, expected, strict=True):
        assert ours == theirs, f"\nthe engine: {ours}\nthe page:   {theirs}"


@law
def the_engine_reads_the_page(trial: Trial) -> None:
    """The engine does what a naive reading of the language's definition does."""
    _agree(trial, single_pass=False)


@law
def a_single_pass_reads_the_page(trial: Trial) -> None:
    """In a single pass too the engine does what a naive reading does."""
    _agree(trial, single_pass=True)


LAWS = (the_engine_reads_the_page, a_single_pass_reads_the_page)
