"""Laws of texts: in whose language they are, and who may read what."""

from collections.abc import Iterator, Sequence

from trigdsl.engine.effects import ActionTaken, Notification, Outcome
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.rules import Message, Template
from trigdsl.testing.laws.trial import Law, Trial, law

DEFAULT = "en"


def _rendered(trial: Trial) -> Iterator[Outcome]:
    for outcome in trial.run(trial.rules, render=True):
        if not outcome.duplicate:
            yield outcome


def _language(trial: Trial, outcome: Outcome, person: str) -> str | None:
    """Return the language of somebody, as far as it is known."""
    assert outcome.ticket is not None
    known = trial.people.knowing(outcome.ticket.people.values())
    spoken = known.record("user", person).values.get("language")
    return spoken if isinstance(spoken, str) else None


def _read(trial: Trial, message: Message, wanted: str | None) -> str:
    """Return the language in which a reader gets a message: the first that there is of theirs, its base and English."""
    if not isinstance(message, Template):
        return wanted or DEFAULT
    there = trial.rules.renderer.templates.by_name[message.name]
    code = (wanted or DEFAULT).replace("_", "-").lower()
    known = [each for each in (code, code.partition("-")[0], DEFAULT) if each in there]
    return there[known[0] if known else min(there)].language


@law
def a_text_is_in_the_language_of_its_reader(trial: Trial) -> None:
    """A message is in the language that its action names, else its reader's, else the first that there is."""
    actions = {(t.title, id(a.at)): a for t in trial.rules.triggers for a in t.actions}
    for outcome in _rendered(trial):
        for letter in outcome.effects:
            if isinstance(letter, Notification):
                action = actions[letter.trigger, id(letter.at)]
                assert isinstance(action, r.Notify)
                wanted = action.language or _language(trial, outcome, letter.person)
                assert letter.language == _read(trial, letter.message, wanted), letter


@law
def an_action_speaks_to_whom_it_names(trial: Trial) -> None:
    """The text of a host's action is in the language of the user it is done to, and in English where it is done to none."""
    actions = {(t.title, id(a.at)): a for t in trial.rules.triggers for a in t.actions}
    for outcome in _rendered(trial):
        for done in outcome.effects:
            if not isinstance(done, ActionTaken):
                continue
            action = actions[done.trigger, id(done.at)]
            assert isinstance(action, r.Perform)
            assert (done.person is not None) == (action.type == types.ReferenceType("user")), done
            wanted = None if done.person is None else _language(trial, outcome, done.person)
            assert done.message is None or done.language == _read(trial, done.message, wanted), done


@law
def private_comments_stay_private(trial: Trial) -> None:
    """Rendering changes nothing but texts, and an end user's text never holds a private comment."""
    # What the rules say themselves is no secret, though a rule may post it privately as well.
    written = "".join((trial.text, *trial.files.values()))
    told: set[str] = set()
    for outcome in _rendered(trial):
        assert outcome.ticket is not None
        assert outcome.update is not None
        told |= {outcome.update.comment.body} if outcome.update.comment is not None else set()
        private = {c.body for c in outcome.ticket.comments if not c.public and len(c.body) > 12}
        secrets = {body for body in private & told if body.replace('"', '\\"') not in written}
        shown = {c.body for c in outcome.ticket.comments if c.public}
        known = {secret for secret in secrets if any(secret in other for other in shown)}
        for letter in _letters(outcome.effects):
            text = f"{letter.subject}\n{letter.body}"
            said = str(dict(outcome.after))
            leaks = {s for s in secrets - known if s in text and s not in said}
            assert letter.to_agent or not leaks, leaks


def _letters(effects: Sequence[object]) -> list[Notification]:
    return [effect for effect in effects if isinstance(effect, Notification)]


LAWS: tuple[Law, ...] = tuple(value for value in globals().values() if isinstance(value, Law))
"""Every law of this page, in the order written."""
