"""The bugs that mutants.py plants: there are many, each is one change, and none is planted in vain."""

import ast

import mutants
import pytest

EVERY = mutants.candidates()


def test_there_are_many_in_every_file() -> None:
    assert len(EVERY) >= 200
    assert {candidate.file for candidate in EVERY} == set(mutants.FILES)


def test_names_and_keys_are_their_own() -> None:
    assert len({candidate.name for candidate in EVERY}) == len(EVERY)
    assert len({candidate.key for candidate in EVERY}) == len(EVERY)


def test_each_is_another_program() -> None:
    sources = {file: mutants.source_of(file) for file in mutants.FILES}
    trees = {file: ast.dump(ast.parse(source)) for file, source in sources.items()}
    made = set()
    for candidate in EVERY:
        source = candidate.planted(sources[candidate.file])
        parsed = ast.parse(source)
        compile(parsed, candidate.name, "exec")
        tree = ast.dump(parsed)
        assert tree != trees[candidate.file], candidate.name
        made.add((candidate.file, tree))
    assert len(made) == len(EVERY), "no program is made twice"


@pytest.mark.parametrize("aside", mutants.set_aside(), ids=lambda aside: f"{aside.inside}: {aside.line}")
def test_what_is_set_aside_is_still_a_candidate(aside: mutants.Aside) -> None:
    assert any(aside.covers(candidate) for candidate in EVERY)
    assert aside.reason.endswith(".")


def test_a_sample_is_spread_and_comes_again() -> None:
    some = mutants.sample(EVERY, 60, seed=1)
    assert some == mutants.sample(EVERY, 60, seed=1) != mutants.sample(EVERY, 60, seed=2)
    assert len(set(some)) == 60
    assert {c.file for c in some} == set(mutants.FILES)
    assert {c.kind for c in some} == {c.kind for c in EVERY}
    assert len(mutants.sample(EVERY, len(EVERY) + 9, seed=1)) == len(EVERY)
