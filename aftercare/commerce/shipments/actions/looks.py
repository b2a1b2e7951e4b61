"""Asking carriers about parcels: which are due, what the carrier says, when to ask again.

A connection is the unit of work. It is claimed with a lease (`free_at`), asked outside any transaction, and concluded in
one: scans, the next looks and the connection's own state together. Killed in between, the lease runs out and the same
parcels are asked about again, which changes nothing that is known. `free_at` is also what keeps to the carrier's rate.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction

from aftercare.commerce.shipments.actions.scans import record_scans
from aftercare.commerce.shipments.carriers import Fetched, Fetches, registry
from aftercare.commerce.shipments.errors import CarrierTroubled, LookedJustNow, NobodyToAsk
from aftercare.commerce.shipments.looking import ENDED, FIRST_LOOK_AFTER, Told, after_look, instead_of_look
from aftercare.commerce.shipments.models import CarrierAccount, Look, Shipment
from aftercare.foundation.database.bulk import fetch, fetch_decoded, update_rows
from aftercare.foundation.jobs.loops import wake
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.kit.retry import after_failure
from aftercare.foundation.kit.sealing import unseal
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import across_stores, store_scope

log = structlog.get_logger(__name__)
LOOKS = "carriers asked"
# Longer than the interpreter's own patience with a round.
_LEASE = timedelta(minutes=15)
_LONGEST_PAUSE = timedelta(hours=12)
_TOO_SOON = timedelta(minutes=1)
_LOOK_COLUMNS = {
    "shipment_id": "bigint", "due_at": "timestamptz", "is_urgent": "boolean", "looked_at": "timestamptz",
    "stopped": "text", "problem": "text",
}  # fmt: skip
_PLAN = """
    INSERT INTO shipments_look (shipment_id, store_id, account_id, due_at, is_urgent, stopped, problem)
    SELECT DISTINCT ON (s.id) s.id, s.store_id, a.id, greatest(%(now)s, s.created_at + %(first)s), false, '', ''
    FROM unnest(%(accounts)s::bigint[], %(carriers)s::text[]) WITH ORDINALITY AS a(id, carrier, place)
         JOIN shipments_shipment s ON s.store_id = %(store)s AND s.carrier = a.carrier
    WHERE s.tracking_number <> '' AND s.status <> ALL(%(ended)s) AND (%(ids)s::bigint[] IS NULL OR s.id = ANY(%(ids)s))
    ORDER BY s.id, a.place
    ON CONFLICT (shipment_id) DO UPDATE
       SET account_id = excluded.account_id, due_at = excluded.due_at, stopped = '', problem = ''
       WHERE shipments_look.account_id <> excluded.account_id OR shipments_look.stopped = 'not_asked'
"""
_CLAIM = """
    UPDATE shipments_carrieraccount SET free_at = %(until)s WHERE id = (
        SELECT a.id FROM shipments_carrieraccount a
        WHERE a.carrier = ANY(%(asked)s) AND a.state = 'active' AND (a.free_at IS NULL OR a.free_at <= %(now)s)
              AND (a.test_wanted_at IS NOT NULL
                   OR EXISTS (SELECT FROM shipments_look l WHERE l.account_id = a.id AND l.due_at <= %(now)s))
        ORDER BY a.test_wanted_at NULLS LAST, a.free_at NULLS FIRST LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, store_id
"""
# What is urgent first; who else told of a parcel, and when, is found by its scans.
_DUE = """
    SELECT s.id, s.tracking_number, s.carrier, s.status, s.created_at, s.last_scan_at, l.is_urgent, l.looked_at,
           (SELECT max(c.received_at) FROM shipments_scan c WHERE c.shipment_id = s.id AND c.source <> %(connection)s)
    FROM (SELECT shipment_id, due_at, is_urgent, looked_at FROM shipments_look
          WHERE account_id = %(account)s AND due_at <= %(now)s
          ORDER BY is_urgent DESC, due_at LIMIT %(limit)s) l
         JOIN shipments_shipment s ON s.id = l.shipment_id
    ORDER BY l.is_urgent DESC, l.due_at
"""
_READ_AT_ONCE = 500


class _Due(NamedTuple):
    id: int
    number: str
    carrier: str
    status: str
    announced_at: datetime
    heard_at: datetime | None
    is_urgent: bool
    looked_at: datetime | None
    pushed_at: datetime | None

    @property
    def told(self) -> Told:
        return Told(self.status, self.announced_at, self.heard_at, self.pushed_at)


def plan_looks(*, store_id: int, now: datetime, shipment_ids: Collection[int] | None = None) -> None:
    """Have the carriers asked about parcels (None: all of the store) of which a connection of the store knows."""
    connected = dict(fetch("SELECT carrier, id FROM shipments_carrieraccount WHERE store_id = %s", [store_id]))
    if not connected:
        return
    pairs = [
        (connected[carrier.key], served)
        for carrier in registry
        if carrier.key in connected and isinstance(carrier, Fetches)
        for served in carrier.serves
    ]
    if not pairs:
        return
    accounts, carriers = zip(*pairs, strict=True)
    fetch(_PLAN + " RETURNING 1", {
        "now": now, "first": FIRST_LOOK_AFTER, "accounts": list(accounts), "carriers": list(carriers), "store": store_id,
        "ended": sorted(ENDED), "ids": None if shipment_ids is None else list(shipment_ids),
    })  # fmt: skip


def look_due(now: datetime) -> int:
    """One round with one connection that has parcels due; answers how many were dealt with."""
    asked = {carrier.key: carrier for carrier in registry if isinstance(carrier, Fetches)}
    with across_stores("the next connection with parcels due may be any store's"):
        claimed = fetch(_CLAIM, {"until": now + _LEASE, "now": now, "asked": list(asked)})
    if not claimed:
        return 0
    ((account_id, store_id),) = claimed
    with store_scope(store_id):
        account = CarrierAccount.objects.get(pk=account_id)
        store = Store.objects.get(pk=store_id)
        return _round(account, store, asked[account.carrier], now)


def _round(account: CarrierAccount, store: Store, carrier: Fetches, now: datetime) -> int:
    due, waiting = _sort_out(account, carrier, now)
    update_rows("shipments_look", _LOOK_COLUMNS, waiting, key="shipment_id")
    numbers = list(dict.fromkeys(one.number for one in due)) or _test_number(account)
    if not numbers:
        _release(account, now)
        return len(waiting) or 1
    config: dict[str, Any] = {}
    try:
        config = unseal(account.sealed_config)
        fetched = carrier.fetch(numbers=numbers, config=config, zone=ZoneInfo(store.time_zone), now=now)
    except Refusal as refusal:
        fetched = Fetched(trouble=refusal)
    except Exception as error:  # a connector of another package may fail in any way
        log.exception("asking a carrier failed", carrier=account.carrier, store=store.slug)
        fetched = Fetched(trouble=CarrierTroubled(f"Asking failed: {type(error).__name__}."))
    _conclude(account, due, fetched, pause=_pause(carrier, config, fetched), now=now)
    return len(due) + len(waiting) or 1


def _sort_out(account: CarrierAccount, carrier: Fetches, now: datetime) -> tuple[list[_Due], list[tuple[object, ...]]]:
    """Parcels to ask about now, as many as the carrier takes at once; and the rows of those to leave for later or alone."""
    rows = fetch_decoded(
        _DUE, {"account": account.pk, "connection": account.carrier, "now": now, "limit": _READ_AT_ONCE}
    )
    due: list[_Due] = []
    waiting: list[tuple[object, ...]] = []
    for one in map(_Due._make, rows):
        if one.carrier not in carrier.serves or not one.number:
            waiting.append((one.id, None, False, one.looked_at, "not_asked", ""))
        elif (plan := None if one.is_urgent else instead_of_look(one.told, now=now)) is not None:
            waiting.append((one.id, plan.due_at, False, one.looked_at, plan.stopped, ""))
        elif len(due) < carrier.at_once:
            due.append(one)
    return due, waiting


def _test_number(account: CarrierAccount) -> list[str]:
    """Something to ask about where only the connection itself is in question: its newest parcel, or no parcel at all."""
    if account.test_wanted_at is None:
        return []
    newest = Look.objects.filter(account=account).order_by("-shipment_id").values_list("shipment__tracking_number")
    return [str(number) for (number,) in newest[:1]] or ["000000000000"]


def _pause(carrier: Fetches, config: dict[str, Any], fetched: Fetched) -> timedelta:
    """How long the rate keeps us from asking again after what was asked."""
    asked = len(fetched.updates) + len(fetched.quiet) + (fetched.trouble is not None)
    return asked * timedelta(hours=1) / max(1, carrier.per_hour(config))


@transaction.atomic
def _conclude(
    account: CarrierAccount, due: Sequence[_Due], fetched: Fetched, *, pause: timedelta, now: datetime
) -> None:  # fmt: skip
    """What came of a round, all or nothing."""
    told = [one for one in due if one.number in fetched.updates]
    refused: dict[int, str] = {}
    if told:
        # Of several parcels with one number it is this carrier's that is meant.
        updates = [fetched.updates[one.number].model_copy(update={"carrier": one.carrier}) for one in told]
        recorded = record_scans(store_id=account.store_id, source=account.carrier, updates=updates, now=now)
        refused = {told[position].id: refusal.sentence for position, refusal in recorded.refused.items()}
    answered = [*told, *(one for one in due if one.number in fetched.quiet)]
    parcels = Shipment.objects.only("status", "created_at", "last_scan_at").in_bulk([one.id for one in answered])
    rows: list[tuple[object, ...]] = []
    for one in answered:
        parcel = parcels[one.id]
        told_of_it = Told(parcel.status, parcel.created_at, parcel.last_scan_at, one.pushed_at)
        plan = after_look(told_of_it, parcel=one.id, now=now)
        problem = refused.get(one.id) or fetched.quiet.get(one.number, "")
        rows.append((one.id, plan.due_at, False, now, plan.stopped, problem[:300]))
    update_rows("shipments_look", _LOOK_COLUMNS, rows, key="shipment_id")
    _note(account, fetched, looked=len(answered), pause=pause, now=now)


def _note(account: CarrierAccount, fetched: Fetched, *, looked: int, pause: timedelta, now: datetime) -> None:
    """How it went, on the connection; a test that was asked for is answered by any round."""
    was_answered = bool(fetched.updates or fetched.quiet)
    trouble = fetched.trouble
    failures = 0 if was_answered or trouble is None or fetched.wait else account.failures + 1
    problem = f"{trouble.sentence} {trouble.remedy}".strip()[:300] if trouble else ""
    fields: dict[str, Any] = {
        "free_at": now + max(pause, _patience(failures, now), fetched.wait or timedelta(0)), "failures": failures,
        "problem": problem, "problem_at": now if problem else account.problem_at, "looked": account.looked + looked,
        "looked_at": now,
    }  # fmt: skip
    if account.test_wanted_at is not None:
        fields |= {"test_wanted_at": None, "tested_at": now, "test_result": problem}
    CarrierAccount.objects.filter(pk=account.pk).update(**fields)


def _patience(failures: int, now: datetime) -> timedelta:
    if not failures:
        return timedelta(0)
    return (after_failure(attempts=failures, now=now) or now + _LONGEST_PAUSE) - now


def _release(account: CarrierAccount, now: datetime) -> None:
    CarrierAccount.objects.filter(pk=account.pk).update(free_at=now)


@transaction.atomic
def look_now(*, shipment: Shipment, now: datetime) -> None:
    """Have the carrier asked about a parcel as soon as a worker is free; raises NobodyToAsk and LookedJustNow."""
    plan_looks(store_id=shipment.store_id, shipment_ids=[shipment.pk], now=now)
    look = Look.objects.select_for_update().filter(shipment=shipment).first()
    if look is None:
        raise NobodyToAsk(
            "No connection of this store can ask about this parcel.", remedy="Connect its carrier under Carriers."
        )
    if look.looked_at is not None and now - look.looked_at < _TOO_SOON:
        raise LookedJustNow("The carrier was asked less than a minute ago.", remedy="Wait a moment.")
    Look.objects.filter(pk=look.pk).update(due_at=now, is_urgent=True, stopped="")
    wake(LOOKS)


@transaction.atomic
def want_test(*, account: CarrierAccount, now: datetime) -> None:
    """Have a worker try the connection, whatever pause it is in."""
    if not isinstance(registry[account.carrier], Fetches):
        raise NobodyToAsk("This carrier sends by itself; its first message is the test.")
    CarrierAccount.objects.filter(pk=account.pk).update(test_wanted_at=now, free_at=now)
    wake(LOOKS)
