"""Actions: writing fields so that other rules hold, telling people, and what a host does."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from attrs import frozen

from trigdsl.semantics import types
from trigdsl.semantics.vocabulary import CURRENT_USER, ActionKind, Field
from trigdsl.syntax import tree as t
from trigdsl.testing.generation import values
from trigdsl.testing.generation.comparisons import Comparisons
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.scene import Aim, Scene
from trigdsl.testing.generation.values import NOBODY

PLAIN_TEXTS = ("Hello", "Thank you", "Done: 100 %", 'It says "down"', "One\n\ntwo lines")
LANGUAGES = ("fr", "en", "pt-BR")
EVERYBODY = t.AllSubject("agents")


@frozen
class Actions:
    """Makes the actions of triggers about what a scene speaks of."""

    d: Draws
    scene: Scene

    @property
    def comparisons(self) -> Comparisons:
        """What writes values as rules do."""
        return Comparisons(self.d, self.scene)

    def actions(self, aim: Aim | None) -> tuple[t.Action, ...]:
        """Return one action or more; where there is an aim, the first reaches it. A `stop` is the last."""
        first = self.action() if aim is None else self.toward(aim)
        further = self.d.several(self.action, 0, 3, again=35)
        last: list[t.Action] = [t.Stop()] if self.d.chance(6) else []
        return (first, *further, *last)

    def toward(self, aim: Aim) -> t.Action:
        """Return an action after which a field holds a value."""
        noun = self.scene.noun(aim.field)
        if aim.value is None:
            return t.ClearField(noun.path)
        value = self.comparisons.written(aim.field.type, aim.value)
        if isinstance(aim.field.type, types.SetType) and self.d.chance(80):
            return t.AddTo((value,), noun.path)
        return t.SetField(noun.path, (value,))

    def action(self) -> t.Action:
        """Return any action that a rule may do; `stop` stands last, so it is not among them."""
        return self.d.part(self._action)

    def _action(self) -> t.Action:
        world, kind = self.scene.world, self.d.pick("wwwwwwwwnnnnnnppppc" + "hhhhh" * bool(self._own))
        if kind == "h":
            return self._perform(self.d.pick(self._own))
        templates = (*world.templates, *world.internal)
        if kind == "c" and self.scene.webhooks and templates:
            return t.CallWebhook(self.d.pick(self.scene.webhooks), self.d.pick(templates))
        if kind == "p":
            public = not self.d.chance(40)
            return t.PostComment(public, self._message(internal=not public))
        fields = self.scene.writable
        return self._write(self._target(fields)) if kind == "w" and fields else self._notify()

    # Fields

    def _write(self, declared: Field) -> t.Action:
        path, kind, d = self.scene.noun(declared).path, declared.type, self.d
        shape = d.pick("ssssaaaarrcc")
        if shape == "c":
            return t.ClearField(path)
        if isinstance(kind, types.NumberType) and shape in "ar":
            amount = values.make_value(d, kind, (1, 2, Decimal("0.5"), -1))
            return t.AddTo((values.written(amount, quotes=False),), path)
        if not isinstance(kind, types.SetType):
            return t.SetField(path, (self._value(declared),))
        members = tuple(dict.fromkeys(self._value(declared) for _ in range(d.pick((1, 1, 1, 2)))))
        copied = self._copied(declared) if shape == "s" or d.chance(15) else None
        if copied is not None:
            members = (copied, *members[: d.pick((0, 0, 1))])
        if shape == "r":
            return t.RemoveFrom(members, path)
        return t.SetField(path, members) if shape == "s" else t.AddTo(members, path)

    def _target(self, writable: Sequence[Field]) -> Field:
        near = [f for f in self.scene.focus if f in writable]
        return self.d.mostly(near, writable, 15)

    def _value(self, declared: Field) -> t.Value:
        """Return a value that a rule may write into a field: of a field of several, one member."""
        paths = self._paths(declared) if self.d.chance(10) else []
        if paths:
            return self.d.pick(paths)
        value = values.make_value(self.d, declared.type, self.scene.known(declared))
        return self.comparisons.written(declared.type, value)

    def _paths(self, declared: Field) -> list[t.Value]:
        """Return the paths whose value may be copied into a field, or into it as a member."""
        kind = declared.type
        wanted = types.ReferenceType(kind.kind) if isinstance(kind, types.ReferencesType) else kind
        if isinstance(wanted, types.SetType):
            return []
        fields = [f for f in self.scene.world.settable if f.type == wanted and f != declared]
        found = [self.comparisons.path_value(f) for f in fields[:4]]
        return [*found, t.Word(CURRENT_USER)] if wanted == types.ReferenceType("user") else found

    def _copied(self, declared: Field) -> t.Value | None:
        """Return another field of several that is of the same type, whose members may be copied."""
        if not isinstance(declared.type, types.ReferencesType):
            return None
        others = [f for f in self.scene.world.settable if f.type == declared.type and f != declared]
        return self.comparisons.path_value(self.d.pick(others)) if others else None

    # Telling

    def _notify(self) -> t.Action:
        recipients = tuple(dict.fromkeys(self.recipient() for _ in range(self.d.pick((1, 1, 1, 2, 2, 3)))))
        channels = self.scene.world.channels
        channel = self.d.pick(channels) if channels and self.d.chance(20) else None
        language = self.d.pick(LANGUAGES) if self.d.chance(8) else None
        internal = all(recipient in (EVERYBODY, *self._groups) for recipient in recipients)
        return t.Notify(recipients, self._message(internal=internal), channel, language)

    def recipient(self) -> t.Subject:
        """Return somebody, or several, who can be told."""
        d, scene = self.d, self.scene
        fields = [f for f in scene.world.vocabulary.shorthands.values() if _of_people(f)]
        kind = d.pick("ffffffffffffmmeeggnnaa")
        if fields and kind == "f":
            path = scene.noun(d.pick(fields)).path
            return t.PathSubject(path, previous=d.chance(5))
        if kind == "m":
            return t.PathSubject(scene.current_user().path)
        if kind == "e":
            return EVERYBODY
        if kind == "g" and self._groups:
            return d.pick(self._groups)
        if kind == "n" and scene.names["user"]:
            return t.NamedSubject(d.pick(("user", "agent")), d.pick(scene.names["user"]))
        addresses = [name for name in (*scene.names["user"], *NOBODY) if "@" in name]
        return t.AddressSubject(d.pick(addresses))

    @property
    def _groups(self) -> list[t.Subject]:
        return [t.NamedSubject("group", name) for name in self.scene.names["group"]]

    def _message(self, *, internal: bool = False) -> t.Message:
        world = self.scene.world
        templates = (*world.templates, *world.internal) if internal else world.templates
        if templates and self.d.chance(30):
            return t.UseTemplate(self.d.pick(templates))
        subject = self.text() if self.d.chance(30) else None
        return t.InlineText(subject, self.text())

    def text(self) -> str:
        """Return a text for people, with or without something filled in."""
        if not self.d.chance(40):
            return self.d.pick(PLAIN_TEXTS)
        return f"{self.d.pick(PLAIN_TEXTS[:3])} {self.d.pick(self._filled)()}"

    @property
    def _filled(self) -> Sequence[Callable[[], str]]:
        return (self._placeholder, self._choice, self._loop, self._conversation, self._comment)

    def _placeholder(self) -> str:
        return f"{{{{ {self.comparisons.noun().path} }}}}"

    def _choice(self) -> str:
        return f"{{% if {self.comparisons.noun().path} %}}yes{{% else %}}no{{% endif %}}"

    def _loop(self) -> str:
        several = [f for f in self.scene.focus if isinstance(f.type, types.SetType)]
        if not several:
            return self._placeholder()
        return (
            f"{{% for each in {self.scene.noun(self.d.pick(several)).path} %}}{{{{ each }}}} {{% endfor %}}"
        )

    def _conversation(self) -> str:
        comments = f"{self.scene.world.root}.public_comments"
        return f"{{% for comment in {comments} %}}{{{{ comment.body | upper }}}}{{% endfor %}}"

    def _comment(self) -> str:
        """Return the comment, which a reader may not be allowed to see."""
        known = self.scene.world.vocabulary.field("comment", "body") is not None
        return "{{ comment.body }}" if known else self._placeholder()

    # What a host does

    @property
    def _own(self) -> list[tuple[ActionKind, Field | None]]:
        """The actions of the vocabulary's own that can be done, each with a field that holds what it takes."""
        root, kinds = self.scene.world.root, self.scene.world.vocabulary.actions.values()
        taking = [(kind, None if kind.argument is None else Field(root, "", kind.argument)) for kind in kinds]
        return [(kind, taken) for kind, taken in taking if taken is None or self.scene.known(taken)]

    def _perform(self, own: tuple[ActionKind, Field | None]) -> t.Action:
        kind, taken = own
        argument = None if taken is None else self._value(taken)
        return t.Perform(kind.verb, argument, self._message(internal=True) if kind.with_text else None)


def _of_people(declared: Field) -> bool:
    kind = declared.type
    return isinstance(kind, types.ReferenceType | types.ReferencesType) and kind.kind in ("user", "group")
