"""What files declare, as far as names need it: the types of fields and actions, whatever is wrong with the rest."""

from collections.abc import Iterable

from attrs import evolve

from trigdsl.semantics.naming.naming import Naming
from trigdsl.semantics.vocabulary import ActionKind, Field, State, Vocabulary, type_of
from trigdsl.syntax import tree as t


def declaring(vocabulary: Vocabulary, files: Iterable[tuple[t.File, Naming]]) -> Vocabulary:
    """Return a vocabulary with what files declare besides, each in the language of its naming; what stands first counts."""
    fields, states = dict(vocabulary.fields), dict(vocabulary.states)
    actions = dict(vocabulary.actions)
    # A file cannot add entities to a vocabulary: a field of a person, `requester.score`, makes no entity `requester`.
    entities = {*vocabulary.entities} if vocabulary.fields else None
    for file, naming in files:
        for item in file.items:
            match item:
                case t.FieldDeclaration(t.Path((entity, name)), kind):
                    entity = naming.starts.name(entity)
                    if entities is not None and entity not in entities:
                        continue
                    name = naming.fields_of(entity).name(name)
                    fields.setdefault((entity, name), Field(entity, name, type_of(kind)))
                case t.StateDeclaration(t.Path((entity,)), name):
                    entity = naming.starts.name(entity)
                    name = naming.states_of(entity).name(name)
                    states.setdefault((entity, name), State(entity, name))
                case t.ActionDeclaration(verb, argument, with_text):
                    kind_of = None if argument is None else type_of(argument)
                    actions.setdefault(verb, ActionKind(verb, kind_of, with_text))
    known = len(vocabulary.fields), len(vocabulary.states), len(vocabulary.actions)
    if (len(fields), len(states), len(actions)) == known:
        return vocabulary
    return evolve(vocabulary, fields=fields, states=states, actions=actions, root=_root(vocabulary, states))


def _root(vocabulary: Vocabulary, states: Iterable[tuple[str, str]]) -> str:
    if vocabulary.states:
        return vocabulary.root
    return next((entity for entity, name in states if name == "created"), vocabulary.root)
