"""`trigdsl doc`: rules as a page to read, in Markdown, made from the comments above them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from trigdsl.runtime import loader, templates
from trigdsl.semantics import rules as r

LABELS = {"When": "When", "Tells": "Tells", "Change": "To change it"}
"""What a line of a comment may begin with, to become an entry of its own, and how that reads on a page."""
_LABELLED = re.compile(rf"({'|'.join(LABELS)}):\s+(.*)", re.DOTALL)

STANDARD = ("zendesk", "zendesk.current", "zendesk.lifecycle")
_OPENING = """# The standard library

What each trigger of the library does, when it fires, whom it tells, and what to change about it. This page is made from
the comments in `stdlib/zendesk` (`make docs`), and `trigdsl doc RULES…` makes one of your own rules.

You never edit the library itself. `disable trigger "…"` switches one of its triggers off, `replace trigger "…"` puts
yours in its place, and a text of yours, `templates/<language>/<name>.txt`, hides the library's
([Texts](templates.md)). To change a trigger, copy it below `replace` and write the change.

Every trigger and every text is proven by tests in the language, in `stdlib/zendesk/tests`; they read as examples, too.
"""


def page(triggers: Sequence[r.Trigger]) -> str:
    """Return a page about some triggers, in their order."""
    lines = ["# The rules", ""]
    for category, together in _by_category(triggers):
        lines += [f"## {category}", ""] if category else []
        for trigger in together:
            lines += _trigger(trigger, {})
    return "\n".join(lines)


def library_page() -> str:
    """Return the page about the standard library, with the texts that its triggers send."""
    french = templates.labels()["fr"]["titles"]
    lines = _OPENING.split("\n")
    senders: dict[str, list[str]] = {}
    for name in STANDARD:
        lines += [f"## `use {name}`", "", *_paragraphs(_head(loader.library_files()[name]))]
        for trigger in loader.compile_paths(name).triggers:
            if trigger.library != name:
                lines += [
                    f"### {trigger.title}",
                    "",
                    f"As in [`use {trigger.library}`](#use-{trigger.library}).",
                    "",
                ]
                continue
            lines += _trigger(trigger, french)
            for template in _texts(trigger):
                senders.setdefault(template, []).append(f"“{trigger.title}”")
    return "\n".join([*lines, *_template_section(senders)])


def _by_category(triggers: Sequence[r.Trigger]) -> Iterator[tuple[str | None, list[r.Trigger]]]:
    """Yield the triggers in their order, those of a category that stand together with its title."""
    together: list[r.Trigger] = []
    for trigger in triggers:
        if together and together[-1].category != trigger.category:
            yield together[-1].category, together
            together = []
        together.append(trigger)
    yield together[-1].category, together


def _trigger(trigger: r.Trigger, titles: Mapping[str, str]) -> Iterator[str]:
    yield from (f"### {trigger.title}", "")
    if trigger.title in titles:
        yield from (f"In French: {titles[trigger.title]}.", "")
    yield from _paragraphs(trigger.doc)
    text = trigger.at.text.removeprefix("replace ")
    yield from ("```trig", *text.split("\n"), "```", "")


def _paragraphs(remark: str) -> Iterator[str]:
    """Yield a comment as paragraphs, and its labelled parts as a list."""
    parts: list[str] = []
    for line in remark.split("\n"):
        if _LABELLED.match(line) or not parts or not line:
            parts.append(line)
        else:
            parts[-1] = f"{parts[-1]} {line}".strip()
    before = ""
    for part in filter(None, parts):
        said = _LABELLED.fullmatch(part)
        shown = part if said is None else f"- **{LABELS[said[1]]}:** {said[2]}"
        if before and (said is None or not before.startswith("- ")):
            yield ""
        yield shown
        before = shown
    if before:
        yield ""


def _head(path: Path) -> str:
    """Return what the comments say at the top of a file, up to its first line of another kind."""
    lines = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        if not line.startswith("#") and line:
            break
        lines.append(line.removeprefix("#").strip())
    return "\n".join(lines)


def _texts(trigger: r.Trigger) -> Iterator[str]:
    for action in trigger.actions:
        message = getattr(action, "message", None)
        if isinstance(message, r.Template):
            yield message.name


def _template_section(senders: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield from ("## The texts", "")
    for name, titles in sorted(senders.items()):
        yield from (f"### `{name}`", "", f"Sent by {', '.join(titles)}.", "")
        for file in templates.of_libraries():
            if file.name == name:
                yield from (f"`templates/{file.language}/{name}.txt`", "")
                yield from ("```text", *file.source.text.rstrip("\n").split("\n"), "```", "")
