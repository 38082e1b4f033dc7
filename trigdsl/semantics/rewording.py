"""A piece of an English rule in another language, word by word: it need be no whole rule, and no correct one.

What no table knows stays as it is, so that a piece which is in the other language already does as well.
"""

import functools
import re
from collections.abc import Collection, Iterator

from attrs import define, field, frozen

from trigdsl.semantics.naming.naming import Naming
from trigdsl.semantics.naming.translation import UNKNOWN, Leads, Translation
from trigdsl.semantics.types import ReferenceType
from trigdsl.semantics.vocabulary import Vocabulary
from trigdsl.syntax import tree as t
from trigdsl.syntax.tree import Verb
from trigdsl.syntax.words import Noun, Words, folded

_QUOTED = r'"""(?:[^\\]|\\.)*?"""|"(?:[^"\\\n]|\\[^\n])*"?'
_NAME = r"[^\W\d][\w-]*"
_TOKEN = re.compile(
    rf"{_QUOTED}|\{{\{{.*?\}}\}}|#[^\n]*|(?P<name>{_NAME}(?:\.{_NAME})*)|[\d][\w:.-]*|\s+|.", re.DOTALL
)
_TYPES = frozenset({"TAGS_TYPE", "TEXT_TYPE", "USERS_TYPE", "GROUPS_TYPE"})
"""Phrases that are also what fields are called: they are types behind `is` alone."""
_INSIDE = frozenset("._-")
_VERBS = frozenset(verb.value for verb in Verb)
_OF_STATES = frozenset({"IS", "IS_NOT"})
_BEFORE_VALUES = _VERBS - {"IS_EMPTY", "IS_NOT_EMPTY", "CHANGES", "DOES_NOT_CHANGE"}
_AGREEING = _VERBS | {"IS_NOTIFIED", "IS_NOT_NOTIFIED", "PREVIOUS"}
_STARTS = frozenset(
    {"WHEN", "THEN", "AND", "OR", "NOT", "AS", "GIVEN", "EXPECT", "COUNTING", "IS_EMPTY", "IS_NOT_EMPTY"}
)
_ADDING = frozenset({"ADD", "REMOVE", "ADDS", "REMOVES"})
_DECLARED = frozenset({"STATE", "FIELD", "DEFINE", "CHANNEL", "ACTION"})
"""Heads that a name without an article follows."""
_EXPECTED = frozenset({"EXPECT", "AND", "ONLY"})


@frozen
class Rewording:
    """Puts pieces of English rules into another language, over what a vocabulary is called in it."""

    english: Words
    words: Words
    naming: Naming
    vocabulary: Vocabulary

    def __call__(self, text: str, kept: Collection[str] = ()) -> str:
        """Return a piece of a rule, or whole rules, with the phrases and names of the language in place of English.

        Kept are words of the user's own, which are no phrases whatever they mean in English. The longest phrase counts.
        Names are put by what they belong to, where that can be seen; quoted texts that are no titles, comments, and words
        that no table knows stay as they are. A piece may also be a title by itself.
        """
        title = self.title(text)
        return _Reading(self, text, kept).said() if title is None else title

    def title(self, text: str) -> str | None:
        """Return what a title of the libraries is called, or None."""
        said = self.naming.titles.label(self.naming.categories.label(text))
        return None if said == text else said


@define
class _Reading:
    """One piece, read from its beginning to its end."""

    by: Rewording
    text: str
    kept: Collection[str]
    found: list[tuple[str, bool]] = field(factory=list)
    """What is said so far, each with whether it is a phrase, which may melt with what follows."""
    last: str = ""
    """The terminal of the last phrase."""
    place: str = ""
    """What may stand here, by the terminal that says so."""
    action: str = ""
    leads: Leads = UNKNOWN
    noun: Noun = Noun()
    the: bool = False
    """Whether `the` waits for its noun."""

    def said(self) -> str:
        at = 0
        follows = False  # whether a phrase stands directly before
        while at < len(self.text):
            phrase = self._phrase(at)
            terminal = "" if phrase is None else _terminals(self.by.english)[_plain(phrase[0])]
            if phrase is not None and (terminal not in _TYPES or (follows and self.last == "IS")):
                follows = True
                self._say(phrase, terminal)
                at = phrase.end()
                continue
            token = _TOKEN.match(self.text, at)
            assert token is not None
            follows = follows and token[0].isspace()
            self._put(token)
            at = token.end()
        return "".join(_melted(self.by.words, self.found))

    def _phrase(self, at: int) -> re.Match[str] | None:
        if at > 0 and self.text[at - 1] in _INSIDE:
            return None
        found = _phrases(self.by.english).match(self.text, at)
        return None if found is None or found[0] in self.kept else found

    # Phrases

    def _say(self, phrase: re.Match[str], terminal: str) -> None:
        if terminal == "THE" and self.by.words.articles:
            self.the = True
            return
        forms: tuple[str, ...] = ()
        if terminal in _AGREEING:
            alone = () if self._goes_on(phrase.end()) else ("alone",)
            forms = tuple(self.noun.forms(*alone))
        elif self.last in _EXPECTED:
            forms = ("expected",)
        self._emit(_as_written(phrase[0], self.by.words.phrase(terminal, *forms)), phrase=True)
        self._turn(terminal)

    def _goes_on(self, at: int) -> bool:
        """Return whether `to` follows in the same condition."""
        for word in re.finditer(_NAME, self.text[at:]):
            known = _terminals(self.by.english).get(word[0].casefold())
            if known in ("TO", "AND", "OR", "THEN"):
                return known == "TO"
        return False

    def _turn(self, terminal: str) -> None:
        """See what may follow a phrase."""
        self.last = terminal
        if terminal in _STARTS:
            self.place, self.leads, self.noun = "", UNKNOWN, Noun()
        elif terminal in _BEFORE_VALUES:
            self.place = terminal
        elif terminal in ("TO", "FROM"):
            self.place = "" if self.action in _ADDING else terminal
        elif terminal in ("WITH_TEMPLATE", "BY"):
            self.place = terminal
        elif terminal == "SCHEDULE":
            self.leads, self.place = Leads(ReferenceType("schedule")), ""
        else:
            self.leads = UNKNOWN if terminal == "OPEN" else self.leads  # days follow
            self.place = ""
            self.action = terminal if terminal in _ADDING else ""

    # Names

    def _put(self, token: re.Match[str]) -> None:
        text = token[0]
        if text.isspace():
            if not self.the:
                self._emit(text)
            return
        if token["name"] is None:
            self._emit(self._behind_article(self._quoted(text), Noun()))
            if text == "(":
                self.place = ""
            return
        naming = self.by.naming
        if self.place == "WITH_TEMPLATE":
            said = naming.templates.label(text)
        elif self.place == "BY":
            said = naming.channels.label(naming.choices_of("update.channel").label(text))
        elif self.place:
            said = self._value(text)
        else:
            said = self._path(text)
        self._emit(self._behind_article(said, self._noun(text)))

    def _quoted(self, text: str) -> str:
        title = self.by.title(text[1:-1]) if text[0] == '"' else None
        return text if title is None else f'"{title}"'

    def _value(self, text: str) -> str:
        translation = self._translation
        if "." in text:
            return str(translation.path(t.Path(tuple(text.split("."))))[0])
        if self.by.naming.units.knows(text) is not None and re.search(r"\d\s*\Z", self._so_far()):
            return self.by.naming.units.label(text)
        if self.the:
            return self.by.naming.starts.label(text)
        if self.leads.type is None:
            return self._alone(text)
        found = translation.word(t.Word(text), text, self.leads, state=self.place in _OF_STATES)
        if isinstance(found, t.PathValue):
            (said,) = found.path.parts
            return self.by.words.with_article(said, self._noun_of(said))
        assert isinstance(found, t.Word)
        return found.text

    def _path(self, text: str) -> str:
        first, *rest = text.split(".")
        path, leads = self._translation.path(t.Path((first.lower(), *rest)))
        if leads == UNKNOWN:
            bare = self._alone(text) == self.text and str(path) != text.lower()
            return str(path) if bare else self._alone(text)  # a field by its bare name
        path = t.Path((_as_written(text, path.parts[0]), *path.parts[1:]))
        self.leads = leads
        self.noun = self._noun_of(path.parts[-1])
        if self.last == "PREVIOUS":
            del self.found[-2:]  # it agrees with the noun, and stands between this and its article
            former = f"{self.by.words.agreeing('PREVIOUS', self.noun)} {path}"
            return former if len(path.parts) > 1 else self._with_article(former)
        bare = self.last == "ALL" or self.last in _DECLARED or self._has_article()
        if len(path.parts) > 1 or text == self.text or bare:
            return str(path)
        return self._with_article(str(path))

    def _with_article(self, noun: str) -> str:
        return noun if self.the else self.by.words.with_article(noun, self.noun)

    def _alone(self, text: str) -> str:
        """Return a word that belongs to nothing here: a value, a day, a unit behind a number."""
        naming = self.by.naming
        if re.search(r"\d\s*\Z", self._so_far()):
            return naming.units.label(text)
        return naming.values.label(naming.weekdays.label(text))

    def _has_article(self) -> bool:
        """Return whether an article stands before, in a piece that is in the language already."""
        return self._so_far().strip() in self.by.words.with_articles

    def _behind_article(self, text: str, noun: Noun) -> str:
        if not self.the:
            return text
        self.the = False
        return self.by.words.with_article(text, noun)

    def _noun(self, text: str) -> Noun:
        return self._noun_of(self.by.naming.starts.label(text))

    def _noun_of(self, said: str) -> Noun:
        return self.by.naming.nouns.get(folded(said), Noun())

    @property
    def _translation(self) -> Translation:
        return Translation(self.by.naming, self.by.vocabulary, local=True)

    def _so_far(self) -> str:
        return "".join(text for text, _ in self.found[-2:])

    def _emit(self, text: str, *, phrase: bool = False) -> None:
        self.found.append((text, phrase))


def _melted(words: Words, found: list[tuple[str, bool]]) -> Iterator[str]:
    """Yield what is said, with phrases melted with what stands behind them: `de` and `le groupe` are `du groupe`."""
    at = 0
    while at < len(found):
        text, phrase = found[at]
        match found[at + 1 : at + 3]:
            case [(" ", False), (str(following), False)] if phrase:
                yield words.joined(text, following)
                at += 3
            case _:
                yield text
                at += 1


def _as_written(phrase: str, said: str) -> str:
    """Return a phrase with the capital that another one has at its beginning."""
    return said[:1].upper() + said[1:] if phrase[:1].isupper() else said


def _plain(phrase: str) -> str:
    return " ".join(phrase.casefold().split())


@functools.lru_cache(maxsize=8)
def _phrases(words: Words) -> re.Pattern[str]:
    ordered = sorted(_terminals(words), key=len, reverse=True)
    each = "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in ordered)
    return re.compile(rf"(?:{each})(?![\w-]|\.\w)", re.IGNORECASE)


@functools.lru_cache(maxsize=8)
def _terminals(words: Words) -> dict[str, str]:
    return {phrase: terminal for terminal, phrases in words.phrases.items() for phrase in phrases}
