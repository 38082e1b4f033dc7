"""A condition as clauses that must all hold, each an `or` of tests and negated tests."""

import itertools
from collections.abc import Iterable, Iterator

from attrs import frozen

from trigdsl.semantics import rules as r

MOST_CLAUSES = 16
"""What spreads to more clauses than this stays one part, which the definition is asked."""


@frozen
class Literal:
    """A test, or a part of a condition that stays whole, as it must be: true, or negated."""

    part: r.Condition
    negated: bool = False

    def condition(self) -> r.Condition:
        """Return it as a condition again."""
        return r.Not(self.part) if self.negated else self.part


Clause = tuple[Literal, ...]


def clauses(condition: r.Condition, *, negated: bool = False) -> list[Clause]:
    """Return clauses that all hold exactly when the condition does, or when it does not."""
    match condition:
        case r.Not(item):
            return clauses(item, negated=not negated)
        case r.AllOf(items):
            return _either(items, negated=True) if negated else _all(items, negated=False)
        case r.AnyOf(items):
            return _all(items, negated=True) if negated else _either(items, negated=False)
        case _:
            parts = tuple(_parts(condition))
            if parts != (condition,):
                return clauses(r.AllOf(parts), negated=negated)
            return [(Literal(condition, negated),)]


def _all(items: Iterable[r.Condition], *, negated: bool) -> list[Clause]:
    return [clause for item in items for clause in clauses(item, negated=negated)]


def _either(items: Iterable[r.Condition], *, negated: bool) -> list[Clause]:
    """Return the clauses of `a or b`: every clause of the one joined to every clause of the other."""
    shared: list[Literal] = []
    found: list[Clause] = [()]
    for item in items:
        own = clauses(item, negated=negated)
        if len(own) == 1:
            shared += own[0]
        elif len(found) * len(own) > MOST_CLAUSES:
            shared.append(Literal(item, negated))
        else:
            found = [(*a, *b) for a, b in itertools.product(found, own)]
    return [(*shared, *clause) for clause in found]


def _parts(test: r.Condition) -> Iterator[r.Condition]:
    """Yield the simpler tests that together say what a test says, where there are such."""
    match test:
        case r.Includes(subject, operands, True):
            for operand in operands:
                yield r.Includes(subject, (operand,), at=test.at)
        case r.Changes(subject, before, now) if before is not None and now is not None:
            yield r.Changes(subject, before, None, at=test.at)
            yield r.Changes(subject, None, now, at=test.at)
        case _:
            yield test
