"""What a condition looks for in a text: a word of it, its beginning, a pattern that it fits."""

import re

from trigdsl.syntax.tree import Verb
from trigdsl.testing.generation.drawing import Draws

STARTS = frozenset({Verb.STARTS_WITH, Verb.DOES_NOT_START_WITH})
ENDS = frozenset({Verb.ENDS_WITH, Verb.DOES_NOT_END_WITH})
LIKE = frozenset({Verb.IS_LIKE, Verb.IS_NOT_LIKE})
PATTERN = frozenset({Verb.MATCHES, Verb.DOES_NOT_MATCH})
WORDS = frozenset({Verb.CONTAINS_ANY_WORD_OF, Verb.CONTAINS_NO_WORD_OF})
VERBS = STARTS | ENDS | LIKE | PATTERN | WORDS | {Verb.CONTAINS, Verb.DOES_NOT_CONTAIN}
"""The verbs that look for something in a text."""

WORD = re.compile(r"\w+")


def make_piece(d: Draws, verb: Verb, text: str) -> str:
    """Return what the verb finds in the text; where the text has no word, a word."""
    words: list[str] = WORD.findall(text) or ["down"]
    if verb in LIKE:
        return _wildcards(d, text, d.pick(words))
    if verb in PATTERN:
        word = d.pick(words)
        return d.pick((word, f"{word[:-1]}.", f"({word}|[0-9]+)"))
    if verb in STARTS:
        found = words[0] if text.startswith(words[0]) else text[:1] or "down"
    elif verb in ENDS:
        found = words[-1] if text.endswith(words[-1]) else text[-1:] or "down"
    elif verb in WORDS and len(words) > 1 and d.chance(20):
        found = " ".join(words[:2])
    else:
        found = d.pick(words)
    return found.upper() if d.chance(15) else found


def _wildcards(d: Draws, text: str, word: str) -> str:
    shape = d.pick((f"*{word}*", f"?{text[1:]}", text, re.sub(r"[0-9]", "#", text)))
    return shape or "*"
