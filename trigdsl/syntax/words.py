"""The words of one human language: phrases for the lexer and the printer, and the small rules by which they are joined."""

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping

from attrs import frozen

from trigdsl import resources

MARKS = "\u0300-\u036f"
"""Accents that are characters of their own, as some systems write them."""
WORD_SHAPE = rf"[^\W\d][\w{MARKS}-]*"
SIGNS = range(0xE000, 0xE200)
"""Characters of Unicode's private area that stand for words while reading goes on after a mistake."""
UNREAD = chr(SIGNS.start)
"""The character that stands for what could not be read."""
_VOWELS = frozenset("aeiouyœæ")


class WordsError(Exception):
    """A table of words that cannot be used."""


LEFT_OUT = "-"
"""In the place of a guess's terminal: the word only has to go."""


@frozen
class Guess:
    """A word that people try first: what to write instead, and the terminal that was meant if it is one."""

    help: str
    terminal: str | None = None


@frozen
class Noun:
    """What phrases and articles agree with."""

    feminine: bool = False
    plural: bool = False
    reference: bool = False
    """Whether it refers to somebody or something: a group that is empty has no members, a field has no value."""

    def forms(self, *kinds: str) -> Iterable[str]:
        """Yield the names of the forms that go with it, those first that say most; kinds are asked for before all."""
        own = ["plural"] if self.plural else []
        if self.feminine:
            own.insert(0, "feminine_plural" if self.plural else "feminine")
        for kind in (*kinds, *(["reference"] if self.reference else [])):
            yield from (*(f"{kind}_{form}" for form in own), kind)
        yield from own


@frozen(eq=False)
class Words:
    """One language's table. Phrases map a terminal to its spellings, the canonical one first."""

    code: str
    english: str
    """What the language is called in English."""
    phrases: Mapping[str, tuple[str, ...]]
    heads: frozenset[str]
    forms: Mapping[str, Mapping[str, str]]
    articles: Mapping[str, str]
    contractions_of_articles: Mapping[tuple[str, str], str]
    elisions: Mapping[str, str]
    units: Mapping[str, str]
    weekdays: Mapping[str, str]
    values: Mapping[str, str]
    reserved: frozenset[str]
    endings: frozenset[str]
    """The last words of verbs that are the beginnings of others: `empty`, which behind `is` is no value."""
    every_word: frozenset[str]
    spoken: frozenset[str]
    nouns: Mapping[str, tuple[str, ...]]
    """What is said around names: `tag` before one, `of` between a field and what it is of, the kinds of what is `named`."""
    guesses: Mapping[str, Guess]
    guesses_in_steps: Mapping[str, Guess]
    numbers: Mapping[str, int]
    contractions: Mapping[str, str]

    def phrase(self, terminal: str, *forms: str) -> str:
        """Return what the formatter writes for a terminal: the first form of some that it has, else its first phrase."""
        for form in forms:
            found = self.forms.get(form, {}).get(terminal)
            if found is not None:
                return found
        return self.phrases[terminal][0]

    def agreeing(self, terminal: str, noun: Noun, *kinds: str) -> str:
        """Return what the formatter writes for a terminal that agrees with a noun, of some kinds if it has such forms."""
        return self.phrase(terminal, *noun.forms(*kinds))

    def with_article(self, text: str, noun: Noun) -> str:
        """Return a noun behind its article, where the language writes one."""
        if not self.articles:
            return text
        if noun.plural:
            return f"{self.articles['plural']} {text}"
        if self.articles["elided"] and begins_with_vowel(text, mute=True):
            return self.articles["elided"] + text
        return f"{self.articles['feminine' if noun.feminine else 'masculine']} {text}"

    @property
    def continuing(self) -> frozenset[str]:
        """The endings as words are compared."""
        return frozenset(map(folded, self.endings))

    @property
    def with_articles(self) -> frozenset[str]:
        """The articles, and the words that hold one."""
        return frozenset((*self.articles.values(), *self.contractions_of_articles.values()))

    def joined(self, phrase: str, rest: str) -> str:
        """Return a phrase in front of what follows it: `de` and `le groupe` are `du groupe`."""
        last = phrase.rpartition(" ")[2]
        article, space, noun = rest.partition(" ")
        contracted = self.contractions_of_articles.get((last, article)) if space else None
        if contracted is not None:
            return f"{phrase[: len(phrase) - len(last)]}{contracted} {noun}"
        if last in self.elisions and begins_with_vowel(rest):
            return phrase[: len(phrase) - len(last)] + self.elisions[last] + rest
        return f"{phrase} {rest}"

    def needs_quotes(self, text: str) -> bool:
        """Return whether a name can only stand quoted where a bare word may stand."""
        return re.fullmatch(WORD_SHAPE, text) is None or folded(text) in self.every_word


def folded(text: str) -> str:
    """Return a word as words are compared: in any case, with accents or without."""
    plain = text.casefold()
    if plain.isascii():
        return plain
    parts = unicodedata.normalize("NFD", plain)
    return "".join(character for character in parts if not unicodedata.combining(character))


def begins_with_vowel(text: str, *, mute: bool = False) -> bool:
    """Return whether a text begins with a vowel, or with a mute h where nouns have none other."""
    first = folded(text[:1])
    return first in _VOWELS or (mute and first == "h")


@functools.cache
def load(language: str) -> Words:
    """Return the checked table of a language; WordsError if there is none or it is wrong."""
    path = resources.folder("grammar") / "words" / f"{language}.toml"
    if not path.is_file():
        raise WordsError(f"there is no table of words for the language `{language}`")
    return read(tomllib.loads(path.read_text(encoding="utf-8")))


@functools.cache
def languages() -> tuple[str, ...]:
    """Return the codes of the languages that rules can be written in."""
    return tuple(sorted(p.stem for p in (resources.folder("grammar") / "words").glob("*.toml")))


@functools.cache
def quoted_everywhere() -> frozenset[str]:
    """Return the values that the formatter writes in quotes in every language, since in one they would be read as words of the grammar."""
    return frozenset().union(*(words.reserved | words.continuing for words in map(load, languages())))


def is_quoted(text: str) -> bool:
    """Return whether the formatter quotes a value: one that a language's grammar begins with, or goes on with.

    With other accents than a reserved word it is another word, `ajouté` beside `ajoute`; a verb may end without its own.
    """
    return text.casefold() in quoted_everywhere() or folded(text) in _endings_everywhere()


@functools.cache
def _endings_everywhere() -> frozenset[str]:
    return frozenset().union(*(words.continuing for words in map(load, languages())))


Table = Mapping[str, Mapping[str, object]]


def read(table: Table) -> Words:
    """Return the table as Words; WordsError when one phrase would mean two terminals."""
    written = {
        section: {name: _spellings(table[section], name) for name in table[section]}
        for section in ("heads", "verbs")
    }
    elisions = _texts(table, "elisions")
    contracted = _contractions(table)
    phrases = {
        name: tuple(_with_variants(spellings, elisions, contracted))
        for section in written.values()
        for name, spellings in section.items()
    }
    _check_unique(phrases)
    verbs = {name: phrases[name] for name in written["verbs"]}
    # A name equal to a head that may open a condition or an expectation is quoted as well.
    opening = [*verbs.values(), *(phrases[head] for head in ("SCHEDULE", "TRIGGER", "WEBHOOK"))]
    values = _nouns(table, "words")
    every = {phrase for spellings in phrases.values() for phrase in spellings}
    return Words(
        code=str(table["language"]["code"]),
        english=str(table["language"]["english"]),
        phrases=phrases,
        heads=frozenset(written["heads"]),
        forms=_forms(table, phrases),
        articles=_texts(table, "articles"),
        contractions_of_articles=contracted,
        elisions=elisions,
        units=_nouns(table, "units"),
        weekdays=_nouns(table, "weekdays"),
        values=values,
        reserved=frozenset(first_word(p) for spellings in verbs.values() for p in spellings) - {*values},
        endings=frozenset(_endings(verbs)),
        every_word=frozenset(
            {folded(word) for spellings in opening for word in words_of(spellings)} | {*map(folded, values)}
        ),
        spoken=frozenset(words_of(every)),
        nouns={name: _spellings(table["nouns"], name) for name in table.get("nouns", ())},
        guesses=_guesses(table.get("guesses", {}), phrases),
        guesses_in_steps=_guesses(table.get("guesses_in_steps", {}), phrases),
        numbers={word: int(str(number)) for word, number in table.get("numbers", {}).items()},
        contractions={short.casefold(): str(full) for short, full in table.get("contractions", {}).items()},
    )


_SMALL = frozenset({"THE", "TO", "FROM", "IN", "AND", "OR", "EXPECT"})
"""Terminals that no value of a condition follows as the printer writes them."""


def _endings(verbs: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    """Yield the words that make a verb another verb."""
    before_values = {phrase for terminal in verbs.keys() - _SMALL for phrase in verbs[terminal]}
    for spellings in verbs.values():
        for phrase in spellings:
            verb, _, last = phrase.rpartition(" ")
            if verb in before_values:
                yield last


def sign(words: Words, terminal: str) -> str:
    """Return one character that is read as a terminal; no file holds it, and reading on after a mistake needs it."""
    return chr(SIGNS.start + 1 + list(words.phrases).index(terminal))


def first_word(phrase: str) -> str:
    """Return the word that a phrase begins with, with its apostrophe: `n'` of `n'est pas`."""
    found = re.match(rf"{WORD_SHAPE}'?", phrase)
    return found[0] if found else phrase


def words_of(phrases: Iterable[str]) -> Iterable[str]:
    """Yield the words of phrases."""
    for phrase in phrases:
        yield from re.findall(WORD_SHAPE, phrase)


def _with_variants(
    spellings: Iterable[str], elisions: Mapping[str, str], contracted: Mapping[tuple[str, str], str]
) -> Iterable[str]:
    """Yield phrases with what their last words become before a vowel and before an article."""
    for phrase in spellings:
        yield phrase
        before, _, last = phrase.rpartition(" ")
        space = " " if before else ""
        if last in elisions:
            yield before + space + elisions[last]
        yield from (before + space + short for (word, _), short in contracted.items() if word == last)


def _contractions(table: Table) -> dict[tuple[str, str], str]:
    found = {}
    for both, short in _texts(table, "contractions_of_articles").items():
        word, _, article = both.partition(" ")
        if article not in _texts(table, "articles").values():
            raise WordsError(f"`{both}` needs an article behind its first word")
        found[word, article] = short
    return found


def _texts(table: Table, section: str) -> dict[str, str]:
    return {name: str(text) for name, text in table.get(section, {}).items()}


def _forms(table: Table, phrases: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, str]]:
    """Return the forms of phrases; each is one of its terminal's phrases, so that it is read as it is written."""
    found: dict[str, dict[str, str]] = {}
    for form, section in table.get("forms", {}).items():
        assert isinstance(section, Mapping)
        for terminal, phrase in section.items():
            if phrase not in phrases.get(terminal, ()):
                raise WordsError(f"the form `{phrase}` is none of the phrases of {terminal}")
            found.setdefault(form, {})[terminal] = phrase
    return found


def _guesses(section: Mapping[str, object], phrases: Mapping[str, object]) -> dict[str, Guess]:
    found = {}
    for word, said in section.items():
        match said:
            case str(advice):
                found[folded(word)] = Guess(advice)
            case [str(advice), str(terminal)] if terminal in phrases or terminal == LEFT_OUT:
                found[folded(word)] = Guess(advice, terminal)
            case _:
                raise WordsError(f"the guess `{word}` needs a help line, and at most one terminal")
    return found


def _spellings(section: Mapping[str, object], name: str) -> tuple[str, ...]:
    spellings = section[name]
    if not isinstance(spellings, list) or not spellings or not all(isinstance(s, str) for s in spellings):
        raise WordsError(f"{name} needs a list of phrases")
    return tuple(" ".join(s.casefold().split()) for s in spellings)


def _nouns(table: Table, section: str) -> dict[str, str]:
    nouns = table[section]
    return {spelling: name for name in nouns for spelling in _spellings(nouns, name)}


def _check_unique(phrases: Mapping[str, tuple[str, ...]]) -> None:
    owner: dict[str, tuple[str, str]] = {}
    for terminal, spellings in phrases.items():
        for phrase in spellings:
            # Read without their accents two phrases may be one, as `à` and `a` are.
            known = owner.setdefault(folded(phrase), (terminal, phrase))
            if known[0] != terminal:
                raise WordsError(f"the phrase `{phrase}` is both {known[0]} and {terminal}")
            if known[1] != phrase or spellings.count(phrase) > 1:
                raise WordsError(f"{terminal} has the phrase `{phrase}` twice")
