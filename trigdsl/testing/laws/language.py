"""Laws of the language as text."""

from trigdsl.runtime import loader
from trigdsl.source import Source
from trigdsl.syntax import parser, printer, words
from trigdsl.syntax import tree as t
from trigdsl.testing.laws.trial import Trial, law


def _printed(trial: Trial) -> str:
    return printer.print_file(trial.tree, words.load("en"), _verbs(trial))


def _verbs(trial: Trial) -> frozenset[str]:
    return frozenset(trial.rules.vocabulary.actions)


def _read(trial: Trial, text: str) -> t.File:
    parsed = parser.parse(Source("printed", text), verbs=_verbs(trial))
    assert not parsed.diagnostics, parsed.diagnostics
    return parsed.file


@law
def what_is_printed_reads_as_the_same(trial: Trial) -> None:
    """What the printer writes of a tree is read as that tree."""
    assert _read(trial, _printed(trial)) == trial.tree


@law
def printing_is_a_fixed_point(trial: Trial) -> None:
    """Printing what was printed changes nothing."""
    once = _printed(trial)
    assert printer.print_file(_read(trial, once), words.load("en"), _verbs(trial)) == once


@law
def the_layout_means_nothing(trial: Trial) -> None:
    """Rules in another layout do the same."""
    again = trial.run(trial.compiled(_printed(trial)))
    assert [_without_lines(o.to_json()) for o in again] == [
        _without_lines(o.to_json()) for o in trial.outcomes
    ]


def _without_lines(outcome: dict[str, object]) -> object:
    def plain(value: object) -> object:
        if isinstance(value, dict):
            return {key: plain(inner) for key, inner in value.items() if key != "line"}
        return [plain(inner) for inner in value] if isinstance(value, list) else value

    return plain(outcome)


@law
def reading_remembers_nothing(trial: Trial) -> None:
    """What is said of rules does not depend on what was read before."""
    broken = loader.load_text(
        "when ticket is then stop\n" + trial.text, vocabulary=trial.vocabulary, files=trial.files
    )
    assert broken.diagnostics
    found = loader.load_text(
        trial.text, vocabulary=trial.vocabulary, templates=trial.templates, files=trial.files
    )
    assert found.ruleset is not None
    assert found.ruleset.rules == trial.rules.rules


@law
def a_defined_name_means_its_condition(trial: Trial) -> None:
    """A defined name and the condition it stands for may be exchanged."""
    defined = {item.name: item.condition for item in trial.items if isinstance(item, t.Define)}
    pairs = [side for name, meaning in defined.items() for side in (t.NameTest(name), meaning)]
    for answers in trial.asked(pairs):
        assert answers[::2] == answers[1::2]


@law
def reads_and_writes_are_told(trial: Trial) -> None:
    """A trigger changes no field that it does not say it writes."""
    root = trial.rules.vocabulary.root
    writes = {trigger.title: trigger.writes for trigger in trial.rules.triggers}
    for outcome in trial.outcomes:
        for effect in outcome.effects:
            name = getattr(effect, "field", None)
            assert name is None or name.removeprefix(f"{root}.") in {
                w.removeprefix(f"{root}.") for w in writes[effect.trigger]
            }


@law
def each_trigger_has_a_title_of_its_own(trial: Trial) -> None:
    """No two triggers share a title, untitled ones included."""
    titles = [trigger.title for trigger in trial.rules.triggers]
    assert len(titles) == len(set(titles))


LAWS = (
    what_is_printed_reads_as_the_same,
    printing_is_a_fixed_point,
    the_layout_means_nothing,
    reading_remembers_nothing,
    a_defined_name_means_its_condition,
    reads_and_writes_are_told,
    each_trigger_has_a_title_of_its_own,
)
