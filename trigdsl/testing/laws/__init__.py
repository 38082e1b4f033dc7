"""The laws of the language: what holds of every rule set, every ticket and every stream.

Each law is a function whose first line states it. It is asked of a `Trial`, rules with a story:

    from trigdsl.testing import laws, strategies

    WORLD = strategies.World.zendesk()

    @given(strategies.cases(WORLD))
    def test_the_laws_hold(case):
        laws.check(laws.Trial.of(case.rules, case.directory, case.events))
"""

from trigdsl.testing.laws import agreement, conditions, cycle, language, streams, texts, versions, why
from trigdsl.testing.laws.trial import BrokenError, Law, Trial

__all__ = ["LAWS", "BrokenError", "Law", "Trial", "by_name", "check"]

LAWS: tuple[Law, ...] = (
    *agreement.LAWS,
    *language.LAWS,
    *conditions.LAWS,
    *cycle.LAWS,
    *why.LAWS,
    *texts.LAWS,
    *streams.LAWS,
    *versions.LAWS,
)
"""Every law, by subject."""


def check(trial: Trial, *laws: Law) -> None:
    """Hold rules and a story to some laws, or to all; BrokenError names the first law that does not hold, and where."""
    for law in laws or LAWS:
        law.check(trial)


def by_name(name: str) -> Law:
    """Return the law of a name; KeyError when there is none."""
    return {law.name: law for law in LAWS}[name]
