"""What is allowed, and hardly meant: one file a lint, each a warning that can be turned off by its name."""

from collections.abc import Iterator

from attrs import evolve

from trigdsl.diagnostics import Diagnostic
from trigdsl.semantics.lints import (
    already_changed,
    always_true,
    clock_not_watched,
    different_case,
    mail_on_every_update,
    moot_change,
    never_true,
    nobody_to_tell,
    not_executable,
    said_again,
    tag_never_set,
    undone_action,
    unused_name,
)
from trigdsl.semantics.lints.linting import Linted
from trigdsl.semantics.lints.worlds import Assumed

ACROSS_RULES = (unused_name.CODE, tag_never_set.CODE)
LINTS = (
    not_executable,
    never_true,
    always_true,
    said_again,
    moot_change,
    undone_action,
    mail_on_every_update,
    nobody_to_tell,
    clock_not_watched,
    already_changed,
    different_case,
    tag_never_set,
    unused_name,
)


def warnings(rules: Linted) -> Iterator[Diagnostic]:
    """Yield what each lint finds; where a trigger is never tried, or can never fire, nothing else is said of it."""
    yield from not_executable.check(rules)
    kept = [(draft, trigger) for draft, trigger in rules.triggers if trigger.raw]
    rules = evolve(rules, triggers=[(draft, trigger) for draft, trigger in rules.triggers if not trigger.raw])
    yield from never_true.check(rules)
    alive = [(d, trigger) for d, trigger in rules.triggers if rules.possible(Assumed(trigger.condition))]
    others = evolve(rules, triggers=alive)
    for lint in LINTS[2:]:
        # Elsewhere a trigger that is not executable here sets its tags, and uses its names.
        seen = evolve(rules, triggers=[*alive, *kept]) if lint.CODE in ACROSS_RULES else others
        yield from lint.check(seen)


def codes() -> list[str]:
    """Return the codes of every lint."""
    return [lint.CODE for lint in LINTS]
