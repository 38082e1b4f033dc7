"""Who races: ways to find the rules that hold of an event, each checked to find what the definition finds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from attrs import frozen

from bench import chain, facts, peers, workload
from bench.facts import Facts, Plain
from trigdsl.engine.conditions import holds
from trigdsl.engine.index.building import index_of
from trigdsl.engine.search import Mode
from trigdsl.engine.state import Directory
from trigdsl.engine.view import View
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics.rules import Rules

Matching = Callable[[Any], Iterable[int]]


@frozen
class Course:
    """A rule set, and events in every form that a contender may want."""

    ruleset: Ruleset
    directory: Directory
    rules: tuple[Plain, ...]
    views: tuple[View, ...]
    facts: tuple[Facts, ...]
    expected: tuple[list[int], ...]


@frozen
class Contender:
    """One way: its name, where it is installed from, how it is made, and the inputs that it takes."""

    name: str
    make: Callable[[Course], Matching]
    inputs: Callable[[Course], Sequence[Any]]
    package: str | None = None


def course(size: int, seed: int, events: int) -> Course:
    """Return the workload of a size, with what the definition finds in it."""
    ruleset = workload.ruleset(size, seed)
    directory = ruleset.directory(workload.directory())
    views = tuple(facts.views(ruleset, directory, events, seed))
    return Course(
        ruleset,
        directory,
        tuple(facts.plain(trigger.condition, directory) for trigger in ruleset.triggers),
        views,
        tuple(map(facts.of_view, views)),
        tuple(map(definition(ruleset.rules), views)),
    )


def definition(rules: Rules) -> Callable[[View], list[int]]:
    """Return the readable definition, asked of each trigger."""
    conditions = [trigger.condition for trigger in rules.triggers]
    return lambda view: [n for n, condition in enumerate(conditions) if holds(condition, view)]


def ours(rules: Rules) -> Callable[[View], list[int]]:
    """Return what is measured as ours: the index, asked for everything that holds of an update before any trigger fires."""
    index = index_of(rules)
    numbers = {trigger.title: number for number, trigger in enumerate(rules.triggers)}

    def matching(view: View) -> list[int]:
        search = index.search(view, Mode.SINGLE_PASS, frozenset())
        return [numbers[trigger.title] for trigger in iter(search.next, None)]

    return matching


def _fresh_views(course: Course) -> list[View]:
    """Return views that remember nothing of an earlier round."""
    return [view.copy() for view in course.views]


def _with_sets(course: Course) -> list[Mapping[str, Any]]:
    return [
        {**given, "tags": frozenset(given["tags"]), "words": frozenset(given["words"])}
        for given in course.facts
    ]


OURS = "trigdsl"
CHAIN = "if-chain"
CHAIN_OF_VIEWS = "if-chain, input as ours"
DEFINITION = "definition"

YARDSTICKS = (
    Contender(OURS, lambda course: ours(course.ruleset.rules), _fresh_views),
    Contender(
        CHAIN_OF_VIEWS,
        lambda course: chain.over_views(course.rules, {p: n for n, p in enumerate(workload.PRIORITIES)}),
        _fresh_views,
    ),
    Contender(CHAIN, lambda course: chain.over_facts(course.rules), _with_sets),
    Contender(DEFINITION, lambda course: definition(course.ruleset.rules), _fresh_views),
)


def _peer(name: str, package: str, make: Callable[[Sequence[Plain]], Matching]) -> Contender:
    return Contender(name, lambda course: make(course.rules), lambda course: course.facts, package)


PEERS = tuple(_peer(name, package, make) for name, (package, make) in peers.ENGINES.items())
