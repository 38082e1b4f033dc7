"""The bad files in French, word by word: the same mistakes are found on the same lines."""

import re
from collections import Counter
from pathlib import Path

import pytest
from in_french import ENGLISH, FRENCH, FRENCH_NAMES, NAMES, defined, in_french

from trigdsl.interfaces import speaking
from trigdsl.runtime.loader import load_paths
from trigdsl.syntax import parser

FOLDER = Path(__file__).parent / "bad"
BAD = sorted(path for path in FOLDER.glob("*.trig") if not path.read_bytes().startswith(b"# language:"))
OTHERWISE = {
    "case_and_signs": "the words in capitals are put into small letters first",
    "channels": "the word in capitals is put into small letters first",
    "conditions": "`no tags` is `non tags`, and that is how French denies a name",
    "in_french_without_saying_so": "it is French already",
    "joined_otherwise": "the tag `a` is `à` without its accent, so there is one mistake less",
    "misspelt_use": "the misspelt `seulement` is mended, so what it leaves out is known",
    "names_of_another_case": "the words in capitals are put into small letters first",
    "nothing_but_a_comment": "it is said of the first line, which says the language",
    "other_words_in_steps": "`no one` is no French",
    "repairs": "`organisation` is the right word",
    "sentences_for_actions": "`a tag` is no French, and `le marqueur` may be a value",
    "sla": "`less then` sounds like no two French words",
    "words_people_guess": "`any of` is other words in French",
}
"""The files whose mistakes differ in French, and why."""
OF_TEXTS = ("unknown-placeholder", "wrong-template")
"""What is said of placeholders, which have English names in every language."""


@pytest.fixture(scope="module")
def french(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of bad files, in French."""
    folder = tmp_path_factory.mktemp("bad")
    texts = {path: _text(path) for path in FOLDER.rglob("*.trig")}
    own = {name for text in texts.values() for name in defined(text)}
    for path, text in texts.items():
        copy = folder / path.relative_to(FOLDER)
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(in_french(text, own), encoding="utf-8", newline="")
    return folder


def _text(path: Path) -> str:
    return parser.decode(path.name, path.read_bytes())[0].text


def _mistakes(path: Path, monkeypatch: pytest.MonkeyPatch, above: int = 0) -> Counter[tuple[str, int, str]]:
    """Return the mistakes of a file and those it uses, by file, line and code; so many lines above are not counted."""
    monkeypatch.chdir(path.parent)
    found = load_paths([path.name]).diagnostics
    return Counter((Path(d.source.name).name, d.line - above, d.code) for d in found)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_the_same_mistakes_are_on_the_same_lines(
    path: Path, french: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = _mistakes(path, monkeypatch)
    found = _mistakes(french / path.name, monkeypatch, above=1)
    if path.stem in OTHERWISE:
        assert found != expected, "it needs no reason any more"
    else:
        assert found == expected, (french / path.name).read_text(encoding="utf-8")


def test_what_is_said_quotes_no_english_name_that_is_not_in_the_file(
    french: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(french)
    foreign = (NAMES | ENGLISH.spoken) - FRENCH_NAMES - FRENCH.spoken - {"on", "hold"}
    found = []
    for path in sorted(french.glob("*.trig")):
        text = path.read_text(encoding="utf-8")
        for diagnostic in load_paths([path.name]).diagnostics:
            told = speaking.in_words(diagnostic, "fr")
            pieces = re.findall("`([^`]*)`", f"{told.message} {told.help}")
            spoken = {
                word for piece in pieces for word in re.findall(r"[^\W\d]\w*", re.sub(r'".*"', "", piece))
            }
            if diagnostic.code not in OF_TEXTS and (spoken & foreign) - {*re.findall(r"\w+", text)}:
                found.append((path.name, diagnostic.code, told.message, told.help))
    assert found == []


def test_the_files_are_french(french: Path) -> None:
    """What is compared is French: hardly a file keeps English words of the grammar outside its texts and comments."""
    english = re.compile(r"(?<![\w.])(?:when|then|notify|changes|with template)(?![\w.])")
    texts = [
        re.sub(r'"[^"\n]*"|#[^\n]*', "", path.read_text(encoding="utf-8")) for path in french.glob("*.trig")
    ]
    assert len(texts) > 300
    assert sum(english.search(text) is not None for text in texts) <= 3
    assert sum(re.search(r"\b(?:quand|alors|notifier|vérifier)\b", text) is not None for text in texts) > 280


def test_the_reasons_are_of_files() -> None:
    assert {*OTHERWISE} <= {path.stem for path in BAD}
