"""Learning from a store's deliveries: daily, or when somebody asks for it."""

from datetime import datetime, timedelta

import numpy as np
from django.db import transaction

from aftercare.commerce.promises.actions.due import note_learned
from aftercare.commerce.promises.calendars import holidays_of
from aftercare.commerce.promises.estimating.columns import Parcels
from aftercare.commerce.promises.estimating.keeping import to_bytes
from aftercare.commerce.promises.estimating.model import learn_words
from aftercare.commerce.promises.estimating.moments import day_number
from aftercare.commerce.promises.estimating.walk import WARM_UP, Walk
from aftercare.commerce.promises.histories import history_from_hand_over, history_from_order
from aftercare.commerce.promises.models import Learned
from aftercare.commerce.promises.policy import COVERAGE, ENOUGH
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.stores.scope import store_scope

LEARNING = "promises learned"
_EVERY = timedelta(days=1)
_REFIT_DAYS = 14  # within the walk that tells how good predictions were; its last day is one on which it learns
_DUE = """
    SELECT s.id FROM stores_store s
    WHERE NOT EXISTS (SELECT FROM promises_learned l WHERE l.store_id = s.id AND l.learned_at > %s)
      AND (SELECT count(*) FROM (SELECT FROM shipments_shipment p WHERE p.store_id = s.id AND p.status = 'delivered'
                                 AND p.created_at > %s LIMIT %s) enough) >= %s
    ORDER BY s.id LIMIT 1
"""


def learn_due(now: datetime) -> int:
    """One store that has enough deliveries and has not learned from them for a day; answers whether there was one."""
    due = fetch(_DUE, [now - _EVERY, now - timedelta(days=365), ENOUGH, ENOUGH])
    for (store_id,) in due:
        with store_scope(store_id):
            learn(store_id=store_id, now=now)
    return len(due)


def learn(*, store_id: int, now: datetime) -> int:
    """Learn anew from all deliveries; answers of how many parcels. Promises follow by the loop that makes them."""
    by_parcel = history_from_hand_over(store_id=store_id, now=now)
    by_order = history_from_order(store_id=store_id, now=now)
    # Learning takes seconds, and no transaction may; only what came of it is written in one.
    learned = [
        (stage, int(np.isfinite(parcels.ended).sum()), _learned(parcels, now))
        for stage, parcels in ((Learned.Stage.HAND_OVER, by_parcel), (Learned.Stage.ORDER, by_order))
    ]
    with transaction.atomic():
        for stage, deliveries, content in learned:
            Learned.objects.update_or_create(
                store_id=store_id, stage=stage,
                defaults={"learned_at": now, "deliveries": deliveries, "content": content},
            )  # fmt: skip
            if deliveries >= ENOUGH:
                note_learned(store_id=store_id, stage=stage, now=now)
    return len(by_parcel)


def _learned(parcels: Parcels, now: datetime) -> bytes:
    today = int(day_number(now))
    start = today - WARM_UP + (WARM_UP % _REFIT_DAYS)
    years = range(now.year - 2, now.year + 2)
    countries = ["", *sorted(set(parcels.country) - {""})]
    words = learn_words(parcels)
    walk = Walk(
        parcels=parcels, words=words, start=start, refit_days=_REFIT_DAYS, coverage=COVERAGE,
        holidays={country: holidays_of(country=country, years=years) for country in countries},
    )  # fmt: skip
    walk.advance(day=today)
    return to_bytes(model=walk.model, words=words, countries=countries)
