"""Django's `migrate`, several times as fast where almost every table refers to the same one.

After every operation Django builds anew whatever is related to the changed model, in both directions. Here everything
belongs to a store, so that is everything: 14,000 model classes for an empty database. The tables a migration writes need
only what refers to the changed model, because just that would still hold on to the old class.
"""

from collections.abc import Iterable
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.state import ProjectState

Key = tuple[str, str]
_WHAT_TO_BUILD = "_find_reload_model"  # Django has no public door to it


class Command(migrate.Command):
    """The command of Django, with its options and its words."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate."""
        django = getattr(ProjectState, _WHAT_TO_BUILD)
        setattr(ProjectState, _WHAT_TO_BUILD, _models_to_build)
        try:
            super().handle(*args, **options)
        finally:
            setattr(ProjectState, _WHAT_TO_BUILD, django)


def _models_to_build(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[Key]:  # noqa: FBT001, FBT002 -- Django's
    """The changed model and those that refer to it: directly, or in any number of steps where Django asks for it."""
    changed = (app_label, model_name)
    found = {changed, *_referring(state, [changed])}
    while not delay and (further := {*_referring(state, found)} - found):
        found |= further
    return found


def _referring(state: ProjectState, models: Iterable[Key]) -> Iterable[Key]:
    return (key for model in models for key in state.relations.get(model, ()))
