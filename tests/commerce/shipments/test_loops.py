"""The demonstration's loop runs in the demonstration only."""

import importlib

import pytest

from aftercare.commerce.shipments import loops
from aftercare.commerce.shipments.actions import LOOKS
from aftercare.foundation.jobs import loops as jobs


@pytest.mark.parametrize(("demo", "registered"), [(True, [LOOKS, loops.NAME]), (False, [LOOKS])])
def test_it_is_registered_in_the_demonstration_only(demo, registered, settings, monkeypatch):
    monkeypatch.setattr(jobs, "_registered", {})
    settings.DEMO = demo
    importlib.reload(loops)
    assert list(jobs._registered) == registered
