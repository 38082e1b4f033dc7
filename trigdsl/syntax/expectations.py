"""What could have stood at the place of a syntax error, in the language of rules."""

from collections.abc import Collection

from trigdsl.syntax.words import Words

_ACTION = frozenset({"SET", "NOTIFY", "ADD"})
_VERB = frozenset({"IS", "CHANGES"})
_DECLARATION = frozenset({"TRIGGER", "USE", "DEFINE"})
_VALUE = frozenset({"WORD", "STRING", "NUMBER"})

_SHAPES = {
    "STRING": "a text in quotes",
    "LONG_STRING": "a text in quotes",
    "WORD": "a name",
    "NUMBER": "a number",
    "DATE": "a day such as `2026-01-31`",
    "TIME": "a time such as `09:00`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "COMMA": "`,`",
    "DOT": "`.`",
    "OWN_VERB": "a verb of its own, no word of the language,",
}


def described(expected: Collection[str], after: str | None, words: Words) -> str:
    """Return what was expected as the end of a sentence: "a value after `is`"."""
    if not expected:
        return "nothing more here"
    what = _kind(frozenset(expected), words)
    if after is None:
        return what
    return f"{what} after `{shortened(after)}`"


def shortened(text: str) -> str:
    """Return a piece of a rule as it is quoted in a message: on one line, and not too long."""
    spoken = " ".join(text.split())
    return spoken if len(spoken) <= 40 else spoken[:39] + "…"


def _kind(expected: frozenset[str], words: Words) -> str:
    if expected >= _VALUE:
        return "a value"
    if expected == {"LONG_STRING"}:
        return 'a text between `"""` and `"""`'
    if expected >= _VERB:
        return f"a verb such as `{words.phrase('IS')}` or `{words.phrase('CHANGES')}`"
    if expected >= _ACTION | {"AND", "OR"}:
        joints = f"`{words.phrase('AND')}`, `{words.phrase('OR')}`"
        return f"{joints} or an action such as `{words.phrase('NOTIFY')}`"
    if expected >= _ACTION:
        return f"an action such as `{words.phrase('NOTIFY')}` or `{words.phrase('SET')}`"
    if expected >= _DECLARATION:
        return f"a rule, which begins with `{words.phrase('TRIGGER')}` or `{words.phrase('WHEN')}`"
    if {"WORD", "SCHEDULE"} <= expected:
        return "a field such as `ticket.status`" if "LPAR" not in expected else "a condition"
    shown = [_shape(terminal, words) for terminal in sorted(expected, key=_rank)]
    unique = list(dict.fromkeys(shown))[:4]
    return unique[0] if len(unique) == 1 else ", ".join(unique[:-1]) + " or " + unique[-1]


def _rank(terminal: str) -> tuple[bool, str]:
    return terminal in ("DOT", "COMMA"), terminal


def _shape(terminal: str, words: Words) -> str:
    if terminal in words.phrases:
        return f"`{words.phrase(terminal)}`"
    return _SHAPES.get(terminal, "the end of the file" if terminal == "$END" else f"`{terminal.lower()}`")
