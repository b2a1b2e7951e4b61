"""A store's sending rules: as they come in and are kept, and as decisions use them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache
from typing import Annotated, Any

import orjson
from pydantic import Field, ValidationInfo, field_validator, model_validator

from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.messaging.policy import LegalClass, Limit, OpenHours
from aftercare.engagement.messaging.policy.best_hour import HOURS
from aftercare.engagement.messaging.policy.budget import LONGEST_WINDOW
from aftercare.engagement.messaging.policy.countries import spans_of
from aftercare.engagement.messaging.types import MessageType, message_type, type_priority
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.kit.schema import Incoming, Short

MOST_LIMITS, MOST_HOURS = 10, 60
MOST_PERCENT = 50.0
Spans = Annotated[tuple[Short, ...], Field(max_length=4, examples=[["09:00-12:30", "14:00-19:00"]])]
Covered = Annotated[tuple[LegalClass, ...], Field(min_length=1, max_length=3)]
WAITING = (LegalClass.SERVICE, LegalClass.MARKETING)
# Of rules that are kept, channels and types may be gone since: they hold nothing up.
_KEPT = {"kept": True}
ALL_DAY = ("00:00-24:00",)


class LimitIn(Incoming):
    """At most so many messages in so many days. Transactional ones may count; they never wait."""

    most: Annotated[int, Field(ge=1, le=1000, examples=[3])]
    days: Annotated[int, Field(ge=1, le=LONGEST_WINDOW.days, examples=[7])]
    covers: Covered = WAITING


class HoursIn(Incoming):
    """When one may write, in local time; a day without spans is closed. Narrows the law of the country, never widens it."""

    country: Annotated[str, Field(pattern="^([A-Z]{2})?$", description="Two letters; empty: every country.")] = ""
    channels: Annotated[tuple[Short, ...], Field(max_length=20, description="Empty: every channel.")] = ()
    covers: Covered = (LegalClass.MARKETING,)
    weekday: Spans = ALL_DAY
    saturday: Spans = ALL_DAY
    sunday: Spans = ALL_DAY
    holiday: Annotated[Spans | None, Field(description="Public holidays; null: as on any such day.")] = None

    @property
    def open_hours(self) -> OpenHours:
        """As calendars use them."""
        return OpenHours(
            "the store's own hours", spans_of(self.weekday), spans_of(self.saturday), spans_of(self.sunday),
            None if self.holiday is None else spans_of(self.holiday),
        )  # fmt: skip

    @field_validator("weekday", "saturday", "sunday", "holiday")
    @classmethod
    def _are_spans(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        try:
            spans_of(value or ())
        except ValueError as error:
            message = f"'{error}' is no span such as 09:00-12:30, or comes before the one before it"
            raise ValueError(message) from None
        return value

    @field_validator("channels")
    @classmethod
    def _are_channels(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        for key in value:
            if info.context is not _KEPT and key not in channels:
                message = f"'{key}' is no channel; there are {', '.join(channels.keys())}"
                raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _opens_on_workdays(self) -> "HoursIn":
        if not self.weekday:
            message = "has no hours on workdays: nothing would ever be sent"
            raise ValueError(message)
        return self


class SendingRulesIn(Incoming):
    """All sending rules of a store."""

    limits: Annotated[tuple[LimitIn, ...], Field(max_length=MOST_LIMITS, description="All of them hold.")] = (
        LimitIn(most=3, days=7), LimitIn(most=2, days=7, covers=(LegalClass.MARKETING,)),
    )  # fmt: skip
    digests: Annotated[bool, Field(description="Merge what is over budget when its window frees.")] = True
    priorities: Annotated[
        dict[str, Annotated[int, Field(ge=0, le=100)]],
        Field(max_length=200, description="By message type, instead of its own; the highest goes first."),
    ] = {}
    hours: Annotated[tuple[HoursIn, ...], Field(max_length=MOST_HOURS)] = ()
    best_hour: Annotated[bool, Field(description="Let what can wait wait for the hour at which they read.")] = True
    default_hour: Annotated[
        int | None, Field(ge=0, lt=HOURS, description="While nothing is learned; null: at once.")
    ] = None
    patience_hours: Annotated[int, Field(ge=1, le=48, description="For that hour at most.")] = 24
    control_percent: Annotated[
        float, Field(ge=0, le=MOST_PERCENT, description="Of customers who get only what is owed.")
    ] = 0.0

    @field_validator("priorities")
    @classmethod
    def _are_types(cls, value: dict[str, int], info: ValidationInfo) -> dict[str, int]:
        for key in value if info.context is not _KEPT else ():
            try:
                message_type(key)
            except NotFound as refusal:
                raise ValueError(refusal.sentence) from None
        return dict(sorted(value.items()))


@dataclass(frozen=True)
class Rules:
    """What decisions of a store use. `number` 0: nobody has written any, and those that Aftercare comes with hold."""

    number: int
    salt: str
    told: SendingRulesIn

    @cached_property
    def limits(self) -> tuple[Limit, ...]:
        return tuple(Limit(one.most, one.days, frozenset(one.covers)) for one in self.told.limits)

    @cached_property
    def counted(self) -> frozenset[LegalClass]:
        """The classes of messages that count in any limit."""
        return frozenset(one for limit in self.limits for one in limit.covers)

    @property
    def patience(self) -> timedelta:
        return timedelta(hours=self.told.patience_hours)

    def priority_of(self, kind: MessageType) -> int:
        """Who goes first when there is room for one."""
        return self.told.priorities.get(kind.key, kind.priority)

    def priority_called(self, key: str) -> int:
        """The same by the key of a type, which may be gone."""
        return self.told.priorities.get(key, type_priority(key))

    def hours_for(self, *, country: str, channel: str, legal_class: LegalClass) -> tuple[OpenHours, ...]:
        """The store's own rows that hold for such a message."""
        return tuple(
            row.open_hours
            for row in self.told.hours
            if row.country in ("", country) and (not row.channels or channel in row.channels)
            and legal_class in row.covers
        )  # fmt: skip


BUILTIN = Rules(0, "", SendingRulesIn())
_IN_FORCE = """
    SELECT DISTINCT ON (store_id) store_id, id, number, salt, rules FROM messaging_sendingrules
    WHERE store_id = ANY(%s) ORDER BY store_id, number DESC
"""


def rules_of(*, store_ids: set[int]) -> Mapping[int, Rules]:
    """The rules in force of each store. One query, across stores."""
    kept = {row[0]: _compiled(*row[1:]) for row in fetch(_IN_FORCE, [list(store_ids)])}
    return {store_id: kept.get(store_id, BUILTIN) for store_id in store_ids}


def kept_rules(rules: Mapping[str, Any]) -> SendingRulesIn:
    """Rules as they were written, whatever channels and types there are now."""
    return SendingRulesIn.model_validate(rules, context=_KEPT)


@lru_cache(maxsize=1024)
def _compiled(_row_id: int, number: int, salt: str, rules: str) -> Rules:
    """Versions never change, so each is read once."""
    return Rules(number, salt, SendingRulesIn.model_validate(orjson.loads(rules)))
