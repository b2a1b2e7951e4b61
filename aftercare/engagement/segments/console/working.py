"""The builder's state between two clicks: it travels with the page, so that nothing is kept until it is saved.

Every button says what it does in `builder_do`: `add:1-0` offers the kinds of condition for a group, `add:1-0:orders` opens
the form of one, `edit:1-0` that of a condition there, `group:`, `match:`, `remove:`, `keep`, `cancel`, `save`.
"""

from dataclasses import dataclass
from typing import Any

import orjson
from django.http import QueryDict

from aftercare.engagement.segments import editing
from aftercare.engagement.segments.conditions import conditions
from aftercare.engagement.segments.definition import Condition, Definition, Group, read_definition
from aftercare.engagement.segments.forms import ConditionForm, NameForm
from aftercare.engagement.segments.models import Segment
from aftercare.engagement.segments.sentences import path_name, read_path
from aftercare.engagement.segments.vocabulary import Match

_LARGEST = 100_000


@dataclass(frozen=True)
class Opened:
    """What stands open at a place: a choice of kinds, or the form of one. `do` opens it again."""

    path: str
    do: str
    form: ConditionForm | None = None
    label: Any = ""
    is_new: bool = True

    def __post_init__(self) -> None:
        """The first field has the focus, or the first that is at fault."""
        if self.form is not None:
            for name in [*self.form.errors, *self.form.fields][:1]:
                self.form.fields[name].widget.attrs["autofocus"] = True


@dataclass
class Working:
    """A definition that is being changed."""

    definition: Definition
    revision: int
    name: NameForm
    opened: Opened | None = None

    @property
    def source(self) -> str:
        """As the page carries it."""
        parts: dict[str, Any] = self.definition.model_dump(mode="json")
        return orjson.dumps(parts).decode()


def begin(segment: Segment | None) -> Working:
    """As the segment is now; from nothing where it is new."""
    if segment is None:
        return Working(Definition(), 0, NameForm())
    name = NameForm(initial={"segment_name": segment.name, "segment_description": segment.description})
    return Working(Definition.model_validate(segment.definition), segment.revision, name)


def take_up(said: QueryDict) -> Working:
    """As the page carried it; raises UnusableDefinition where it was tampered with."""
    source = str(said.get("builder_definition", ""))
    try:
        parts = orjson.loads(source[:_LARGEST])
    except orjson.JSONDecodeError:
        parts = {}
    definition = read_definition(parts if isinstance(parts, dict) else {})
    revision = str(said.get("builder_revision", ""))
    is_number = revision.isascii() and revision.isdigit() and len(revision) < 10
    # Bound only where it is to be saved, for nobody is told of a missing name while they are busy with something else.
    initial = {field: said.get(field, "") for field in NameForm.base_fields}
    return Working(definition, int(revision) if is_number else 0, NameForm(initial=initial))


def act(working: Working, do: str, said: QueryDict) -> None:
    """Do what a button says; what is no longer there is left alone."""
    verb, _, rest = do.partition(":")
    path, _, extra = rest.partition(":")
    try:
        match verb:
            case "add":
                working.opened = _adding(working, path, extra)
            case "edit":
                working.opened = _editing(working, path)
            case "keep":
                keep(working, said)
            case "group":
                match_word = Match.ANY if not path else Match.ALL
                part = Group(match=match_word)
                working.definition = editing.add_part(working.definition, to=read_path(path), part=part)
            case "match" if extra in Match.values:
                working.definition = editing.set_match(working.definition, at=read_path(path), match=Match(extra))
            case "remove":
                working.definition = editing.remove_part(working.definition, at=read_path(path))
    except KeyError:
        return


def keep(working: Working, said: QueryDict) -> bool:
    """Take the open form's settings over; where they do not fit, it stays open and says so. Answers whether it is done."""
    do = str(said.get("builder_open", ""))
    verb, _, rest = do.partition(":")
    path, _, kind = rest.partition(":")
    place = read_path(path)
    if verb == "edit":
        found = editing.part_at(working.definition, place)
        if not isinstance(found, Condition):
            raise KeyError(path)
        kind = found.kind
    if kind not in conditions:
        return True  # only a choice of kinds was open
    form = ConditionForm(kind, said)
    if not form.is_valid() or form.condition is None:
        working.opened = Opened(path, do, form, conditions[kind].label, is_new=verb == "add")
        return False
    change = editing.add_part(working.definition, to=place, part=form.condition) if verb == "add" else (
        editing.replace_part(working.definition, at=place, part=form.condition)
    )  # fmt: skip
    working.definition = change
    return True


def _adding(working: Working, path: str, kind: str) -> Opened:
    editing.group_at(working.definition, read_path(path))
    if kind and kind in conditions:
        return Opened(path, f"add:{path}:{kind}", ConditionForm(kind), conditions[kind].label)
    return Opened(path, f"add:{path}")


def _editing(working: Working, path: str) -> Opened:
    found = editing.part_at(working.definition, read_path(path))
    if not isinstance(found, Condition) or found.kind not in conditions:
        raise KeyError(path)
    form = ConditionForm(found.kind, condition=found)
    return Opened(path_name(read_path(path)), f"edit:{path}", form, found.known.label, is_new=False)
