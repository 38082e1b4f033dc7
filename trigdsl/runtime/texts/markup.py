"""Markup in texts that are sent as plain text and as HTML: looked for, taken away, put in."""

import html
import re
from collections.abc import Iterable

from markupsafe import Markup, escape

_NAMES = (
    "a abbr address article aside b big blockquote body br button caption center cite code col dd del div dl dt em font "
    "footer h1 h2 h3 h4 h5 h6 head header hr html i img ins li link main meta nav ol p pre q s section small span strike "
    "strong style sub sup table tbody td tfoot th thead title tr tt u ul"
)
_TAG = re.compile(rf"</?(?:{'|'.join(_NAMES.split())})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLOCK = re.compile(
    r"<(?:p|div|br|table|tr|ul|ol|li|h[1-6]|hr|pre|blockquote|body|html)\b[^<>]*>", re.IGNORECASE
)
_HIDDEN = ("script", "style")
_LINE_ENDS = re.compile(
    r"</(?:p|div|tr|li|ul|ol|h[1-6]|table|blockquote)\s*>|<(?:br|hr)\s*/?>", re.IGNORECASE
)
_LINE_END = re.compile(r"(?<!<br>)\n")
_LINK = re.compile(
    r"<a\s[^<>]*?\bhref\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)')[^<>]*>([^<]*)</a\s*>", re.IGNORECASE
)


def stands_in(text: str) -> bool:
    """Return whether a text has markup in it."""
    return _TAG.search(text) is not None


def lines(text: str) -> str:
    """Return a plain text as HTML: escaped, with its line ends."""
    return Markup(str(escape(text)).replace("\n", "<br>\n"))  # noqa: S704 - what it holds was escaped here


def filled(shape: str, *values: str) -> str:
    """Return a piece of HTML with values in it; what is no HTML yet is escaped."""
    return Markup(shape).format(*values)  # noqa: S704 - the shape is ours


def joined(pieces: Iterable[str]) -> str:
    """Return pieces of HTML one below the other."""
    return Markup("\n").join(pieces)


def page(text: str, written: str) -> str:
    """Return a text with markup as HTML: its line ends count, unless it is written so that it lays out its own."""
    return text if _BLOCK.search(written) else _LINE_END.sub("<br>\n", text)


def plain(page_text: str) -> str:
    """Return what a reader without HTML gets of a page: no tags, the addresses of links behind their words."""
    text = _LINK.sub(_named_link, page_text)
    text = _LINE_ENDS.sub("\n", re.sub(r"\n?<br>\n", "\n", text))
    return re.sub(r"\n{3,}", "\n\n", html.unescape(stripped(text))).strip("\n")


def _named_link(found: re.Match[str]) -> str:
    address, words = found[1] or found[2] or "", found[3].strip()
    return words if not address or address == words else f"{words} ({address})" if words else address


def stripped(text: str) -> str:
    """Return a text without tags, remarks, scripts and styles."""
    pieces: list[str] = []
    lowered = text.lower()
    at = 0
    while (start := text.find("<", at)) >= 0:
        pieces.append(text[at:start])
        end = _end_of_tag(text, lowered, start)
        if end < 0:
            pieces.append(text[start:])
            return "".join(pieces)
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


def _end_of_tag(text: str, lowered: str, start: int) -> int:
    """Return where a tag that begins somewhere ends, with all that it hides; -1 where it does not end."""
    if text.startswith("<!--", start):
        end = text.find("-->", start + 4)
        return end if end < 0 else end + 3
    for name in _HIDDEN:
        if lowered.startswith(f"<{name}", start):
            close = lowered.find(f"</{name}", start)
            return -1 if close < 0 else text.find(">", close) + 1 or -1
    end = text.find(">", start)
    return end if end < 0 else end + 1
