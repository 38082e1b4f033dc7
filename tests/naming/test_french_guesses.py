"""The French names that people try first: each is told with what to write instead, and is no name itself."""

import pytest

from trigdsl.diagnostics import Severity
from trigdsl.interfaces import speaking
from trigdsl.runtime import loader, names
from trigdsl.semantics.naming.translation import path_in
from trigdsl.syntax import tree as t

FRENCH = names.of_libraries("fr")
ZENDESK = loader.zendesk_vocabulary()


@pytest.mark.parametrize(("tried", "meant"), FRENCH.guesses.items())
def test_a_name_that_is_tried_is_told_with_the_right_one(tried: str, meant: str) -> None:
    found = loader.load_text(f"# language: fr\nquand {tried} change alors arrêter ici\n", name="a.trig")
    wrong = [d for d in found.diagnostics if d.severity is Severity.ERROR]
    assert [d.code for d in wrong] in (["unknown-name"], ["unknown-field"])
    if " " not in meant:
        assert f"`{path_in(FRENCH, ZENDESK, t.Path(tuple(meant.split('.'))))}`" in str(wrong[0].help)
        return
    told = str(speaking.in_words(wrong[0], "fr").help)
    assert told.startswith(("écrivez `", "n'écrivez "))
    assert not {"is", "all", "comment", "schedule"} & {*told.replace("`", " ").split()}


def test_a_name_that_is_tried_is_not_known_by_itself() -> None:
    known = {FRENCH.starts.knows(tried) for tried in FRENCH.guesses}
    assert known == {None}
