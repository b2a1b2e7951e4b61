"""Only what holds on to a changed model is built anew while migrating."""

import pytest
from django.core.management import call_command
from django.db import models
from django.db.migrations.state import ModelState, ProjectState

from aftercare.foundation.database.management.commands.migrate import _WHAT_TO_BUILD, Command


@pytest.fixture
def house() -> ProjectState:
    """A shop, its orders, and their lines: each refers to the one before, and all to the shop."""

    def table(name: str, *refers_to: str) -> ModelState:
        key = [("id", models.BigAutoField(primary_key=True))]
        return ModelState(
            "house", name, key + [(to, models.ForeignKey(f"house.{to}", models.CASCADE)) for to in refers_to]
        )

    state = ProjectState()
    for model in (table("shop"), table("order", "shop"), table("line", "shop", "order"), table("parcel", "shop")):
        state.add_model(model)
    return state


@pytest.mark.parametrize(
    ("changed", "delay", "built"),
    [
        ("parcel", True, {"parcel"}),
        ("order", True, {"order", "line"}),
        ("order", False, {"order", "line"}),
        ("shop", False, {"shop", "order", "line", "parcel"}),
    ],
)
def test_what_refers_to_a_model_is_built_with_it(
    house: ProjectState, monkeypatch: pytest.MonkeyPatch, changed: str, *, delay: bool, built: set[str]
) -> None:
    asked = []

    def look(*_: object, **__: object) -> None:
        asked.append(getattr(house, _WHAT_TO_BUILD)("house", changed, delay))

    monkeypatch.setattr(Command.__mro__[1], "handle", look)
    call_command("migrate", skip_checks=True)
    assert asked == [{("house", name) for name in built}]


def test_django_is_left_as_it_was(db: None) -> None:
    before = getattr(ProjectState, _WHAT_TO_BUILD)
    with pytest.raises(Exception, match="nowhere"):
        call_command("migrate", "nowhere", verbosity=0)
    assert getattr(ProjectState, _WHAT_TO_BUILD) is before
