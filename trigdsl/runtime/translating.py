"""Who reads in another language than English: its sentences, and what things are called in it."""

from collections.abc import Mapping
from typing import Any, Self

from attrs import field, frozen

from trigdsl.runtime import templates
from trigdsl.runtime.reader import Reader
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.sentences import Sentences


@frozen(eq=False)
class Translating(Reader):
    """Somebody who reads a language that there are names and sentences in."""

    labels: Mapping[str, Any] = field(kw_only=True)
    ruleset: Ruleset = field(kw_only=True, repr=False)

    @classmethod
    def of(cls, language: str, ruleset: Ruleset) -> Self:
        """Return who reads in a language what is told of rules."""
        return cls(Sentences.of(language), labels=templates.labels().get(language, {}), ruleset=ruleset)

    def title(self, title: str) -> str:
        return str(self.labels.get("titles", {}).get(title, title))

    def category(self, title: str) -> str:
        return str(self.labels.get("categories", {}).get(title, title))
