"""Why a trigger did not fire, in a few words for each reason: for whoever compares what two sides did."""

from trigdsl.engine.trace import NotFired
from trigdsl.interfaces.report import value_text

MOST_NAMED = 3
"""Of more conditions than so many only the first are named."""

_WORDS = {
    "disabled": "it is disabled",
    "not executable": "parts of it are kept word for word, so it does not run here",
    "fired before": "it fired before, and does so once per ticket",
    "stopped": "another trigger stopped first",
    "passed": "it came to hold when it had been tried already",
}


def words(missed: NotFired) -> tuple[str, ...]:
    """Return why a trigger did not fire: the conditions that failed, or what came before them."""
    if not missed.failures:
        return (_WORDS.get(missed.reason, f"the {missed.reason}"),)
    return tuple(
        f"not so: {failed.at.text}"
        + ("" if failed.seen is None else f" (it is {value_text(failed.seen)})")
        + f" ({failed.at.path}:{failed.at.line})"
        for failed in missed.failures[:MOST_NAMED]
    )
