"""The strategies themselves: what they make is valid, and worth running."""

import functools
import json
from collections.abc import Iterable
from random import Random
from typing import Any

import attrs
import pytest
from constructs import constructs, every_construct
from figures import ONLY_GENERATED, TEMPLATES, TRACKER, Figures, measured
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from trigdsl.runtime import loader
from trigdsl.runtime.loader import RulesError
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics import types
from trigdsl.semantics.vocabulary import Field
from trigdsl.source import Source
from trigdsl.syntax import parser, printer, words
from trigdsl.syntax import tree as t
from trigdsl.testing import strategies
from trigdsl.testing.generation.cases import make_case
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.strategies import Case, World

TABLE = words.load("en")
ZENDESK = World.zendesk()
BUGS = World.over(TRACKER, templates=TEMPLATES)
WORLDS = [pytest.param(ZENDESK, None, id="zendesk"), pytest.param(BUGS, TRACKER, id="bugs")]
EXAMPLES = 150

few = settings(ONLY_GENERATED, max_examples=60)


def loaded(text: str, vocabulary: str | None, directory: Any = None) -> Ruleset:
    templates = None if vocabulary is None else TEMPLATES
    found = loader.load_text(text, vocabulary=vocabulary, templates=templates, directory=directory)
    assert found.ruleset is not None, [d.message for d in found.diagnostics]
    return found.ruleset


@functools.cache
def bare(vocabulary: str | None) -> Ruleset:
    """Return a rule set without rules, which reads directories, events and tickets."""
    return loaded('category "None"', vocabulary)


# Figures


@pytest.mark.parametrize(("world", "vocabulary"), WORLDS)
def test_cases_are_worth_running(world: World, vocabulary: str | None) -> None:
    figures: Figures = measured(world, EXAMPLES, vocabulary=vocabulary)

    shown = "\n".join(figures.lines())
    assert figures.cases == EXAMPLES
    assert figures.loaded >= 0.95 * figures.cases, shown
    assert figures.dead <= 0.05 * figures.triggers, shown
    assert figures.rate(figures.fired) >= 0.5, shown
    assert figures.rate(figures.enabled) >= 0.1, shown
    assert max(figures.chains) >= 3, shown


def test_every_construct_is_made() -> None:
    """Hosts alone declare actions of their own, and do them."""
    missing = every_construct()

    def completes(tree: t.File) -> bool:
        missing.difference_update(constructs(tree))
        return not missing - own

    own = {kind.__name__ for kind in (t.ActionDeclaration, t.Perform, t.ExpectPerformed)}
    seen = settings(ONLY_GENERATED, max_examples=5000)
    in_files = strategies.cases(ZENDESK, several_files=True).map(whole)
    find(st.one_of(strategies.rule_files(ZENDESK), in_files), completes, settings=seen)
    own = set()
    vocabularies = strategies.vocabulary_files()
    find(st.one_of(vocabularies, strategies.rule_files(BUGS)), completes, settings=seen)


def whole(case: Case) -> t.File:
    """Return everything that the files of a case say as if it stood in one."""
    return t.File(tuple(item for file in (case.file, *case.beside.values()) for item in file.items))


@few
@given(strategies.cases(ZENDESK, several_files=True))
def test_files_use_each_other(case: Case) -> None:
    rules = loader.compile_text(case.rules, directory=case.directory, files=case.files)
    [*rules.run(case.events, directory=rules.directory(case.directory))]
    used = [item.path for item in whole(case).items if isinstance(item, t.Use) and item.path is not None]
    assert used
    assert {path.rpartition("/")[2] for path in used} == {path.rpartition("/")[2] for path in case.files}


# Rules


@pytest.mark.parametrize(("world", "vocabulary"), WORLDS)
def test_what_is_printed_reads_as_the_same_tree(world: World, vocabulary: str | None) -> None:
    verbs = parser.declared_verbs(vocabulary or "")

    @few
    @given(strategies.rule_files(world))
    def holds(file: t.File) -> None:
        printed = printer.print_file(file, TABLE)
        parsed = parser.parse(Source("test", printed), verbs=verbs)
        assert parsed.diagnostics == ()
        assert parsed.file == file

    holds()


@pytest.mark.parametrize(("world", "vocabulary"), WORLDS)
def test_parts_need_no_declaration(world: World, vocabulary: str | None) -> None:
    def compiles(*items: t.Item) -> None:
        loaded(printer.print_file(t.File(items), TABLE), vocabulary)

    @few
    @given(strategies.conditions(world), strategies.actions(world), strategies.triggers(world))
    def hold(condition: t.Condition, action: t.Action, trigger: t.Trigger) -> None:
        compiles(t.Trigger("One", condition, (action,)), trigger)

    @few
    @given(strategies.rule_sets(world))
    def holds(file: t.File) -> None:
        assert {type(item) for item in file.items} == {t.Trigger}
        compiles(*file.items)

    hold()
    holds()


@few
@given(strategies.rule_texts(BUGS))
def test_nothing_of_zendesk_is_assumed(text: str) -> None:
    said = text.replace("once per ticket", "").replace("creates ticket", "").replace("ticket.id }}", "")
    assert not any(noun in said for noun in ("ticket", "requester", "assignee", "priority", "tweet"))


# Events and people


@pytest.mark.parametrize(("world", "vocabulary"), WORLDS)
def test_streams_are_accepted(world: World, vocabulary: str | None) -> None:
    rules = bare(vocabulary)

    @few
    @given(strategies.directories(world), strategies.streams(world))
    def hold(directory: Any, stream: list[Any]) -> None:
        people = rules.directory(directory)
        outcomes = [*rules.run(json.loads(json.dumps(stream)), directory=people)]
        assert [o.duplicate for o in outcomes] == [e in stream[:n] for n, e in enumerate(stream)]
        times = [event["time"] for event in _once(stream)]
        assert times == sorted(times)
        assert 1 <= len({event["subject"] for event in stream}) <= 3

    hold()


def _once(stream: Iterable[Any]) -> list[Any]:
    return [*{event["id"]: event for event in stream}.values()]


@pytest.mark.parametrize(("world", "vocabulary"), WORLDS)
def test_events_people_and_tickets_are_read(world: World, vocabulary: str | None) -> None:
    rules = bare(vocabulary)

    @few
    @given(strategies.events(world), strategies.people(world), strategies.tickets(world))
    def hold(event: Any, person: Any, ticket: Any) -> None:
        [*rules.run([event])]
        assert rules.directory({"users": [person]}).users()
        state = rules.ticket(ticket)
        assert rules.ticket(rules.ticket_to_json(state)) == state

    hold()


@pytest.mark.parametrize(
    ("world", "declared"),
    [
        pytest.param(world, declared, id=declared.path)
        for world in (ZENDESK, BUGS)
        for declared in world.vocabulary.fields_of(world.root)
    ],
)
def test_values_are_read_as_values_of_their_field(world: World, declared: Field) -> None:
    @settings(few, max_examples=10)
    @given(strategies.values(world, declared.path), strategies.edge_values(world, declared.path))
    def hold(usual: Any, rare: Any) -> None:
        types.read(declared.type, usual)
        types.read(declared.type, rare)

    hold()


# Hosts


@settings(few, max_examples=40)
@given(strategies.vocabularies(), st.integers(0, 1000))
def test_any_vocabulary_will_do(vocabulary: str, number: int) -> None:
    world = World.over(vocabulary)
    case = make_case(Draws.of(Random(number)), world)
    rules = loader.compile_text(case.rules, vocabulary=vocabulary, directory=case.directory)
    [*rules.run(case.events, directory=rules.directory(case.directory))]


@pytest.mark.parametrize(
    "vocabulary",
    [
        "state task is created",
        "state task is created field task.done is yes or no channel radio",
        "state task is created field task.hours is a schedule field task.shop is a brand",
        "state task is created field task.count is a number, counting task is created field user.name is text",
        "state task is created field task.team is a group field user.role is text state user is boss as user.role is boss",
    ],
)
def test_a_vocabulary_may_be_as_small_as_it_likes(vocabulary: str) -> None:
    world = World.over(vocabulary)

    @few
    @given(strategies.cases(world))
    def hold(case: Case) -> None:
        rules = loader.compile_text(case.rules, vocabulary=vocabulary, directory=case.directory)
        [*rules.run(case.events, directory=rules.directory(case.directory))]

    hold()


def test_a_vocabulary_with_a_mistake_is_refused() -> None:
    with pytest.raises(RulesError) as error:
        World.over("state bug is created\nstate bug is late")
    assert [d.code for d in error.value.diagnostics] == ["state-without-meaning"]


def test_a_vocabulary_of_rules_in_use_will_do() -> None:
    world = World(bare(TRACKER).vocabulary, templates=TEMPLATES)
    assert attrs.evolve(world) == BUGS


# What people see


def test_what_fails_becomes_small() -> None:
    quick = settings(ONLY_GENERATED, phases=list(Phase), max_examples=200)
    file = find(strategies.rule_sets(ZENDESK), lambda file: len(file.items) >= 2, settings=quick)

    assert len(file.items) == 2
    for trigger in file.items:
        assert isinstance(trigger, t.Trigger)
        assert isinstance(trigger.condition, t.Comparison)
        assert trigger.condition.verb is t.Verb.IS
        assert len(trigger.actions) == 1


def test_a_case_shows_its_rules_as_they_are_written() -> None:
    case = make_case(Draws.of(Random(3)), ZENDESK)
    assert repr(case).startswith(case.rules.rstrip())
    assert json.loads(repr(case).splitlines()[-1]) == case.events[-1]
