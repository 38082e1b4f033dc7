"""The law of laws: the engine does what a naive reading of the language's definition does."""

import functools
import posixpath
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve

from trigdsl import resources
from trigdsl.engine.search import Mode
from trigdsl.runtime import loader
from trigdsl.runtime.loader import VocabularySource
from trigdsl.source import Source
from trigdsl.syntax import parser
from trigdsl.syntax import tree as t
from trigdsl.testing.laws.trial import Trial, law
from trigdsl.testing.oracle import Oracle, Program, RefusedError

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
    program = reading(trial.tree, trial.beside, trial.vocabulary)
    return Oracle(program, trial.directory, single_pass=single_pass)


def reading(
    rules: t.File, beside: Mapping[str, t.File], vocabulary: VocabularySource | None = None
) -> Program:
    """Return what the second evaluator reads in rules as trees: a file, and those that it uses by their path from it."""
    own = loader.declared(vocabulary)
    if own is None:
        return Program.of([rules], [_stdlib("fields")], {**_libraries(), **_used(rules, beside)})
    return Program.of([rules], [_vocabulary(own)], _used(rules, beside))


@functools.lru_cache(maxsize=8)
def _vocabulary(text: str) -> t.File:
    return _parsed("vocabulary", text, parser.declared_verbs(text))


def _used(rules: t.File, beside: Mapping[str, t.File]) -> dict[str, t.File]:
    """Return files by what `use` calls them."""
    found: dict[str, t.File] = {}
    for path, file in (("", rules), *beside.items()):
        for item in file.items:
            if isinstance(item, t.Use) and item.path is not None:
                used = beside[posixpath.normpath(posixpath.join(posixpath.dirname(path), item.path))]
                if found.setdefault(item.path, used) is not used:
                    raise ValueError(f"`{item.path}` names two files")
    return found


def _compared(outcome: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in outcome.items() if key != "version"}
    found["effects"] = _without_texts(outcome["effects"])
    found["trial"] = [{**noted, "effects": _without_texts(noted["effects"])} for noted in outcome["trial"]]
    return found


def _without_texts(effects: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in e.items() if key not in NOT_COMPARED} for e in effects]


def differ(ours: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]]) -> str | None:
    """Return how outcomes of the engine differ from those of the page, or None."""
    if len(ours) != len(theirs):
        return "one of the two refuses an event that the other takes"
    pairs = zip(map(_compared, ours), theirs, strict=True)
    return next((f"\nthe engine: {one}\nthe page:   {two}" for one, two in pairs if one != two), None)


def _agree(trial: Trial, *, single_pass: bool) -> None:
    mode = Mode.SINGLE_PASS if single_pass else Mode.RESTART
    ours = [outcome.to_json() for outcome in trial.run(trial.rules, mode)]
    problem = differ(ours, told(oracle(trial, single_pass=single_pass), trial.events))
    assert problem is None, problem


def expected(second: Oracle, events: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what the second evaluator makes of each event; `refused` of one that does not fit."""
    found: list[dict[str, Any]] = []
    for event in events:
        try:
            found.append(second.feed(event))
        except RefusedError:
            found.append({"refused": True})
    return found


def told(second: Oracle, events: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what the second evaluator makes of each event that fits."""
    return [outcome for outcome in expected(second, events) if "refused" not in outcome]


@law
def the_engine_reads_the_page(trial: Trial) -> None:
    """The engine does what a naive reading of the language's definition does."""
    _agree(trial, single_pass=False)


@law
def a_single_pass_reads_the_page(trial: Trial) -> None:
    """In a single pass too the engine does what a naive reading does."""
    _agree(trial, single_pass=True)


@law
def the_index_finds_what_is_defined(trial: Trial) -> None:
    """Looking up which triggers hold comes to the same as trying each: outcome, trace, keys, ticket, whoever is known."""
    looked_up = evolve(trial.rules, by_definition=False)
    for people in (trial.people, trial.rules.directory({}), trial.people):
        for mode in Mode:
            defined = trial.run(trial.rules, mode, people=people)
            found = trial.run(looked_up, mode, by_definition=False, people=people)
            for ours, plain in zip(found, defined, strict=True):
                assert ours.to_json() == plain.to_json(), f"\nlooked up: {ours}\ntried:     {plain}"
                assert ours.trace == plain.trace, f"\nlooked up: {ours.trace}\ntried:     {plain.trace}"
                assert ours.ticket == plain.ticket


LAWS = (the_engine_reads_the_page, a_single_pass_reads_the_page, the_index_finds_what_is_defined)
