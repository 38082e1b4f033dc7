"""What an admin should know before exported triggers are sent: which are new, and which of the account no rule is."""

from collections.abc import Iterator

from trigdsl.interop.zendesk import names as names_file
from trigdsl.interop.zendesk.exporting.triggers import Exported
from trigdsl.interop.zendesk.names import Names
from trigdsl.semantics.rules import Rules

_SHOWN = 10


def notes(found: Exported, rules: Rules, names: Names, file: str | None) -> Iterator[str]:
    """Yield what there is to know of ids; `file` is what the names were read from, if there was one."""
    yield from _nowhere(rules, names, file or names_file.FILE)
    new, every = sum("id" not in trigger for trigger in found.triggers), len(found.triggers)
    if new and new < every:
        said = "is new: it has" if new == 1 else "are new: they have"
        yield f"{new:,} of {every:,} triggers {said} no id"
    elif new:
        where = (
            f"there is no `{names_file.FILE}` beside the rules"
            if file is None
            else f"`{file}` has none of them"
        )
        yield f"0 of {every:,} triggers have an id: {where}, so all would be created anew"


def _nowhere(rules: Rules, names: Names, file: str) -> Iterator[str]:
    """Yield a note of the triggers that the names know, and that no rule is."""
    titles = {trigger.title for trigger in rules.triggers}
    lost = [
        f"`{title}`" + (f" (id {more['id']})" if more.get("id") is not None else "")
        for title, more in names.triggers.items()
        if title not in titles
    ]
    if not lost:
        return
    ask = "deactivate or delete {} in Zendesk, or give {} the new title"
    if len(lost) == 1:
        yield (
            f"`{file}` has trigger {lost[0]} that no rule is: renamed or removed? {ask.format('it', 'its entry')}"
        )
        return
    listed = ", ".join(lost[:_SHOWN]) + (f" and {len(lost) - _SHOWN:,} more" if len(lost) > _SHOWN else "")
    yield (
        f"`{file}` has {len(lost):,} triggers that no rule is, {listed}: renamed, removed, or in a file that was not given? "
        + ask.format("them", "each entry")
    )
