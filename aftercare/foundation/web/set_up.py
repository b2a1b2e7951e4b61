"""What a connection must be told, for programs: which settings there are, and refusals that name the one meant."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Annotated

from django import forms
from pydantic import BaseModel, Field

from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.schema import Long, Short

# Secrets are sent and never given back; what each kind of connection knows is checked by its own form.
SettingsIn = Annotated[
    dict[Short, Long | bool | int],
    Field(max_length=40, description="By name, as the list of what can be connected tells them."),
]


class SettingOut(BaseModel):
    """One thing to be told."""

    name: Annotated[str, Field(examples=["secret"])]
    label: Annotated[str, Field(examples=["Secret"])]
    help: Annotated[str, Field(examples=["The same for every webhook of this connection."])]
    is_required: Annotated[bool, Field(examples=[True])]
    choices: Annotated[list[str], Field(description="If there are any, it is one of them.", examples=[[]])]


def settings_asked(form: type[forms.Form] | None) -> list[SettingOut]:
    """The fields of a set-up form; none where there is none."""
    return [_setting(name, field) for name, field in form.base_fields.items()] if form else []


def _setting(name: str, field: forms.Field) -> SettingOut:
    return SettingOut(
        name=name,
        label=str(field.label or name),
        help=str(field.help_text),
        is_required=field.required,
        choices=[str(value) for value, _ in getattr(field, "choices", ())],
    )


@contextmanager
def names_settings(names: Collection[str]) -> Iterator[None]:
    """Within, a refusal of one of these settings names it where it stands in the body."""
    try:
        yield
    except Invalid as refusal:
        if refusal.field not in names:
            raise
        raise Invalid(refusal.sentence, field=f"settings.{refusal.field}", remedy=refusal.remedy) from refusal
