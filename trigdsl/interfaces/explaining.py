"""`trigdsl explain`: the catalogue of mistakes and warnings, a page for each code in each language."""

from pathlib import Path

from trigdsl import resources
from trigdsl.interfaces import speaking
from trigdsl.interfaces.files import WrongUseError
from trigdsl.languages import ENGLISH
from trigdsl.spelling import did_you_mean

_WARNING = "This is a warning."
"""The first words of the page about a warning."""


def pages(language: str = ENGLISH) -> list[str]:
    """Return the codes that the catalogue explains in a language."""
    return sorted(path.stem for path in folder(language).glob("*.md"))


def folder(language: str = ENGLISH) -> Path:
    """Return the folder of the pages in a language."""
    docs = resources.folder("docs")
    return (docs if language == ENGLISH else docs / language) / "diagnostics"


def page(code: str, language: str = ENGLISH) -> str | None:
    """Return the page about a code, in English where there is none in the language, or None."""
    for known in (language, ENGLISH):
        if code in pages(known):
            return (folder(known) / f"{code}.md").read_text(encoding="utf-8")
    return None


def is_warning(code: str) -> bool:
    """Return whether a code is that of a warning."""
    text = page(code)
    return text is not None and text.startswith(f"# {code}\n\n{_WARNING}")


def run(code: str | None, language: str | None) -> int:
    """Print the page about a code, or without one the list of codes. WrongUseError when there is no such page."""
    if code is None:
        print(_listed(language or ENGLISH))
        return 0
    found = page(code, language or ENGLISH)
    if found is None:
        raise WrongUseError(
            f"there is no page `{code}`; {did_you_mean(code, pages()) or '`trigdsl explain` lists them'}"
        )
    print(found, end="")
    return 0


def _listed(language: str) -> str:
    say = speaking.sentences(language).say
    warnings = [code for code in pages() if is_warning(code)]
    errors = [code for code in pages() if code not in warnings]
    parts = ((say("Mistakes:"), errors), (say("Warnings, which can be turned off:"), warnings))
    return "\n\n".join("\n".join([heading, *(f"  {code}" for code in codes)]) for heading, codes in parts)
