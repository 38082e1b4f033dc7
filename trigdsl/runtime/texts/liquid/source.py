"""A Liquid body as it is written: what keeps it from being read, or from being read in little time, and what Zendesk takes."""

import re

from attrs import define, field

from trigdsl.semantics.messages import Mistake
from trigdsl.source import Span

MOST_BLANKS = 300
MOST_BRACKETS = 300
"""How many of them may stand in one placeholder or tag: the package looks through the rest of it at each."""

_OPENING = re.compile(r"\{[{%]")
_TAG_NAME = re.compile(r"-?\s*(#|\w*)")
_IN_A_TAG = re.compile(r"\{\{(\s*[\w.\[\]'\"-]+\s*)\}\}")
_UNREAD = ("raw", "doc", "comment")
_BLOCKS = ("if", "unless", "case", "for", "tablerow", "capture", "ifchanged", *_UNREAD)
_END = {
    "raw": re.compile(r"\{%-?\s*endraw\s*-?%\}"),
    "doc": re.compile(r"\{%-?\s*enddoc\s*-?%\}"),
}
_IN_A_COMMENT = re.compile(r"\{%-?\s*(comment|endcomment|raw)\b[^%]*%\}")


def prepared(text: str) -> tuple[str, tuple[Mistake, ...]]:
    """Return a body as the package can read it, with all in its place, or what keeps it from being read.

    Zendesk takes `{% assign plan = {{ticket.ticket_field_1}} %}`, where Liquid has no braces, and never looks into
    a comment.
    """
    scan = _Scan(text)
    while scan.mistake is None and (opening := _OPENING.search(text, scan.at)) is not None:
        scan.take(opening)
    if scan.mistake is None and scan.open:
        name, span = scan.open[-1]
        scan.mistake = Mistake(span, f"`{{% {name} %}}` is not closed with `{{% end{name} %}}`")
    if scan.mistake is not None:
        return text, (scan.mistake,)
    return "".join([*scan.pieces, text[scan.at :]]), ()


@define
class _Scan:
    """A body as far as it was looked through: its pieces, and the tags that are to be closed."""

    text: str
    at: int = 0
    pieces: list[str] = field(factory=list)
    open: list[tuple[str, Span]] = field(factory=list)
    mistake: Mistake | None = None

    def take(self, opening: re.Match[str]) -> None:
        """Take a placeholder or a tag, and the text of a tag that is not Liquid itself."""
        start, is_tag = opening.start(), opening[0] == "{%"
        closing = "%}" if is_tag else "}}"
        end = self.text.find(closing, start + 2)
        if end < 0:
            what = "a tag is not closed" if is_tag else "a placeholder is not closed"
            self.mistake = Mistake(Span(start, start + 2), f"{what}: `{opening[0]}` ends with `{closing}`")
            return
        span, inside = Span(start, end + 2), self.text[start + 2 : end]
        problem = _crowded(inside)
        if problem is not None:
            self.mistake = Mistake(span, problem)
            return
        if is_tag:
            inside = _IN_A_TAG.sub(lambda found: f"  {found[1]}  ", inside)
        self.pieces += [self.text[self.at : start], opening[0], inside, closing]
        self.at = span.end
        name = _TAG_NAME.match(inside) if is_tag else None
        if name is not None:
            self._tag(name[1], span)

    def _tag(self, name: str, span: Span) -> None:
        if name in _BLOCKS:
            self.open.append((name, span))
        elif name.startswith("end") and name[3:] in _BLOCKS:
            if not self.open or self.open[-1][0] != name[3:]:
                now = f", where `{{% end{self.open[-1][0]} %}}` is due" if self.open else ""
                self.mistake = Mistake(span, f"`{{% {name} %}}` closes nothing here{now}")
                return
            self.open.pop()
        if name in _UNREAD:
            after = _after(name, self.text, self.at)
            if after >= 0:
                kept = self.text[self.at : after]
                self.pieces.append(re.sub(r"[^\n]", " ", kept) if name == "comment" else kept)
            # Without its end the tag stays open, and all that follows belongs to it.
            self.at = after if after >= 0 else len(self.text)


def _crowded(inside: str) -> str | None:
    if re.search(rf"\s{{{MOST_BLANKS}}}", inside):
        return f"more than {MOST_BLANKS} blanks in a row stand in a placeholder or a tag"
    if inside.count("(") + inside.count("[") > MOST_BRACKETS:
        return f"more than {MOST_BRACKETS} brackets stand in a placeholder or a tag"
    return None


def _after(name: str, text: str, at: int) -> int:
    """Return where the text of a tag ends that is not Liquid itself; -1 where it does not end."""
    if name != "comment":
        found = _END[name].search(text, at)
        return -1 if found is None else found.start()
    depth = 1
    while (found := _IN_A_COMMENT.search(text, at)) is not None:
        at = found.end()
        if found[1] == "raw":
            end = _END["raw"].search(text, at)
            at = len(text) if end is None else end.end()
            continue
        depth += 1 if found[1] == "comment" else -1
        if depth == 0:
            return found.start()
    return -1
