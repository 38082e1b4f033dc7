"""The words of one human language: terminals for the lexer, phrases for the printer."""

import functools
import re
import string
import tomllib
from collections.abc import Collection, Iterable, Mapping

from attrs import frozen

from trigdsl import resources

_GAP = "(?:\\s|\\#[^\n]*\n){1,1000}+"
_END = r"(?![\w-])"
WORD_SHAPE = r"[^\W\d][\w-]*"
SIGNS = range(0xE000, 0xE200)
"""Characters of Unicode's private area that stand for words while reading goes on after a mistake."""
UNREAD = chr(SIGNS.start)
"""The character that stands for what could not be read."""


class WordsError(Exception):
    """A table of words that cannot be used."""


LEFT_OUT = "-"
"""In the place of a guess's terminal: the word only has to go."""


@frozen
class Guess:
    """A word that people try first: what to write instead, and the terminal that was meant if it is one."""

    help: str
    terminal: str | None = None


@frozen(eq=False)
class Words:
    """One language's table. Phrases map a terminal to its spellings, the canonical one first."""

    code: str
    phrases: Mapping[str, tuple[str, ...]]
    heads: frozenset[str]
    units: Mapping[str, str]
    weekdays: Mapping[str, str]
    reserved: frozenset[str]
    every_word: frozenset[str]
    spoken: frozenset[str]
    guesses: Mapping[str, "Guess"]
    guesses_in_steps: Mapping[str, "Guess"]
    numbers: Mapping[str, int]
    contractions: Mapping[str, str]

    def phrase(self, terminal: str) -> str:
        """Return the phrase the formatter writes for a terminal."""
        return self.phrases[terminal][0]

    def other_number(self, terminal: str) -> str:
        """Return a verb's spelling for the other number: `are notified` beside `is notified`, `passes` beside `pass`."""
        return self.phrases[terminal][-1]

    def needs_quotes(self, text: str) -> bool:
        """Return whether a text can only stand quoted where a bare word may stand."""
        return re.fullmatch(WORD_SHAPE, text) is None or text.casefold() in self.every_word


@functools.cache
def load(language: str) -> Words:
    """Return the checked table of a language; WordsError if there is none or it is wrong."""
    path = resources.folder("grammar") / "words" / f"{language}.toml"
    if not path.is_file():
        raise WordsError(f"there is no table of words for the language `{language}`")
    return read(tomllib.loads(path.read_text(encoding="utf-8")))


def languages() -> tuple[str, ...]:
    """Return the codes of the languages that rules can be written in."""
    return tuple(sorted(p.stem for p in (resources.folder("grammar") / "words").glob("*.toml")))


def read(table: Mapping[str, Mapping[str, object]]) -> Words:
    """Return the table as Words; WordsError when one phrase would mean two terminals."""
    heads = {name: _spellings(table["heads"], name) for name in table["heads"]}
    verbs = {name: _spellings(table["verbs"], name) for name in table["verbs"]}
    phrases = heads | verbs
    _check_unique(phrases)
    units = _nouns(table, "units")
    weekdays = _nouns(table, "weekdays")
    # A name equal to a head that may open a condition or an expectation is quoted as well.
    opening = [verbs, {head: heads[head] for head in ("SCHEDULE", "TRIGGER", "WEBHOOK")}]
    spoken = {
        word
        for terminals in opening
        for spellings in terminals.values()
        for phrase in spellings
        for word in phrase.split()
    }
    values = {word for words in table["words"] for word in _spellings(table["words"], words)}
    return Words(
        code=str(table["language"]["code"]),
        phrases=phrases,
        heads=frozenset(heads),
        units=units,
        weekdays=weekdays,
        reserved=frozenset(phrase.split()[0] for spellings in verbs.values() for phrase in spellings),
        every_word=frozenset(spoken | values),
        spoken=frozenset(word for spellings in phrases.values() for p in spellings for word in p.split()),
        guesses=_guesses(table.get("guesses", {}), phrases),
        guesses_in_steps=_guesses(table.get("guesses_in_steps", {}), phrases),
        numbers={word: int(str(number)) for word, number in table.get("numbers", {}).items()},
        contractions={short.casefold(): str(full) for short, full in table.get("contractions", {}).items()},
    )


def _guesses(section: Mapping[str, object], phrases: Mapping[str, object]) -> dict[str, Guess]:
    found = {}
    for word, said in section.items():
        match said:
            case str(advice):
                found[word.casefold()] = Guess(advice)
            case [str(advice), str(terminal)] if terminal in phrases or terminal == LEFT_OUT:
                found[word.casefold()] = Guess(advice, terminal)
            case _:
                raise WordsError(f"the guess `{word}` needs a help line, and at most one terminal")
    return found


def _spellings(section: Mapping[str, object], name: str) -> tuple[str, ...]:
    spellings = section[name]
    if not isinstance(spellings, list) or not spellings or not all(isinstance(s, str) for s in spellings):
        raise WordsError(f"{name} needs a list of phrases")
    return tuple(" ".join(s.casefold().split()) for s in spellings)


def _nouns(table: Mapping[str, Mapping[str, object]], section: str) -> dict[str, str]:
    nouns = table[section]
    return {spelling: name for name in nouns for spelling in _spellings(nouns, name)}


def _check_unique(phrases: Mapping[str, tuple[str, ...]]) -> None:
    owner: dict[str, str] = {}
    for terminal, spellings in phrases.items():
        for phrase in spellings:
            if phrase in owner:
                raise WordsError(f"the phrase `{phrase}` is both {owner[phrase]} and {terminal}")
            owner[phrase] = terminal


def sign(words: Words, terminal: str) -> str:
    """Return one character that is read as a terminal; no file holds it, and reading on after a mistake needs it."""
    return chr(SIGNS.start + 1 + list(words.phrases).index(terminal))


@frozen
class Spelling:
    """How a terminal is spelled: an expression in any case, and the characters with which it begins if these are known."""

    expression: str
    priority: int
    begins: frozenset[str] | None = None


def spellings(words: Words, verbs: Collection[str] = ()) -> dict[str, Spelling]:
    """Return how each word terminal is spelled, OWN_VERB and WORD too.

    Verbs are those that the vocabulary adds to the language's own; they are reserved like these.

    A phrase carries a look-ahead against every longer phrase that begins with it, since
    the lexer's priorities do not make the longest phrase win across terminals.
    """
    everything = [phrase for phrases in words.phrases.values() for phrase in phrases]
    found = {}
    for terminal, phrases in words.phrases.items():
        own = sorted(phrases, key=len, reverse=True)
        pattern = "|".join(_pattern(phrase, _continuations(phrase, everything)) for phrase in own)
        pattern += _before_a_name(words) if terminal == "RAW" else ""
        read_as = sign(words, terminal)
        found[terminal] = Spelling(f"(?:{pattern}|{read_as})", 2, _beginnings([*phrases, read_as]))
    added = "|".join(sorted(map(re.escape, verbs), key=len, reverse=True)) or "(?!x)x"
    found["OWN_VERB"] = Spelling(f"(?:{added}){_END}", 2, _beginnings(verbs))
    reserved = "|".join(sorted(map(re.escape, {*words.reserved, *verbs})))
    letters = frozenset(string.ascii_letters + "_")
    found["WORD"] = Spelling(f"(?!(?:{reserved}){_END}){WORD_SHAPE}", 0, letters)
    return found


def terminals(words: Words, verbs: Collection[str] = ()) -> str:
    """Return the definitions of all word terminals in Lark's notation."""
    return "\n".join(
        f"{name}.{spelling.priority}: /{spelling.expression}/i".replace("\n", "\\n")
        for name, spelling in spellings(words, verbs).items()
    )


def _beginnings(phrases: Iterable[str]) -> frozenset[str] | None:
    """Return the characters with which phrases begin, in either case, or None where their cases are too many to tell."""
    first = {phrase[0] for phrase in phrases}
    if not all(each.isascii() or ord(each) in SIGNS for each in first):
        return None
    return frozenset(case for each in first for case in (each.lower(), each.upper()))


def _continuations(phrase: str, everything: Iterable[str]) -> list[str]:
    return [longer[len(phrase) + 1 :] for longer in everything if longer.startswith(phrase + " ")]


def _before_a_name(words: Words) -> str:
    """Return the look-ahead that leaves `raw` a name of the user's own wherever no help desk's name follows."""
    spoken = "|".join(sorted(map(re.escape, words.spoken), key=len, reverse=True))
    return f"(?={_GAP}(?!(?:{spoken}){_END}){WORD_SHAPE})"


def _pattern(phrase: str, longer: list[str]) -> str:
    body = _GAP.join(map(re.escape, phrase.split())) + _END
    if not longer:
        return body
    rest = "|".join(sorted((_GAP.join(map(re.escape, p.split())) for p in longer), key=len, reverse=True))
    return f"{body}(?!{_GAP}(?:{rest}){_END})"
