"""`raw zendesk …`: a trigger with a part that can be said to another help desk alone is never tried here."""

from collections import Counter
from collections.abc import Iterator

from trigdsl.diagnostics import Diagnostic
from trigdsl.semantics.lints.linting import Linted

CODE = "not-executable"


def check(rules: Linted) -> Iterator[Diagnostic]:
    """Yield a warning for each trigger with parts that are kept word for word, with their number."""
    for draft, trigger in rules.triggers:
        kept = Counter(part.system for part in trigger.raw)
        if kept:
            first, *others = trigger.raw
            parts = " and ".join(
                f"{count} part{'s' * (count > 1)} of it {'is' if count == 1 else 'are'} kept for {system} alone"
                for system, count in sorted(kept.items())
            )
            notes = [rules.note("this is kept as well", rules.here(part.at, draft)) for part in others]
            message = f"trigger `{trigger.title}` is not executable: {parts}"
            help_line = f"say it in the language to have it run here; in {first.system} it goes on as it is"
            yield rules.warn(CODE, rules.here(first.at, draft), message, help_line, *notes)
