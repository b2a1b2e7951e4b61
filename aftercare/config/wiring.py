"""Makes the capabilities known to each other: imports what each one registers, once all of them are installed."""

import importlib.util

from django.apps import AppConfig
from django.conf import settings

# In this order, so that whoever subscribes finds what it refers to. Edges and panels are imported with the addresses
# (config.urls): workers need none of them, and are the lighter for it.
REGISTERING_MODULES = ("events", "past", "subjects", "steps", "subscribers", "loops", "tasks")


class WiringConfig(AppConfig):
    """Installed last, on the top floor, because it knows every capability."""

    name = "aftercare.config"
    label = "config"

    def ready(self) -> None:
        if settings.DEMO:
            for part in ("loops", "phones"):
                importlib.import_module(f"aftercare.config.demo.{part}")
        for module in REGISTERING_MODULES:
            for capability in settings.CAPABILITIES:
                if importlib.util.find_spec(f"{capability}.{module}") is not None:
                    importlib.import_module(f"{capability}.{module}")
