"""Reads for the pages about journeys: how many entered, where they are, and what each one went through."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Case, Count, Q, When

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.orders.models import Order
from aftercare.engagement.journeys.models import Enrolment, Journey, StepLog, Version
from aftercare.engagement.messaging.queries import public_ids_of_messages
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound

COUNTED = timedelta(days=30)
SHOWN_WITH_SOMETHING = 30
_FIGURES = """
    SELECT journey_id, outcome, count(*) FILTER (WHERE state <> 'ended'), count(*) FILTER (WHERE entered_at >= %(since)s),
           count(*) FILTER (WHERE state = 'ended')
    FROM journeys_enrolment
    WHERE store_id = %(store)s AND journey_id = ANY(%(journeys)s) AND (entered_at >= %(since)s OR state <> 'ended')
    GROUP BY 1, 2
"""
# Who is there now has not left: both parts of it are read in one go.
_STEPS = """
    SELECT step, '', '', count(*) FROM journeys_enrolment
    WHERE store_id = %(store)s AND journey_id = %(journey)s AND state <> 'ended' GROUP BY 1
    UNION ALL
    SELECT l.step, l.outcome, l.way, count(*) FROM journeys_enrolment e JOIN journeys_steplog l ON l.enrolment_id = e.id
    WHERE e.store_id = %(store)s AND e.journey_id = %(journey)s AND e.entered_at >= %(since)s
        AND l.outcome NOT IN ('waits', 'trouble') GROUP BY 1, 2, 3
"""


@dataclass
class Flow:
    """A journey in figures: whoever is under way now, and whoever entered in the last thirty days, by outcome."""

    journey: Journey
    trigger: str = ""
    under_way: int = 0
    entered: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)


@dataclass
class StepCount:
    """How many are at a step now, and what became of those who left it in the last thirty days, and by which way."""

    waiting: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    ways: dict[str, int] = field(default_factory=dict)

    @property
    def entered(self) -> int:
        return self.passed + self.waiting

    @property
    def passed(self) -> int:
        return sum(self.outcomes.values())


def flows(*, store_id: int, now: datetime, journeys: list[Journey] | None = None) -> list[Flow]:
    """Every journey with its figures. Three queries, however many journeys there are."""
    rows = all_journeys() if journeys is None else journeys
    found = {journey.pk: Flow(journey) for journey in rows}
    live = Version.objects.filter(journey_id__in=list(found), is_live=True)
    for journey_id, trigger in live.values_list("journey_id", "trigger"):
        found[journey_id].trigger = trigger
    parameters = {"store": store_id, "journeys": list(found), "since": now - COUNTED}
    for journey_id, outcome, under_way, entered, ended in fetch(_FIGURES, parameters):
        flow = found[journey_id]
        flow.under_way += under_way
        flow.entered += entered
        if outcome:
            flow.outcomes[outcome] = ended
    return list(found.values())


def journey_by_public_id(*, public_id: str) -> Journey:
    """A journey; raises NotFound."""
    journey = Journey.objects.filter(public_id=public_id).first()
    if journey is None:
        raise NotFound("There is no such journey.", field="journey")
    return journey


def versions_of(*, journey: Journey) -> list[Version]:
    """Every version of a journey, the latest first."""
    return list(Version.objects.filter(journey=journey).order_by("-number"))


def all_journeys() -> list[Journey]:
    """Every journey of the store, by name."""
    return list(Journey.objects.order_by("name", "id"))


def journeys_that_send(*, message: str) -> list[Journey]:
    """The journeys whose live version has a step that sends this message, by name. One query."""
    sends = {"steps": [{"config": {"message": message}}]}
    found = Journey.objects.filter(versions__is_live=True, versions__definition__contains=sends)
    return list(found.exclude(state=Journey.State.ARCHIVED).order_by("name", "id"))


def version_by_number(*, journey: Journey, number: int) -> Version:
    """A version; raises NotFound."""
    found = Version.objects.filter(journey=journey, number=number).first()
    if found is None:
        raise NotFound("There is no such version.", field="version")
    return found


@dataclass(frozen=True)
class VersionUse:
    """How many are on a version now, and how many ever entered on it."""

    under_way: int = 0
    entered: int = 0


def version_uses(*, versions: Collection[Version]) -> dict[int, VersionUse]:
    """For each version (by row id) who is on it. One query."""
    found = Enrolment.objects.filter(version__in=list(versions)).order_by()
    under_way = Count("pk", filter=~Q(state=Enrolment.State.ENDED))
    rows = found.values_list("version").annotate(under_way=under_way, entered=Count("pk"))
    return {version: VersionUse(under_way, entered) for version, under_way, entered in rows}


def step_counts(*, journey: Journey, now: datetime) -> dict[str, StepCount]:
    """For each step who is there, who has left it, and by which way. One query."""
    counts: dict[str, StepCount] = {}
    parameters = {"store": journey.store_id, "journey": journey.pk, "since": now - COUNTED}
    for step, outcome, way, count in fetch(_STEPS, parameters):
        found = counts.setdefault(step, StepCount())
        if not outcome:
            found.waiting = count
            continue
        found.outcomes[outcome] = found.outcomes.get(outcome, 0) + count
        if way:
            found.ways[way] = found.ways.get(way, 0) + count
    return counts


def enrolments_for_list(
    *, journey: Journey, state: str = "", outcome: str = "", after: str = "", limit: int = 50
) -> Page[Enrolment]:
    """A page of those who entered a journey, the latest first. One query."""
    found = Enrolment.objects.filter(journey=journey).defer("data")
    if state:
        found = found.filter(state=state)
    if outcome:
        found = found.filter(outcome=outcome)
    return page(found, by="entered_at", after=after, limit=limit)


def count_entered(*, since: datetime) -> int:
    """How many have entered any journey since."""
    # Named, because the index that knows when somebody entered is by journey.
    journeys = list(Journey.objects.values_list("pk", flat=True))
    return int(Enrolment.objects.filter(journey_id__in=journeys, entered_at__gte=since).count())


def enrolment_by_public_id(*, public_id: str) -> Enrolment:
    """An enrolment with its journey and version; raises NotFound."""
    found = Enrolment.objects.filter(public_id=public_id).select_related("journey", "version").first()
    if found is None:
        raise NotFound("There is no such enrolment.", field="enrolment")
    return found


def enrolments_about(
    *, order_ids: Collection[int] = (), customer_ids: Collection[int] = (), limit: int = SHOWN_WITH_SOMETHING
) -> list[Enrolment]:
    """The enrolments for these orders, or of these customers: those under way first, then the latest."""
    found = Enrolment.objects.select_related("journey").defer("data")
    found = found.filter(order_id__in=order_ids) if order_ids else found.filter(customer_id__in=customer_ids)
    is_over = Case(When(state=Enrolment.State.ENDED, then=1), default=0)
    return list(found.order_by(is_over, "-entered_at", "-id")[:limit])


@dataclass(frozen=True)
class Passage:
    """One line of an enrolment's log, with the message it led to."""

    log: StepLog
    message: str


def passages(*, enrolment: Enrolment) -> list[Passage]:
    """What an enrolment did at each step, the latest first. Two queries."""
    log = list(StepLog.objects.filter(enrolment=enrolment).order_by("-at", "-id"))
    messages = public_ids_of_messages(ids={entry.message_id for entry in log if entry.message_id})
    return [Passage(entry, messages.get(entry.message_id or 0, "")) for entry in log]


@dataclass(frozen=True)
class Subjects:
    """Orders and customers by row id: enrolments keep ids only."""

    orders: dict[int, Order]
    customers: dict[int, Customer]


def subjects_of(enrolments: Collection[Enrolment]) -> Subjects:
    """What these enrolments are about. Two queries."""
    return Subjects(
        orders=Order.objects.in_bulk(list({one.order_id for one in enrolments if one.order_id})),
        customers=Customer.objects.in_bulk(list({one.customer_id for one in enrolments if one.customer_id})),
    )
