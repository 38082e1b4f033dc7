"""Laws of conditions: what two ways of saying the same thing, or one that follows from another, must come to."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from attrs import evolve

from trigdsl.syntax import tree as t
from trigdsl.syntax.tree import Verb
from trigdsl.testing.laws.trial import Law, Trial, law

Pair = tuple[t.Condition, t.Condition]

NEGATIONS = {
    Verb.IS: Verb.IS_NOT,
    Verb.IS_ONE_OF: Verb.IS_NOT_ONE_OF,
    Verb.IS_EMPTY: Verb.IS_NOT_EMPTY,
    Verb.CHANGES: Verb.DOES_NOT_CHANGE,
    Verb.CHANGES_TO: Verb.DOES_NOT_CHANGE_TO,
    Verb.CHANGES_FROM: Verb.DOES_NOT_CHANGE_FROM,
    Verb.INCLUDE: Verb.DO_NOT_INCLUDE,
    Verb.INCLUDE_ANY_OF: Verb.INCLUDE_NONE_OF,
    Verb.CONTAINS: Verb.DOES_NOT_CONTAIN,
    Verb.CONTAINS_ANY_WORD_OF: Verb.CONTAINS_NO_WORD_OF,
    Verb.STARTS_WITH: Verb.DOES_NOT_START_WITH,
    Verb.ENDS_WITH: Verb.DOES_NOT_END_WITH,
    Verb.IS_LIKE: Verb.IS_NOT_LIKE,
    Verb.MATCHES: Verb.DOES_NOT_MATCH,
}
"""Each verb with its negated form."""


def _same(trial: Trial, pairs: Sequence[Pair]) -> None:
    """Hold both conditions of each pair to the same answers."""
    for answers in trial.asked([side for pair in pairs for side in pair]):
        for number, (one, two) in enumerate(pairs):
            assert answers[2 * number] == answers[2 * number + 1], (one, two)


def _follows(trial: Trial, pairs: Sequence[Pair]) -> None:
    """Hold the second condition of each pair wherever the first holds."""
    for answers in trial.asked([side for pair in pairs for side in pair]):
        for number, (one, two) in enumerate(pairs):
            assert not answers[2 * number] or answers[2 * number + 1], (one, two)


def _with(trial: Trial, *verbs: Verb) -> Iterator[t.Comparison]:
    return (c for c in trial.comparisons if c.verb in verbs)


def _said(c: t.Comparison, verb: Verb, *values: t.Value) -> t.Comparison:
    return evolve(c, verb=verb, values=values, until=None)


@law
def a_negated_form_is_the_plain_negation(trial: Trial) -> None:
    """Each negated form holds exactly when its positive one does not."""
    back = {negated: positive for positive, negated in NEGATIONS.items()}
    pairs = []
    for c in trial.comparisons:
        other = NEGATIONS.get(c.verb) or back.get(c.verb)
        if other is not None:
            pairs.append((t.Not(c), evolve(c, verb=other)))
    _same(trial, pairs)


@law
def not_not_is_nothing(trial: Trial) -> None:
    """`not (not (a))` is `a`."""
    _same(trial, [(t.Not(t.Not(c)), c) for c in trial.comparisons])


def _neighbours(trial: Trial) -> list[tuple[t.Comparison, t.Comparison]]:
    found = trial.comparisons
    return [*pairwise(found)]


@law
def de_morgan(trial: Trial) -> None:
    """`not (a and b)` is `not a or not b`, and the other way round."""
    pairs: list[Pair] = []
    for a, b in _neighbours(trial):
        pairs.append((t.Not(t.And((a, b))), t.Or((t.Not(a), t.Not(b)))))
        pairs.append((t.Not(t.Or((a, b))), t.And((t.Not(a), t.Not(b)))))
    _same(trial, pairs)


@law
def order_does_not_matter(trial: Trial) -> None:
    """`a and b` is `b and a`, and so for `or`."""
    pairs: list[Pair] = []
    for a, b in _neighbours(trial):
        pairs += [(t.And((a, b)), t.And((b, a))), (t.Or((a, b)), t.Or((b, a)))]
    _same(trial, pairs)


@law
def both_and_either(trial: Trial) -> None:
    """`a and b` holds when both do, `a or b` when one does."""
    pairs = _neighbours(trial)
    asked: list[t.Condition] = [side for a, b in pairs for side in (a, b, t.And((a, b)), t.Or((a, b)))]
    for answers in trial.asked(asked):
        for number in range(len(pairs)):
            a, b, both, either = answers[4 * number : 4 * number + 4]
            assert both == (a and b), pairs[number]
            assert either == (a or b), pairs[number]


@law
def one_of_is_or(trial: Trial) -> None:
    """`is one of a, b` is `is a or is b`."""
    _same(trial, [(c, _any(c, Verb.IS)) for c in _with(trial, Verb.IS_ONE_OF)])


def _any(c: t.Comparison, verb: Verb) -> t.Condition:
    parts = tuple(_said(c, verb, value) for value in c.values)
    return t.Or(parts) if len(parts) > 1 else parts[0]


@law
def any_of_is_or(trial: Trial) -> None:
    """`include any of`, `gain any of`, `lose any of` and `any word of` hold when one of their values makes them."""
    singles = {
        Verb.INCLUDE_ANY_OF: Verb.INCLUDE,
        Verb.GAIN_ANY_OF: Verb.GAIN,
        Verb.LOSE_ANY_OF: Verb.LOSE,
        Verb.CONTAINS_ANY_WORD_OF: Verb.CONTAINS_ANY_WORD_OF,
    }
    _same(trial, [(c, _any(c, singles[c.verb])) for c in _with(trial, *singles)])


@law
def all_of_is_and(trial: Trial) -> None:
    """`include all of a, b` is `include a and include b`."""
    pairs: list[Pair] = []
    for c in _with(trial, Verb.INCLUDE_ALL_OF, Verb.INCLUDE_ANY_OF):
        parts = tuple(_said(c, Verb.INCLUDE, value) for value in c.values)
        every = evolve(c, verb=Verb.INCLUDE_ALL_OF)
        pairs.append((every, t.And(parts) if len(parts) > 1 else parts[0]))
    _same(trial, pairs)


@law
def nothing_is_said_of_nothing(trial: Trial) -> None:
    """No positive comparison holds of an empty value."""
    positive = {verb for verb in NEGATIONS if verb not in _OF_CHANGES} - {Verb.IS_EMPTY}
    compared = [c for c in trial.comparisons if c.verb in positive | _ORDER and not _states(c)]
    _follows(trial, [(c, t.Not(_said(c, Verb.IS_EMPTY))) for c in compared])


_OF_CHANGES = {Verb.CHANGES, Verb.CHANGES_TO, Verb.CHANGES_FROM}
_ORDER = {
    Verb.IS_LESS_THAN,
    Verb.IS_AT_MOST,
    Verb.IS_AT_LEAST,
    Verb.IS_MORE_THAN,
    Verb.IS_BEFORE,
    Verb.IS_AFTER,
}


def _states(c: t.Comparison) -> bool:
    """Return whether a comparison may be about a state, which is no value: `ticket is created`."""
    subject = c.subject
    if isinstance(subject, t.PathSubject) and len(subject.path.parts) > 1:
        return False
    return c.verb in (Verb.IS, Verb.IS_NOT) and isinstance(c.values[0], t.Word)


@law
def less_or_equal(trial: Trial) -> None:
    """`is at most` is `is less than` or `is`; `is at least` is `is more than` or `is`."""
    pairs: list[Pair] = []
    for c in _with(trial, *_ORDER):
        less, more = _said(c, Verb.IS_LESS_THAN, *c.values), _said(c, Verb.IS_MORE_THAN, *c.values)
        same = _said(c, Verb.IS, *c.values)
        pairs.append((_said(c, Verb.IS_AT_MOST, *c.values), t.Or((less, same))))
        pairs.append((_said(c, Verb.IS_AT_LEAST, *c.values), t.Or((more, same))))
    _same(trial, pairs)


@law
def less_is_not_more(trial: Trial) -> None:
    """Nothing is both less and more than a value, or less than it and equal to it."""
    pairs: list[Pair] = []
    for c in _with(trial, *_ORDER):
        less, more = _said(c, Verb.IS_LESS_THAN, *c.values), _said(c, Verb.IS_MORE_THAN, *c.values)
        pairs += [(less, t.Not(more)), (less, t.Not(_said(c, Verb.IS, *c.values))), (more, t.Not(less))]
    _follows(trial, pairs)


@law
def before_is_less(trial: Trial) -> None:
    """Of dates `is before` is `is less than`, and `is after` is `is more than`."""
    earlier = {Verb.IS_BEFORE: Verb.IS_LESS_THAN, Verb.IS_AFTER: Verb.IS_MORE_THAN}
    _same(trial, [(c, evolve(c, verb=earlier[c.verb])) for c in _with(trial, *earlier)])


@law
def a_change_ends_somewhere(trial: Trial) -> None:
    """`changes to V` is `changes` and `is V`."""
    changed = _with(trial, Verb.CHANGES_TO)
    _same(trial, [(c, t.And((_said(c, Verb.CHANGES), _said(c, Verb.IS, *c.values)))) for c in changed])


@law
def a_change_begins_somewhere(trial: Trial) -> None:
    """`changes from V` is `changes` while the previous value is V, in an update of a ticket that was there."""
    updated = _of(trial, trial.rules.vocabulary.root, "updated")
    pairs: list[Pair] = []
    for c in _with(trial, Verb.CHANGES_FROM):
        if isinstance(c.subject, t.PathSubject) and c.until is None:
            before = evolve(_said(c, Verb.IS, *c.values), subject=evolve(c.subject, previous=True))
            pairs.append((c, t.And((_said(c, Verb.CHANGES), before, *updated))))
    _same(trial, pairs if updated else [])


@law
def from_and_to(trial: Trial) -> None:
    """`changes from a to b` is `changes from a` and `changes to b`."""
    pairs: list[Pair] = []
    for c in _with(trial, Verb.CHANGES_FROM):
        # Rules seldom say where a change ends; one that ends where it began is always at hand.
        until = c.values[0] if c.until is None else c.until
        both = (evolve(c, until=None), _said(c, Verb.CHANGES_TO, until))
        pairs.append((evolve(c, until=until), t.And(both)))
    _same(trial, pairs)


@law
def what_changes_was_otherwise(trial: Trial) -> None:
    """A number that changes to a value did not have it before."""
    pairs: list[Pair] = []
    for c in _with(trial, Verb.CHANGES_TO):
        if isinstance(c.subject, t.PathSubject) and isinstance(c.values[0], t.Number):
            before = evolve(_said(c, Verb.IS, *c.values), subject=evolve(c.subject, previous=True))
            pairs.append((c, t.Not(before)))
    _follows(trial, pairs)


@law
def what_is_gained_is_there(trial: Trial) -> None:
    """What a set gains it includes now and did not include before; gaining is a change."""
    pairs: list[Pair] = []
    for c in _with(trial, Verb.GAIN):
        if isinstance(c.subject, t.PathSubject):
            now = _said(c, Verb.INCLUDE, *c.values)
            before = evolve(now, subject=evolve(c.subject, previous=True))
            pairs += [(c, t.And((now, t.Not(before)))), (t.And((now, t.Not(before))), c)]
            pairs.append((c, _said(c, Verb.CHANGES)))
    _follows(trial, pairs)


@law
def what_is_lost_was_there(trial: Trial) -> None:
    """What a set loses it included before and does not include now; losing is a change."""
    pairs: list[Pair] = []
    for c in _with(trial, Verb.LOSE):
        if isinstance(c.subject, t.PathSubject):
            now = _said(c, Verb.INCLUDE, *c.values)
            before = evolve(now, subject=evolve(c.subject, previous=True))
            pairs += [(c, t.And((before, t.Not(now)))), (t.And((before, t.Not(now))), c)]
            pairs.append((c, _said(c, Verb.CHANGES)))
    _follows(trial, pairs)


@law
def a_beginning_is_a_piece(trial: Trial) -> None:
    """A text that starts or ends with a piece contains it."""
    verbs = (Verb.STARTS_WITH, Verb.ENDS_WITH)
    _follows(trial, [(c, evolve(c, verb=Verb.CONTAINS)) for c in _with(trial, *verbs)])


@law
def case_means_nothing(trial: Trial) -> None:
    """Texts are compared without regard to case."""
    verbs = (Verb.CONTAINS, Verb.STARTS_WITH, Verb.ENDS_WITH, Verb.CONTAINS_ANY_WORD_OF, Verb.IS_LIKE)
    plain = (c for c in _with(trial, *verbs) if all(map(_is_ascii, c.values)))
    _same(trial, [(c, evolve(c, values=tuple(map(_upper, c.values)))) for c in plain])


def _is_ascii(value: t.Value) -> bool:
    return isinstance(value, t.Text) and value.value.isascii()


def _upper(value: t.Value) -> t.Value:
    assert isinstance(value, t.Text)
    return evolve(value, value=value.value.upper())


@law
def a_star_is_any_run(trial: Trial) -> None:
    """`contains "x"` is `is like "*x*"`, and so for beginnings and ends."""
    patterns: dict[Verb, Callable[[str], str]] = {
        Verb.CONTAINS: lambda text: f"*{text}*",
        Verb.STARTS_WITH: lambda text: f"{text}*",
        Verb.ENDS_WITH: lambda text: f"*{text}",
    }
    pairs: list[Pair] = []
    for c in _with(trial, *patterns):
        value = c.values[0]
        if isinstance(value, t.Text) and value.value and not set(value.value) & set("*?#"):
            pairs.append((c, _said(c, Verb.IS_LIKE, t.Text(patterns[c.verb](value.value)))))
    _same(trial, pairs)


def _of(trial: Trial, entity: str, *names: str) -> list[t.Condition]:
    """Return tests of states of an entity that the vocabulary has, else nothing."""
    if not all((entity, name) in trial.rules.vocabulary.states for name in names):
        return []
    subject = t.PathSubject(t.Path((entity,)))
    return [t.Comparison(subject, Verb.IS, (t.Word(name),)) for name in names]


@law
def created_or_updated(trial: Trial) -> None:
    """Each update either creates the ticket or updates it."""
    for created, updated in trial.asked(_of(trial, trial.rules.vocabulary.root, "created", "updated")):
        assert created != updated


@law
def a_comment_is_public_or_private(trial: Trial) -> None:
    """A comment that is there is either public or private, and one that is not there is neither."""
    for present, public, private in trial.asked(_of(trial, "comment", "present", "public", "private")):
        assert present == (public or private)
        assert not (public and private)


@law
def a_public_comment_makes_the_ticket_public(trial: Trial) -> None:
    """A ticket with a public comment is public; it is private exactly when it is not."""
    root = trial.rules.vocabulary.root
    tests = [*_of(trial, root, "public", "private"), *_of(trial, "comment", "public")]
    if len(tests) == 3:
        for public, private, said in trial.asked(tests):
            assert public != private
            assert public or not said


LAWS: tuple[Law, ...] = tuple(value for value in globals().values() if isinstance(value, Law))
"""Every law of this page, in the order written."""
