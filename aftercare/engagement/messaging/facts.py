"""All that decisions depend on, read in sets: some eight statements, however many messages are decided about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import lru_cache
from typing import NamedTuple

import orjson

from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.messaging.policy import (
    BestHour,
    Budget,
    Calendar,
    LegalClass,
    OpenHours,
    Situation,
    Spent,
    hours_but,
)
from aftercare.engagement.messaging.policy.budget import LONGEST_WINDOW
from aftercare.engagement.messaging.policy.control_group import is_control
from aftercare.engagement.messaging.policy.countries import law_of
from aftercare.engagement.messaging.policy.zones import zones_of
from aftercare.engagement.messaging.preferences import purpose_for
from aftercare.engagement.messaging.recipients import HeldFor, Standing, standing_of
from aftercare.engagement.messaging.requests import Recipient
from aftercare.engagement.messaging.sending_rules import Rules, rules_of
from aftercare.engagement.messaging.types import MessageType
from aftercare.foundation.database.bulk import as_array, fetch
from aftercare.foundation.kit.schema import normal_email

_STORES = "SELECT id, time_zone, country, quiet_from, quiet_until FROM stores_store WHERE id = ANY(%s)"
_SPENT = "SELECT customer_id, spent FROM messaging_spending WHERE customer_id = ANY(%s::bigint[])"
# What was heard under a name that was merged since was heard by the same person.
_SPENT_BEFORE = """
    SELECT c.merged_into_id, s.spent FROM customers_customer c JOIN messaging_spending s ON s.customer_id = c.id
    WHERE c.merged_into_id = ANY(%s::bigint[])
"""
_AHEAD = """
    SELECT e.over_budget_of, m.message_type, m.legal_class, m.store_id
    FROM messaging_outboxentry e JOIN messaging_message m ON m.id = e.message_id WHERE e.over_budget_of = ANY(%s::bigint[])
"""
_BEST_HOURS = "SELECT customer_id, hour FROM messaging_readinghour WHERE customer_id = ANY(%s::bigint[])"
_STORE_HOURS = "SELECT store_id, hour FROM messaging_storereadinghour WHERE store_id = ANY(%s)"
_CLASSES = {one.value: one for one in LegalClass}
Kept = list[tuple[float, str]]


class Asked(NamedTuple):
    """One message to decide about: what it is, to whom, about what, and since when it is asked for."""

    store_id: int
    kind: MessageType
    channel: str
    person: Recipient
    asked_at: datetime
    order_id: int | None = None
    line_id: int | None = None
    expires_at: datetime | None = None


class _Matter(NamedTuple):
    """What is the same for all messages of one type that a store sends by one channel."""

    standing: Standing
    rules: Rules
    purpose: str
    is_owed: bool


@dataclass(frozen=True, slots=True)
class _Home:
    """What a store decides for its customers."""

    time_zone: str
    country: str
    quiet: OpenHours | None


class Facts:
    """What is known of the people of a batch; spending goes on while the batch is decided."""

    def __init__(
        self, *, asked: Sequence[Asked], now: datetime, rules: Mapping[int, Rules],
        spent: Mapping[int, Kept] | None = None,
    ) -> None:  # fmt: skip
        """`spent` where the caller holds the rows; else they are read as they are."""
        self.now, self.rules = now, rules
        self._since = (now - LONGEST_WINDOW).timestamp()
        stores = {one.store_id for one in asked}
        self._homes = _homes(stores)
        self._standings = _standings(asked, stores, now)
        self._matters: dict[tuple[int, str, str], _Matter] = {}
        self._calendars: dict[tuple[int, str, LegalClass, str, str], Calendar] = {}
        counting = people_counted(asked, rules)
        self._spent = dict(spent_by(counting) if spent is None else spent)
        waiting = [one for one in asked if one.kind.legal_class is not LegalClass.TRANSACTIONAL]
        self._ahead = self._read_ahead(counting) if waiting else {}
        self._best_hours, self._store_hours = _hours(waiting, self.rules)

    def situation(self, asked: Asked, *, has_budget: bool = True, counts_itself: bool = False) -> Situation:
        """All that the decision about one message depends on, as values; it may itself be among what waits."""
        kind, person = asked.kind, asked.person
        matter = self._matter(asked)
        standing, customer = matter.standing, person.customer_id or 0
        suppressed = standing.suppressed.get((asked.store_id, normal_email(person.address)), ()) if (
            standing.suppressed
        ) else ()  # fmt: skip
        consent = standing.consents.get((customer, matter.purpose)) if matter.purpose else None
        # By place: names cost as much again, and this is done for every message.
        owed = (
            kind.legal_class, person.address, self.calendar(asked), person.customer_id is not None, suppressed, consent,
        )  # fmt: skip
        if matter.is_owed:
            return Situation(*owed, False, None, "", kind.urgent, asked.asked_at, asked.expires_at)  # noqa: FBT003
        rules = matter.rules
        held = _held(standing.holds.get(customer, ()), asked)
        return Situation(
            *owed,
            is_control(salt=rules.salt, customer=person.public_id, percent=rules.told.control_percent),
            held and held.until, held.reason if held else "", False, asked.asked_at, asked.expires_at,  # noqa: FBT003
            self._best_hour(asked, rules), self.budget(asked, counts_itself=counts_itself) if has_budget else None,
        )  # fmt: skip

    def _matter(self, asked: Asked) -> _Matter:
        key = asked.store_id, asked.kind.key, asked.channel
        known = self._matters.get(key)
        if known is None:
            known = self._matters[key] = _Matter(
                self._standings[asked.channel], self.rules[asked.store_id], consent_asked(asked.kind, asked.channel),
                asked.kind.legal_class is LegalClass.TRANSACTIONAL,
            )  # fmt: skip
        return known

    def budget(self, asked: Asked, *, counts_itself: bool = False) -> Budget:
        """What the customer may hear still, and what waits that is as important or more so."""
        rules, customer = self.rules[asked.store_id], asked.person.customer_id or 0
        own = rules.priority_of(asked.kind)
        waiting = self._ahead.get(customer, ())
        # Of what waits itself, only what is more important is sure to come before it.
        ahead = () if not waiting else tuple(
            legal_class
            for priority, legal_class in waiting
            if priority > own or (priority == own and not counts_itself)
        )  # fmt: skip
        return Budget(rules.limits, _spent(self._spent.get(customer, ()), self._since), ahead)

    def spend(self, asked: Asked) -> bool:
        """Count a message that is let go; answers whether it is one that counts."""
        customer = asked.person.customer_id
        if customer is None or asked.kind.legal_class not in self.rules[asked.store_id].counted:
            return False
        self._spent.setdefault(customer, []).append(self._spending(asked))
        return True

    def take_back(self, asked: Asked) -> None:
        """It had been let go before, and was counted then."""
        if asked.person.customer_id is not None:
            self._spent[asked.person.customer_id].remove(self._spending(asked))

    def calendar(self, asked: Asked) -> Calendar:
        """When one may write to whom it goes."""
        person, kind = asked.person, asked.kind
        key = (asked.store_id, asked.channel, kind.legal_class, person.own_zone, person.country)
        known = self._calendars.get(key)
        if known is None:
            known = self._calendars[key] = self._make_calendar(*key)
        return known

    def spent_of(self, customer_id: int) -> Kept:
        """As its row keeps it: what no window holds any more is forgotten."""
        return [one for one in self._spent.get(customer_id, ()) if one[0] > self._since]

    def _spending(self, asked: Asked) -> tuple[float, str]:
        return self.now.timestamp(), asked.kind.legal_class.value

    def forget_waiting(self) -> None:
        """Of those that wait for the budget all are being decided about: none is ahead of the others."""
        self._ahead = {}

    def _make_calendar(self, store_id: int, channel: str, legal_class: LegalClass, zone: str, country: str) -> Calendar:
        home = self._homes[store_id]
        country = country or home.country
        own = self.rules[store_id].hours_for(country=country, channel=channel, legal_class=legal_class)
        law = law_of(country=country, channel=channel) if legal_class is LegalClass.MARKETING else ()
        quiet = (home.quiet,) if home.quiet else ()
        zones = zones_of(zone, country, home.time_zone, home.country)
        return Calendar(zones, country, (*quiet, *own, *law))

    def _best_hour(self, asked: Asked, rules: Rules) -> BestHour | None:
        if not rules.told.best_hour or asked.kind.digest:
            return None
        hour = self._best_hours.get(asked.person.customer_id or 0)
        if hour is not None:
            return BestHour(hour, "learned from what they read", rules.patience)
        hour = self._store_hours.get(asked.store_id)
        if hour is not None:
            return BestHour(hour, "when most of the store's customers read", rules.patience)
        hour = rules.told.default_hour
        return None if hour is None else BestHour(hour, "the hour the store chose", rules.patience)

    def _read_ahead(self, customers: Sequence[int]) -> dict[int, list[tuple[int, LegalClass]]]:
        found: dict[int, list[tuple[int, LegalClass]]] = defaultdict(list)
        for customer, key, legal_class, store_id in fetch(_AHEAD, [as_array(customers)]):
            rules = self.rules.get(store_id)
            if rules is not None:
                found[customer].append((rules.priority_called(key), LegalClass(legal_class)))
        return found


def facts_of(*, asked: Sequence[Asked], now: datetime) -> Facts:
    """What is known about these, holding nothing: to look at a decision without making it."""
    return Facts(asked=asked, now=now, rules=rules_of(store_ids={one.store_id for one in asked}))


def consent_asked(kind: MessageType, channel: str) -> str:
    """The purpose whose consent decides; empty where law wants it said whatever the customer chose."""
    return _purpose(kind.legal_class, kind.parcel, channel)


@lru_cache(maxsize=1024)
def _purpose(legal_class: LegalClass, of_parcel: bool, channel: str) -> str:  # noqa: FBT001 -- a key of the cache
    purpose = purpose_for(legal_class=legal_class, of_parcel=of_parcel)
    return "" if purpose.is_owed and channels[channel].durable else purpose.key


def people_counted(asked: Iterable[Asked], rules: Mapping[int, Rules]) -> list[int]:
    """Whose budgets a batch may touch, in the order in which their rows are locked."""
    return sorted({
        one.person.customer_id for one in asked
        if one.person.customer_id is not None and one.kind.legal_class in rules[one.store_id].counted
    })  # fmt: skip


def spent_by(customers: Sequence[int]) -> dict[int, Kept]:
    """What these were let hear, without holding anything."""
    return _read(fetch(_SPENT, [as_array(customers)]), customers) if customers else {}


def spent_with_merged(rows: Sequence[tuple[int, str]], customers: Sequence[int]) -> dict[int, Kept]:
    """Rows that the caller holds, and what the same people heard under other names."""
    return _read(rows, customers)


def _read(rows: Sequence[tuple[int, str]], customers: Sequence[int]) -> dict[int, Kept]:
    found: dict[int, Kept] = defaultdict(list)
    for customer, kept in (*rows, *fetch(_SPENT_BEFORE, [as_array(customers)])):
        found[customer].extend(orjson.loads(kept))
    return found


def _spent(kept: Iterable[tuple[float, str]], since: float) -> tuple[Spent, ...]:
    return (
        ()
        if not kept
        else tuple([Spent(datetime.fromtimestamp(at, UTC), _CLASSES[name]) for at, name in kept if at > since])
    )


def _held(holds: Iterable[HeldFor], asked: Asked) -> HeldFor | None:
    """The first, which is the longest, that delays this message."""
    return next((one for one in holds if one.delays(asked.order_id, asked.line_id)), None) if holds else None


def _homes(store_ids: set[int]) -> dict[int, _Home]:
    return {row[0]: _home(*row[1:]) for row in fetch(_STORES, [list(store_ids)])}


def _home(time_zone: str, country: str, quiet_from: time, quiet_until: time) -> _Home:
    return _Home(time_zone, country, hours_but(quiet_from, quiet_until, source=""))


def _standings(asked: Sequence[Asked], stores: set[int], now: datetime) -> dict[str, Standing]:
    by_channel: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        by_channel[one.channel].append(one)
    return {
        channel: standing_of(
            [one.person for one in those], store_ids=stores, channel=channel, now=now,
            asks_consent=any(consent_asked(one.kind, channel) for one in those),
            can_wait=any(one.kind.legal_class is not LegalClass.TRANSACTIONAL for one in those),
        )
        for channel, those in by_channel.items()
    }  # fmt: skip


def _hours(waiting: Sequence[Asked], rules: Mapping[int, Rules]) -> tuple[dict[int, int], dict[int, int]]:
    """The best hours of customers, and of their stores."""
    minding = [one for one in waiting if rules[one.store_id].told.best_hour]
    if not minding:
        return {}, {}
    customers = as_array({one.person.customer_id for one in minding if one.person.customer_id})
    stores = list({one.store_id for one in minding})
    return dict(fetch(_BEST_HOURS, [customers])), dict(fetch(_STORE_HOURS, [stores]))
