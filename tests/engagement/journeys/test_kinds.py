"""The contracts that every step and every condition keeps, and that the built-in journeys are sound."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.engagement.journeys.builtin import builtin_journeys
from aftercare.engagement.journeys.conditions import ConditionKind, conditions
from aftercare.engagement.journeys.definition import END, Definition, check
from aftercare.engagement.journeys.steps import Step, steps
from aftercare.engagement.journeys.steps.wait_until import WaitUntilConfig, next_local
from aftercare.engagement.messaging.builtin import builtin_templates
from aftercare.engagement.messaging.types import message_types
from aftercare.foundation.kit.errors import Invalid


@pytest.mark.parametrize("step", list(steps), ids=lambda step: step.key)
def test_a_step_says_what_it_is(step: Step[Any]) -> None:
    assert step.__doc__
    assert str(step.label)
    assert step.icon
    assert step.Config.model_config.get("extra") == "forbid"


@pytest.mark.parametrize("condition", list(conditions), ids=lambda condition: condition.key)
def test_a_condition_says_what_it_is(condition: ConditionKind[Any]) -> None:
    assert condition.__doc__
    assert str(condition.label)
    assert condition.Config.model_config.get("extra") == "forbid"


@pytest.mark.parametrize("built", builtin_journeys(), ids=lambda built: built["key"])
def test_a_builtin_journey_is_sound_and_reads_as_sentences(built: dict[str, Any]) -> None:
    definition = Definition.model_validate(built["definition"])
    check(definition)
    for use in definition.steps:
        kind = steps[use.kind]
        assert len(kind.describe(kind.Config.model_validate(use.config))) > 5


def test_every_message_type_has_its_template() -> None:
    assert {kind.template for kind in message_types()} == set(builtin_templates("en"))


def test_a_definition_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="leads to 'nowhere'"):
        Definition.model_validate(
            {"trigger": "order.placed", "steps": [{"id": "a", "kind": "exit", "next": "nowhere"}]}
        )


@pytest.mark.parametrize(
    ("step", "place"),
    [
        ({"id": "a", "kind": "wait", "config": {}}, "steps[0].config"),
        ({"id": "a", "kind": "send", "config": {"message": "no such"}}, "steps[0].config"),
        ({"id": "a", "kind": "exit", "branches": {"yes": "end"}}, "steps[0].branches"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(step: dict[str, Any], place: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(Definition.model_validate({"trigger": "order.placed", "steps": [step]}))
    assert refused.value.field == place


def test_steps_go_on_below_unless_told_otherwise() -> None:
    definition = Definition.model_validate({
        "trigger": "order.placed",
        "steps": [
            {"id": "a", "kind": "split", "branches": {"yes": "c"}},
            {"id": "b", "kind": "exit"},
            {"id": "c", "kind": "exit"},
        ],
    })  # fmt: skip
    assert [definition.after("a", "yes"), definition.after("a", "no"), definition.after("c", "next")] == ["c", "b", END]


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 -- bounds are naive
    st.times(timezones=st.none()),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "America/Sao_Paulo"]),
)
def test_the_next_local_time_is_next_and_local(after: datetime, clock: Any, zone_name: str) -> None:
    zone = ZoneInfo(zone_name)
    moment = next_local(after, WaitUntilConfig(time=clock), zone)
    assert moment >= after
    assert (moment - after).total_seconds() <= 26 * 3600
