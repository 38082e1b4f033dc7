"""Rule sets of any size, made of the tests and actions of a generated one put together anew."""

from collections.abc import Iterator, Sequence
from random import Random

from attrs import evolve

from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics import rules as r

DEEPEST = 3


def tests_in(condition: r.Condition) -> Iterator[r.Condition]:
    """Yield the tests of a condition."""
    match condition:
        case r.AllOf(items) | r.AnyOf(items):
            for item in items:
                yield from tests_in(item)
        case r.Not(item):
            yield from tests_in(item)
        case _:
            yield condition


def recombined(rules: Ruleset, size: int, choose: Random, *, hard: int = 2) -> Ruleset:
    """Return rules of so many triggers; the harder, the more has to come together for one to hold."""
    found: dict[r.Condition, None] = dict.fromkeys(
        test for trigger in rules.triggers for test in tests_in(trigger.condition)
    )
    pool = [*found] or [r.AllOf(())]
    actions = [a for trigger in rules.triggers for a in trigger.actions if not isinstance(a, r.Stop)]
    triggers = tuple(_trigger(n, pool, actions, choose, hard) for n in range(size))
    inner = evolve(rules.rules, triggers=triggers)
    return Ruleset(inner, evolve(rules.renderer, rules=inner))


def _trigger(
    number: int, pool: Sequence[r.Condition], actions: Sequence[r.Action], choose: Random, hard: int
) -> r.Trigger:
    some: tuple[r.Action, ...] = (
        tuple(choose.choice(actions) for _ in range(choose.choice((1, 1, 2)))) if actions else ()
    )
    if not some or choose.random() < 0.01:
        some = (*some, r.Stop())
    return r.Trigger(
        f"T{number}",
        None,
        r.AllOf(tuple(_condition(pool, choose, DEEPEST) for _ in range(choose.randint(1, 2 * hard)))),
        some,
        active=choose.random() > 0.03,
        trial=choose.random() < 0.03,
        once=choose.random() < 0.1,
    )


def _condition(pool: Sequence[r.Condition], choose: Random, deepest: int) -> r.Condition:
    kind = choose.random() if deepest else 0.0
    if kind < 0.5:
        return _test(pool, choose)
    if kind < 0.6:
        return _of_one(pool, choose)
    several = tuple(_condition(pool, choose, deepest - 1) for _ in range(choose.randint(1, 4)))
    if kind < 0.8:
        return r.AnyOf(several)
    return r.Not(r.AllOf(several)) if kind < 0.9 else r.AllOf(several)


def _test(pool: Sequence[r.Condition], choose: Random) -> r.Condition:
    test = choose.choice(pool)
    return r.Not(test) if choose.random() < 0.3 else test


def _of_one(pool: Sequence[r.Condition], choose: Random) -> r.Condition:
    """Return tests of one subject, one of which has to come out as it should."""
    subject = getattr(choose.choice(pool), "subject", None)
    alike = [test for test in pool if getattr(test, "subject", None) == subject]
    return r.AnyOf(tuple(_test(alike, choose) for _ in range(choose.randint(2, 3))))
