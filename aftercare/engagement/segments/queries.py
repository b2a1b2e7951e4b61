"""Reads: segments, who is in them, and who would be. All within a store's scope."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt
from typing import Any

import orjson
from django.db.models import TextField
from django.db.models.functions import Cast

from aftercare.commerce.customers.models import Customer
from aftercare.engagement.segments.asking import Question
from aftercare.engagement.segments.compiling import predicate
from aftercare.engagement.segments.definition import Group
from aftercare.engagement.segments.models import ListImport, Member, Segment, SizeOfDay
from aftercare.engagement.segments.scope import Some
from aftercare.engagement.segments.vocabulary import SegmentKind, SegmentState
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.stores.models import Store

SAMPLE = 6
EXACT_UP_TO = 50_000
# Eight thousand customers, spread over all: off by one in a hundred of all customers at most.
_POINTS, _EACH = 400, 20
# Of the latest so many customers, those who fit are shown.
_AMONG = 5_000
TREND_DAYS = 14
_FITTING = "FROM customers_customer c WHERE c.store_id = %(store)s AND c.merged_into_id IS NULL AND "
_UP_TO = f"SELECT count(*) FROM (SELECT 1 {_FITTING} TRUE LIMIT %(most)s) AS up_to"  # noqa: S608 -- a constant
_SAMPLE = """
    WITH ends AS (
        SELECT (SELECT id FROM customers_customer WHERE store_id = %(store)s ORDER BY id LIMIT 1) AS first,
               (SELECT id FROM customers_customer WHERE store_id = %(store)s ORDER BY id DESC LIMIT 1) AS last)
    SELECT DISTINCT near.id FROM ends, generate_series(0, %(points)s - 1) AS n, LATERAL (
        SELECT id FROM customers_customer c
        WHERE c.store_id = %(store)s AND c.merged_into_id IS NULL AND c.id >= first + (last - first) * n / %(points)s
        ORDER BY c.id LIMIT %(each)s) AS near
"""
_LATEST = """
    SELECT c.id FROM (
        SELECT * FROM customers_customer WHERE store_id = %(store)s ORDER BY created_at DESC, id DESC LIMIT %(among)s) AS c
    WHERE c.merged_into_id IS NULL AND {fits} ORDER BY c.created_at DESC, c.id DESC LIMIT %(sample)s
"""
_IN = """
    SELECT m.customer_id FROM segments_member m JOIN segments_segment g ON g.id = m.segment_id
    WHERE g.public_id = %s AND g.state = 'live' AND m.customer_id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Preview:
    """Who would be in a segment: how many, of how many, and a few of the latest customers who fit.

    Where there are many customers the numbers are estimates, and `margin` says by how much `count` may be wrong.
    """

    count: int
    everybody: int
    sample: list[Customer]
    margin: int = 0


def segment_by_public_id(*, public_id: str) -> Segment:
    """The segment, also an archived one; raises NotFound."""
    found = Segment.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such segment.", field="segment")
    return found


def segments_for_list(
    *, words: str = "", state: str = "", kind: str = "", after: str = "", limit: int = 50
) -> Page[Segment]:
    """A page of segments, the latest made first; the live ones, if no state is named. One query."""
    found = Segment.objects.called(words).filter(state=state or SegmentState.LIVE)
    if kind:
        found = found.filter(kind=kind)
    return page(found, by="created_at", after=after, limit=limit)


def live_segments() -> list[Segment]:
    """Those that are kept, by name. One query."""
    return list(Segment.objects.live().order_by("name", "pk"))


def live_lists(*, public_ids: Collection[str]) -> list[Segment]:
    """Those of these that are lists and are kept. One query."""
    return list(Segment.objects.live().filter(kind=SegmentKind.LIST, public_id__in=public_ids))


def definitions_by_public_id() -> dict[str, str]:
    """The definitions of the live segments by rules, as text."""
    found = Segment.objects.live().filter(kind=SegmentKind.RULES).annotate(source=Cast("definition", TextField()))
    return dict(found.values_list("public_id", "source"))


def count_fitting(group: Group, *, store: Store, now: datetime) -> int:
    """How many fit now, exactly: a second or two for a million customers."""
    question = Question(store, now)
    fits = predicate(group, question)
    return int(fetch(f"SELECT count(*) {_FITTING} {fits}", question.parameters)[0][0])


def preview(group: Group, *, store: Store, now: datetime) -> Preview:
    """Who would be in it now. Six queries at most; of many customers a sample is asked, so that it stays as quick."""
    everybody = fetch(_UP_TO, {"store": store.pk, "most": EXACT_UP_TO + 1})[0][0]
    if everybody <= EXACT_UP_TO:
        count, margin = count_fitting(group, store=store, now=now), 0
    else:
        everybody = max(_estimated(store), everybody)
        count, margin = _sampled(group, store, now, everybody)
    return Preview(count, everybody, _latest(group, store, now), margin)


def _sampled(group: Group, store: Store, now: datetime, everybody: int) -> tuple[int, int]:
    """About how many fit, and by how much that may be wrong (19 of 20 times)."""
    asked = [row[0] for row in fetch(_SAMPLE, {"store": store.pk, "points": _POINTS, "each": _EACH})]
    question = Question(store, now, few=True)
    some = Some(asked)
    query = f"SELECT count(*) {_FITTING} {some.sql('c.id')} AND {predicate(group, question)}"
    found = fetch(query, {**question.parameters, **some.parameters()})[0][0]
    share = found / len(asked)
    wrong = 1.96 * sqrt(max(share * (1 - share), 1 / len(asked)) / len(asked))
    return round(share * everybody), round(wrong * everybody)


def _estimated(store: Store) -> int:
    """As the planner has it, from its statistics."""
    plan = fetch(f"EXPLAIN (FORMAT JSON) SELECT 1 {_FITTING} TRUE", {"store": store.pk})[0][0]
    return int((orjson.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"])


def _latest(group: Group, store: Store, now: datetime) -> list[Customer]:
    """A few who fit, among the latest customers."""
    question = Question(store, now, few=True)
    fits = predicate(group, question)
    ids = [
        row[0] for row in fetch(_LATEST.format(fits=fits), {**question.parameters, "sample": SAMPLE, "among": _AMONG})
    ]
    people = Customer.objects.in_bulk(ids)
    return [people[row_id] for row_id in ids if row_id in people]


def members_for_list(*, segment: Segment, words: str = "", after: str = "", limit: int = 50) -> Page[Member]:
    """A page of who is in it, the latest first; of those whose name, e-mail or phone contains the words. One query."""
    found = Member.objects.filter(segment=segment).select_related("customer")
    if words:
        found = found.filter(customer__in=Customer.objects.matching(words).values("pk"))
    return page(found, by="since", after=after, limit=limit)


def segments_of(*, customer_ids: Collection[int]) -> list[Member]:
    """In which live segments a person is, by name; `customer_ids` are all ids of the person. One query."""
    found = Member.objects.filter(customer_id__in=customer_ids, segment__state=SegmentState.LIVE)
    return list(found.select_related("segment").order_by("segment__name"))


def members_among(*, segment: str, customer_ids: Collection[int]) -> set[int]:
    """Of these customers, those who are in the segment of this public id, whatever store is theirs. One query."""
    return {row[0] for row in fetch(_IN, [segment, list(customer_ids)])}


def sizes_over_time(*, segments: Collection[Segment], today: date) -> dict[int, list[int]]:
    """The size of each at the end of each of the last days, by row id; none for those that are too young. One query."""
    first = today - timedelta(days=TREND_DAYS - 1)
    rows: list[tuple[Any, ...]] = list(
        SizeOfDay.objects.filter(segment__in=segments, day__gte=first - timedelta(days=365))
        .order_by("segment_id", "day").values_list("segment_id", "day", "size")
    )  # fmt: skip
    known: dict[int, dict[date, int]] = {}
    for segment_id, day, size in rows:
        known.setdefault(segment_id, {})[day] = size
    return {segment_id: _filled(sizes, first, today) for segment_id, sizes in known.items()}


def _filled(sizes: dict[date, int], first: date, today: date) -> list[int]:
    """A day on which nothing changed ended as the one before."""
    before = [day for day in sizes if day < first]
    current = sizes[max(before)] if before else 0
    filled = []
    for ahead in range((today - first).days + 1):
        current = sizes.get(first + timedelta(days=ahead), current)
        filled.append(current)
    return filled


def imports_of(*, segment: Segment, limit: int = 5) -> list[ListImport]:
    """The latest files read into a list, without their rejects. One query."""
    return list(ListImport.objects.filter(segment=segment).defer("rejects").order_by("-at", "-pk")[:limit])


def import_by_id(*, segment: Segment, row_id: int) -> ListImport:
    """One file read into a list; raises NotFound."""
    found = ListImport.objects.filter(segment=segment, pk=row_id).first()
    if found is None:
        raise NotFound("There is no such import.", field="import")
    return found


def segments_called(*, words: str, limit: int) -> list[Segment]:
    """Live segments whose names contain every word, by name. One query."""
    return list(Segment.objects.called(words).live().order_by("name", "pk")[:limit])


def name_of_segment(public_id: str) -> str:
    """What it is called; its id where nobody here knows it. One query."""
    found = Segment.objects.filter(public_id=public_id).values_list("name", flat=True).first()
    return str(found or public_id)
