"""Carriers that have to be asked, through the library karrio (the extra `carriers`): one kind for each of its connectors.

Which there are stands in connectors.toml, what each must be told in karrio itself (`credentials`), and karrio in a process
of its own (`interpreter`, `child`), so that nothing of it is imported here. Without the library the carriers are there,
and say what is missing when one is to be connected or asked.
"""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from importlib.resources import files
from typing import Any, ClassVar, cast

from django.conf import settings

from aftercare.commerce.shipments import numbers as known_numbers
from aftercare.commerce.shipments.carriers import Carrier, Config, Fetched, register
from aftercare.commerce.shipments.carriers.karrio.credentials import KarrioForm
from aftercare.commerce.shipments.carriers.karrio.interpreter import THE_INTERPRETER, Question
from aftercare.commerce.shipments.carriers.karrio.reading import read_answers
from aftercare.commerce.shipments.errors import NotSigned
from aftercare.commerce.shipments.schemas import TrackingIn

_OURS = frozenset({"per_hour"})


class Karrio(Carrier):
    """A carrier that karrio asks and understands."""

    serves: ClassVar[tuple[str, ...]]
    at_once: ClassVar[int]
    per_call: ClassVar[int]
    usual_per_hour: ClassVar[int]

    def tracking_url(self, number: str) -> str:
        return known_numbers.tracking_page(self.serves[0], number)

    def parse_webhook(
        self, *, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], config: Config, zone: tzinfo,
        now: datetime,
    ) -> list[TrackingIn]:  # fmt: skip
        del body, headers, query, config, zone, now
        raise NotSigned(f"{self.label} is asked by us, and sends nothing by itself.")

    def per_hour(self, config: Config) -> int:
        """How many numbers may be asked about in an hour."""
        return int(config.get("per_hour") or self.usual_per_hour)

    def fetch(self, *, numbers: Sequence[str], config: Config, zone: tzinfo, now: datetime) -> Fetched:
        """Ask about these numbers; raises Refusal where the carrier could not be asked at all."""
        told = {name: value for name, value in config.items() if name not in _OURS and value not in (None, "")}
        question = Question(self.key, told, list(numbers), self.per_call, settings.CARRIER_GATEWAY)
        return read_answers(THE_INTERPRETER.ask(question), connector=self.key, zone=zone, now=now)


def _connector(key: str, said: Mapping[str, Any]) -> type[Karrio]:
    form = type(f"{key}_form", (KarrioForm,), {"connector": key, "usual_per_hour": said.get("per_hour", 600)})
    about = {
        "__module__": __name__,
        "key": key,
        "label": said["label"],
        "where": said.get("where", ""),
        "serves": tuple(said["serves"]),
        "at_once": said.get("at_once", 10),
        "per_call": said.get("per_call", 1),
        "usual_per_hour": said.get("per_hour", 600),
        "ConfigForm": form,
    }
    return cast("type[Karrio]", type(key, (Karrio,), about))


for _key, _said in tomllib.loads(files(__package__).joinpath("connectors.toml").read_text(encoding="utf-8")).items():
    register(_connector(_key, _said))
