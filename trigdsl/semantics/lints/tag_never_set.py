"""`ticket.tags include escalatd`, when rules add `escalated`: the tag that is asked for is never set."""

from collections.abc import Iterator

from trigdsl import spelling
from trigdsl.diagnostics import Diagnostic
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.lints import worlds
from trigdsl.semantics.lints.linting import Linted
from trigdsl.semantics.vocabulary import CURRENT_USER

CODE = "tag-never-set"
SHORTEST = 5


def check(rules: Linted) -> Iterator[Diagnostic]:
    """Yield a warning for each tag that rules ask for and no rule sets, a slip away from one that they do.

    Tags that nothing comes near are left alone: people, forms and other tools set tags as well.
    """
    given = {
        tag for _, trigger in rules.triggers for action in trigger.actions for tag in _set(rules, action)
    }
    ends: dict[str, set[str]] = {}
    for tag in given:
        ends.setdefault(tag[:2], set()).add(tag)
        ends.setdefault(tag[-2:], set()).add(tag)
    for _, trigger in rules.triggers:
        for test in worlds.tests_of(trigger.condition):
            for tag in _asked(test):
                # A slip leaves the beginning or the end as it is.
                likely = ends.get(tag[:2], set()) | ends.get(tag[-2:], set())
                meant = None if tag in given else _near(tag, likely)
                if meant is not None:
                    message = f"no rule sets the tag `{tag}`, which this asks for"
                    help_line = spelling.Suggestion(tag, meant, certain=False)
                    yield rules.warn(CODE, test.at, message, help_line)


def _asked(test: r.Test) -> Iterator[str]:
    match test:
        case r.Includes(subject, operands) | r.Gains(subject, operands) | r.Loses(subject, operands):
            if (
                isinstance(subject.type, types.TagsType)
                and len(subject.steps) == 1
                and subject.base != CURRENT_USER
            ):
                yield from (str(o.value) for o in operands if isinstance(o, r.Constant))


def _set(rules: Linted, action: r.Action) -> Iterator[str]:
    match action:
        case r.SetTo(name, operands) | r.Include(name, operands):
            declared = rules.vocabulary.field(rules.vocabulary.root, name)
            if declared is not None and isinstance(declared.type, types.TagsType):
                yield from (str(o.value) for o in operands if isinstance(o, r.Constant))


def _near(tag: str, given: set[str]) -> str | None:
    """Return the tag that was meant; one that differs in its digits alone is another tag."""
    if len(tag) < SHORTEST:
        return None
    letters = "".join(c for c in tag if not c.isdigit())
    others = {other for other in given if "".join(c for c in other if not c.isdigit()) != letters}
    return spelling.certain(tag, others)
