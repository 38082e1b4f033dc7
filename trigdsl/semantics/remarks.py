"""What a comment says of the declaration below it."""

import bisect
from collections.abc import Sequence

from trigdsl.source import Source
from trigdsl.syntax import tree as t


def remark_above(source: Source, comments: Sequence[t.Comment], at: int) -> str:
    """Return the lines of comment directly above an offset, without their signs; empty when there are none."""
    lines: list[str] = []
    number = bisect.bisect_left(comments, at, key=lambda comment: comment.start) - 1
    while number >= 0 and comments[number].alone:
        comment = comments[number]
        between = source.text[comment.start + len(comment.text) : at]
        if between.strip() or between.count("\n") != 1:
            break
        lines.append(comment.text.removeprefix("#").strip())
        at, number = comment.start, number - 1
    return "\n".join(reversed(lines))
