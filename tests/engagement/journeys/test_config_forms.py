"""Forms made of settings: every kind gets one that takes back what it shows, and says what is wrong beside its field."""

from datetime import time
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from django import forms
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.journeys.builtin import builtin_journeys
from aftercare.engagement.journeys.conditions import ConditionUse, conditions
from aftercare.engagement.journeys.config_forms import ConditionForm
from aftercare.engagement.journeys.dates import DateKind, dates
from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.steps import Step, steps
from aftercare.engagement.journeys.steps.multi_split import MultiSplitConfig
from aftercare.foundation.kit.choices import Choices, Hours
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.config_forms import ConfigForm


class Sample(BaseModel):
    """One field of every kind."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(title="Name", description="What to call it.", pattern="^[a-z]+$", max_length=20)]
    count: Annotated[int, Field(ge=1, le=9)] = 3
    at: time = time(9, 30)
    loud: bool = False
    size: Literal["small", "large"] = "small"
    colour: Annotated[str, Choices(lambda: [("red", "Red"), ("blue", "Blue")])]
    days: Annotated[tuple[str, ...], Choices(lambda: [("mon", "Monday"), ("tue", "Tuesday")])] = ()
    values: tuple[str | int | bool, ...] = ()
    patience: Annotated[int, Hours(), Field(ge=1, le=100)] = 48
    price: Annotated[Decimal, Field(ge=0)] = Decimal(0)


SAID = {
    "name": "olga", "count": "5", "at": "17:00", "loud": "on", "size": "large", "colour": "blue", "days": ["tue"],
    "values": "EUR, 12, true", "patience_0": "2", "patience_1": "24", "price": "9.90",
}  # fmt: skip


def submitted(form: forms.Form) -> dict[str, Any]:
    """What a browser would send of a form as it is shown."""
    shown: dict[str, Any] = {}
    for field in form:
        value = field.value()
        widget = field.field.widget
        if isinstance(widget, forms.MultiWidget):
            parts = widget.decompress(value)
            shown |= {f"{field.name}_{number}": str(part) for number, part in enumerate(parts)}
        elif isinstance(widget, forms.CheckboxInput):
            shown |= {field.name: "on"} if value else {}
        elif value is not None:
            shown[field.name] = field.field.prepare_value(value)
    return shown


def test_every_type_of_field_is_read() -> None:
    form = ConfigForm(Sample, SAID)
    assert form.is_valid(), form.errors
    assert form.config == {
        "name": "olga", "count": 5, "at": "17:00:00", "loud": True, "size": "large", "colour": "blue", "days": ["tue"],
        "values": ["EUR", 12, True], "price": "9.90",
    }  # fmt: skip


def test_labels_helps_and_bounds_come_from_the_settings() -> None:
    form = ConfigForm(Sample)
    assert (form["name"].label, form["name"].help_text) == ("Name", "What to call it.")
    assert 'min="1"' in str(form["count"])
    assert 'max="9"' in str(form["count"])
    assert form["count"].value() == 3
    assert 'type="time"' in str(form["at"])
    assert "<option" in str(form["size"])
    assert ">days</option>" in str(form["patience"])


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Olga"}, "name"),
        ({"count": "10"}, "count"),
        ({"count": "many"}, "count"),
        ({"at": "25:00"}, "at"),
        ({"size": "huge"}, "size"),
        ({"colour": ""}, "colour"),
        ({"days": ["never"]}, "days"),
        ({"patience_0": "5"}, "patience"),
        ({"patience_0": "0"}, "patience"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(said: dict[str, Any], field: str) -> None:
    form = ConfigForm(Sample, SAID | said)
    assert not form.is_valid()
    assert list(form.errors) == [field]


def test_what_is_wrong_with_the_whole_stands_above() -> None:
    form = ConfigForm(steps["wait"].Config, {"days": "0", "hours": "", "minutes": "0"})
    assert form.non_field_errors() == ["A wait lasts at least a minute."]


@pytest.mark.parametrize(
    "kind", [kind for kind in steps if not issubclass(kind.Config, ConditionUse | MultiSplitConfig)]
)
def test_every_step_has_a_form_with_words(kind: Step[Any], shop: Store) -> None:
    form = ConfigForm(kind.Config)
    assert all(info.title for info in kind.Config.model_fields.values())
    assert str(form)


@pytest.mark.parametrize("kind", list(dates), ids=lambda kind: kind.key)
def test_every_date_has_a_form_with_words_and_usual_values(kind: DateKind[Any]) -> None:
    form = ConfigForm(kind.Config, submitted(ConfigForm(kind.Config)))
    assert all(info.title for info in kind.Config.model_fields.values())
    assert form.is_valid(), form.errors
    assert kind.describe(kind.Config())


@pytest.mark.parametrize("key", conditions.keys())
def test_every_condition_has_a_form_with_words(key: str, shop: Store) -> None:
    form = ConditionForm(key)
    assert all(info.title for info in conditions[key].Config.model_fields.values())
    assert "opposite" in form.fields


@pytest.mark.parametrize("built", builtin_journeys(), ids=lambda built: built["key"])
def test_sending_a_form_back_as_it_is_changes_nothing(built: dict[str, Any]) -> None:
    definition = Definition.model_validate(built["definition"])
    for use in definition.steps:
        config_class = steps[use.kind].Config
        form = ConfigForm(config_class, submitted(ConfigForm(config_class, config=use.config)))
        assert form.is_valid(), form.errors
        assert config_class.model_validate(form.config) == config_class.model_validate(use.config)
    for condition in definition.conditions:
        shown = ConditionForm(condition.kind, use=condition.model_dump())
        form = ConditionForm(condition.kind, submitted(shown))
        assert form.is_valid(), form.errors
        assert ConditionUse.model_validate(form.config) == condition
