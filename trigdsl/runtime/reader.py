"""Who reads what is told: the sentences and the names of their language."""

from collections.abc import Sequence

from attrs import field, frozen

from trigdsl.engine.trace import Failure
from trigdsl.languages import ENGLISH
from trigdsl.semantics import rules as r
from trigdsl.semantics.types import Value
from trigdsl.sentences import Part, Sentences


@frozen(eq=False)
class Reader:
    """Somebody who reads English: every sentence, and every name of a rule, as it stands."""

    sentences: Sentences = field(factory=lambda: Sentences.of(ENGLISH))

    @property
    def language(self) -> str:
        """The code of the language."""
        return self.sentences.language

    # Sentences

    def say(self, pattern: str, *parts: Part) -> str:
        """Return a sentence with its parts in the places of `{}`; parts that are names are in the language already."""
        return self.sentences.say(pattern, *parts)

    def several(self, count: int, one: str, many: str, *parts: Part) -> str:
        """Return what is said of a number of things: the sentence for one of them, or for any other number."""
        return self.sentences.several(count, one, many, *parts)

    def told(self, sentence: str) -> str:
        """Return a finished English sentence in the language, or as it is where nobody has put it into it."""
        return self.sentences.told(sentence) or sentence

    def told_of_rules(self, sentence: str) -> str:
        """Return a finished English sentence that quotes pieces of rules, which are in the language as well."""
        return self.told(sentence)

    def number(self, number: str) -> str:
        """Return a number as the language writes it."""
        return self.sentences.number(number)

    def listed(self, items: Sequence[str]) -> str:
        """Return items as a sentence lists them: a, b and c."""
        return self.say("{} and {}", ", ".join(items[:-1]), items[-1]) if len(items) > 1 else "".join(items)

    # Names

    def title(self, title: str) -> str:
        """Return a trigger's title as it is shown."""
        return title

    def category(self, title: str) -> str:
        """Return a category's title as it is shown."""
        return title

    def path(self, path: str) -> str:
        """Return a path, `ticket.status`."""
        return path

    def english_path(self, path: str) -> str:
        """Return the English path that somebody typed in the language, or in English."""
        return path

    def template(self, name: str) -> str:
        """Return the name of a template."""
        return name

    def channel(self, name: str) -> str:
        """Return the name of a channel."""
        return name

    def action(self, verb: str) -> str:
        """Return the verb of an action that the vocabulary declares."""
        return verb

    def value(self, value: Value, path: str) -> Value:  # noqa: ARG002 - English words are the same at every path
        """Return a value of a field of this path with its words, or those of its members, in the language."""
        return value

    def read(self, value: Value, reading: r.Reading) -> Value:  # noqa: ARG002 - as above
        """Return a value that was read by a condition, as `value` does."""
        return value

    def failed(self, failure: Failure) -> Value:
        """Return the value that a condition saw that did not hold."""
        return failure.seen

    # Pieces of rules

    def condition(self, text: str) -> str:
        """Return a condition as rules in the language write it; it is given as English ones do."""
        return text

    def event(self, text: str) -> str:
        """Return what happens in a step of a test."""
        return text

    def expectation(self, text: str) -> str:
        """Return what a step of a test expects."""
        return text

    def piece(self, text: str) -> str:
        """Return a condition or an action."""
        return text

    def rules(self, text: str) -> str:
        """Return whole rules, or a test."""
        return text


IN_ENGLISH = Reader()
