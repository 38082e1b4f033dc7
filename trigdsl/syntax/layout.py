"""Printed lines with the comments of the text that they stand for, each at its place."""

from attrs import frozen

from trigdsl.syntax import tree as t


@frozen
class Line:
    """A printed line, and the offset of the source text it stands for."""

    text: str
    at: int | None = None
    blank_before: bool = False


def with_comments(lines: list[Line], trivia: t.Trivia) -> str:
    """Return the printed lines with each comment beside, or above, the line it was written at."""
    above: dict[int, list[t.Comment]] = {}
    beside: dict[int, t.Comment] = {}
    anchors = [(line.at, number) for number, line in enumerate(lines) if line.at is not None]
    for comment in trivia.comments:
        passed = [number for at, number in anchors if at <= comment.start]
        following = next((number for at, number in anchors if at > comment.start), len(lines))
        if comment.alone or not passed:
            above.setdefault(following, []).append(comment)
        elif passed[-1] in beside:
            above.setdefault(passed[-1], []).append(comment)
        else:
            beside[passed[-1]] = comment
    out: list[str] = []
    for number, line in enumerate(lines):
        out += _opening(line, above.get(number, []), trivia, first=not out)
        out.append(line.text + (f"  {beside[number].text}" if number in beside else ""))
    out += _opening(Line(""), above.get(len(lines), []), trivia, first=not out)
    return "\n".join(out) + "\n" if out else ""


def _opening(line: Line, comments: list[t.Comment], trivia: t.Trivia, *, first: bool) -> list[str]:
    """Return what stands above a line: an empty line where one belongs, and its comments."""
    indent = line.text[: len(line.text) - len(line.text.lstrip())]
    out: list[str] = []
    previous: int | None = None
    for comment in comments:
        gap = any(previous is not None and previous < at < comment.start for at in trivia.empty_lines)
        if previous is None:
            gap = not first and (line.blank_before or _gap_above(comment, trivia))
        out += [""] * gap + [indent + comment.text]
        previous = comment.start
    if comments and line.at is not None:
        gap = any(comments[-1].start < at < line.at for at in trivia.empty_lines)
        return out + [""] * gap
    return out or [""] * (line.blank_before and not first)


def _gap_above(comment: t.Comment, trivia: t.Trivia) -> bool:
    return comment.start - 1 in trivia.empty_lines
