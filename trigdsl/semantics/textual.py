"""How texts are compared: after compatibility normalisation and case folding, by whole words or characters."""

import re
import unicodedata

_WORD = re.compile(r"\w+")


def folded(text: str) -> str:
    """Return the text as it is compared: NFKC, then case folded, then NFKC again, so that it is stable."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded: each a longest run of letters, digits and underscores."""
    return tuple(_WORD.findall(folded(text)))
