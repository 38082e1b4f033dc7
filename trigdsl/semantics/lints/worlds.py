"""Whether conditions can hold together: by trying each of the few situations that they can tell apart.

A condition is brought to an or of ands of single tests. Tests that speak of the same thing, one
field before and now, one tag, the comment, are tried together on every value that any of them
names and on some that none does. Tests about different things are taken to be independent, and a
test that compares two fields, or looks for a piece of a text, may come out either way. So
`possible` errs on one side only: what it calls impossible is.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import product
from typing import Any

from attrs import evolve, frozen

from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.lints import values
from trigdsl.semantics.lints.values import Situation

MOST_TOGETHER = 40
"""More tests about one thing are not tried together."""
MOST_CLAUSES = 96
"""From this many alternatives on a condition is not looked into."""


@frozen
class Literal:
    """A single test that must come out one way."""

    test: r.Test
    holds: bool


@frozen
class Assumed:
    """A condition that holds, or does not."""

    condition: r.Condition
    holds: bool = True


Clause = tuple[Literal, ...]


def possible(*assumed: Assumed, root: str, quiet: bool = False) -> bool:
    """Return whether all of some conditions may be as assumed at once.

    Quiet asks for an update in which nothing changes and nobody comments, about whose author and
    channel nothing is known.
    """
    clauses: list[Clause] | None = [()]
    for one in assumed:
        more = _clauses(one.condition, holds=one.holds)
        clauses = None if more is None else _joined(clauses, more)
        if clauses is None:
            return True
    return any(_clause_possible(clause, root, quiet=quiet) for clause in clauses or ())


def tests_of(condition: r.Condition) -> Iterator[r.Test]:
    """Yield every single test of a condition."""
    match condition:
        case r.AllOf(items) | r.AnyOf(items):
            for item in items:
                yield from tests_of(item)
        case r.Not(item):
            yield from tests_of(item)
        case _:
            yield condition


def open_ended(condition: r.Condition) -> bool:
    """Return whether a condition is a single test that, alone, may come out either way."""
    test = condition.item if isinstance(condition, r.Not) else condition
    if isinstance(test, r.AllOf | r.AnyOf | r.Not | r.Compares):
        return False
    return not isinstance(test, r.Changes) or test.before is None or test.now is None


def topics(condition: r.Condition) -> frozenset[Hashable]:
    """Return what a condition is about, so widely that conditions without a common topic are independent."""
    return frozenset(topic for test in tests_of(condition) for topic in _topics(test))


def _topics(test: r.Test) -> Iterator[Hashable]:
    match test:
        case r.Happens(fact):
            yield "created" if fact.endswith((".created", ".updated")) else "seen by whom"
        case r.ScheduleIs(title):
            yield ("schedule", title)
        case _:
            yield (test.subject.base, test.subject.steps)
            # On a new ticket nothing was before.
            if isinstance(test, r.Changes | r.Gains | r.Loses) or test.subject.previous:
                yield "created"


# Clauses


def _clauses(condition: r.Condition, *, holds: bool) -> list[Clause] | None:
    """Return the alternatives under which a condition comes out one way, or None when they are too many."""
    match condition:
        case r.Not(item):
            return _clauses(item, holds=not holds)
        case r.AllOf(items) | r.AnyOf(items):
            together = isinstance(condition, r.AllOf) is holds
            parts = [_clauses(item, holds=holds) for item in items]
            return _all(parts) if together else _any(parts)
        case r.Includes(operands=operands) | r.Gains(operands=operands) | r.Loses(operands=operands) if (
            len(operands) > 1
        ):
            every = isinstance(condition, r.Includes) and condition.every
            singles = [evolve(condition, operands=(operand,)) for operand in operands]
            parts = [[(Literal(single, holds),)] for single in singles]
            return _all(parts) if every is holds else _any(parts)
        case _:
            return [(Literal(condition, holds),)]


def _all(parts: Sequence[list[Clause] | None]) -> list[Clause] | None:
    found: list[Clause] | None = [()]
    for part in parts:
        found = None if part is None else _joined(found, part)
        if found is None:
            return None
    return found


def _any(parts: Sequence[list[Clause] | None]) -> list[Clause] | None:
    found: list[Clause] = []
    for part in parts:
        if part is None:
            return None
        found += part
    return found if len(found) <= MOST_CLAUSES else None


def _joined(some: list[Clause] | None, more: list[Clause]) -> list[Clause] | None:
    if some is None or len(some) * len(more) > MOST_CLAUSES:
        return None
    return [(*a, *b) for a, b in product(some, more)]


# One clause


def _clause_possible(clause: Clause, root: str, *, quiet: bool) -> bool:
    if quiet and any(literal.holds and about_update(literal.test, root) for literal in clause):
        return False
    if quiet:
        # What was before is what is now, and nothing changes.
        clause = tuple(_still(literal) for literal in clause)
        if any(literal.holds and isinstance(literal.test, _OF_CHANGES) for literal in clause):
            return False
    literals = [*dict.fromkeys((*clause, *_implied(clause, root)))]
    groups: dict[Hashable, list[Literal]] = {}
    for literal in literals:
        groups.setdefault(_subject(literal.test), []).append(literal)
    created = groups.pop("created", [])
    return any(
        all(_agrees(literal, new, root) for literal in created)
        and all(_group_possible(subject, group, new, quiet=quiet) for subject, group in groups.items())
        for new in ((False,) if quiet else (True, False))
    )


_OF_CHANGES = (r.Changes, r.Gains, r.Loses)


def _still(literal: Literal) -> Literal:
    """Return a literal as it reads where nothing changes: a field that is compared with itself is filled or not."""
    test = literal.test
    if isinstance(test, r.Happens | r.ScheduleIs):
        return literal
    test = evolve(test, subject=evolve(test.subject, previous=False))
    match test:
        case r.Equals(subject, r.Reading() as other) if evolve(other, previous=False) == subject:
            return Literal(r.IsEmpty(subject), not literal.holds)
        case r.Compares(subject, relation, r.Reading() as other) if evolve(other, previous=False) == subject:
            if "=" in relation:
                return Literal(r.IsEmpty(subject), not literal.holds)
            # Nothing is less or more than itself, as nothing is created in an update.
            return Literal(r.Changes(subject), literal.holds)
        case _:
            return Literal(test, literal.holds)


def about_update(test: r.Test, root: str) -> bool:
    """Return whether a test is about who made the update, how, or with which comment."""
    if isinstance(test, r.Happens):
        return test.fact.startswith("comment.")
    return not isinstance(test, r.ScheduleIs) and test.subject.base != root


def _agrees(literal: Literal, new: bool, root: str) -> bool:
    assert isinstance(literal.test, r.Happens)
    return ((literal.test.fact == f"{root}.created") is new) is literal.holds


def _subject(test: r.Test) -> Hashable:
    """Return what a test is about: tests about the same thing are tried together."""
    match test:
        case r.Happens(fact):
            entity, _, name = fact.partition(".")
            return "created" if name in ("created", "updated") else entity
        case r.ScheduleIs(title):
            return ("schedule", title)
        case r.Includes(subject, (operand,)) | r.Gains(subject, (operand,)) | r.Loses(subject, (operand,)):
            return ("member", subject.base, subject.steps, _key(operand))
        case r.IsWithin(subject):
            return ("time", subject.base, subject.steps, subject.previous)
        case _ if values.known(test):
            return ("value", test.subject.base, test.subject.steps)
        case _:
            return ("alone", test)


def _key(operand: r.Operand) -> Hashable:
    match operand:
        case r.Constant(value):
            return value
        case r.Named(kind, name):
            return (kind, name.casefold())
        case _:
            return operand


def _implied(clause: Clause, root: str) -> Iterator[Literal]:
    """Yield what follows from tests about another thing: a tag that is there makes the tags not empty."""
    for literal in clause:
        if not literal.holds:
            continue
        match literal.test:
            case r.Happens("comment.public"):
                yield Literal(r.Happens(f"{root}.public"), holds=True)
            case r.Happens() | r.ScheduleIs() | r.Changes() | r.IsEmpty():
                continue
            case r.Gains(subject) | r.Loses(subject):
                yield Literal(r.Changes(subject), holds=True)
            case test if not isinstance(test.subject.type, types.YesNoType):
                yield Literal(r.IsEmpty(test.subject), holds=False)


def _group_possible(subject: Hashable, group: Sequence[Literal], new: bool, *, quiet: bool) -> bool:
    """Return whether one thing can be such that every test about it comes out as it must."""
    tests = [literal.test for literal in group]
    if len(tests) > MOST_TOGETHER:
        return True
    situations: Iterable[Any]
    match subject:
        case ("alone", _):
            return len({literal.holds for literal in group}) == 1
        case "comment":
            situations = ("none",) if quiet else ("none", "public", "private")
        case ("schedule", title):
            # A field may name no schedule, and then none of the states is so.
            situations = (
                "open",
                "closed",
                "on_holiday",
                *(("none",) if isinstance(title, r.Reading) else ()),
            )
        case ("member", *_):
            situations = [
                Situation(before, now, new)
                for before, now in product((False, True), repeat=2)
                if (not before or not new) and (before == now or not quiet)
            ]
        case ("time", *_):
            situations = values.times(tests)
        case ("value", *_):
            known = values.situations(tests, new=new, quiet=quiet)
            if known is None:
                return True
            situations = known
        case _:
            situations = ("public", "private")
    return any(all(_holds(x.test, situation) is x.holds for x in group) for situation in situations)


def _holds(test: r.Test, situation: Any) -> bool:
    """Return whether a test holds in a situation of the thing it is about."""
    match test:
        case r.Happens(fact):
            name = fact.partition(".")[2]
            return situation != "none" if name == "present" else bool(situation == name)
        case r.ScheduleIs(_, state):
            return bool(situation == state) or (state == "closed" and situation == "on_holiday")
        case r.Includes(subject):
            return bool(situation.before if subject.previous else situation.now)
        case r.Gains():
            return bool(situation.now and not situation.before)
        case r.Loses():
            return bool(situation.before and not situation.now)
        case r.IsWithin(_, reach):
            seconds = reach.total_seconds()
            return bool(0 <= situation <= seconds if seconds > 0 else seconds <= situation <= 0)
        case _:
            return values.holds(test, situation)
