"""Queueing calls with what caused them, and making them outside any transaction."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import orjson
from django.db import transaction

from aftercare.foundation.database.bulk import fetch, fetch_decoded
from aftercare.foundation.jobs.loops import wake
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.retry import wait_asked_for
from aftercare.foundation.kit.sealing import Unsealable
from aftercare.foundation.webhooks.actions.health import note_health
from aftercare.foundation.webhooks.models import new_call_id
from aftercare.foundation.webhooks.outgoing import Answer, post
from aftercare.foundation.webhooks.policy import Attempt, Conclusion, conclude, one_after_another
from aftercare.foundation.webhooks.signing import opened, signed_headers, signing_secret

CALLS = "webhook_calls"
# Of an endpoint's calls so many over so many lines at once: calls have no promised order. Over one where it is slow.
_LINES = 4
_PER_LINE = 25
_ALONE = 50
_AT_ONCE = 16
_LEASE = timedelta(minutes=3)
# A line ends after so many seconds, so that what was taken is written down: the rest is told with the next batch.
_BUDGET = 1.0
_QUEUE = """
    INSERT INTO webhooks_call (public_id, store_id, endpoint_id, type, origin, dedupe_key, url, body, state, due_at,
        created_at, attempts, reply, history)
    SELECT *, 'queued', %s, %s, 0, '', '[]'
    FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::jsonb[])
    ON CONFLICT (store_id, dedupe_key) DO NOTHING RETURNING id
"""
_IS_DUE = """((c.state = 'queued' AND c.due_at <= %(now)s) OR (c.state = 'sending' AND c.leased_until < %(now)s))"""
_CLAIMED = """
    UPDATE webhooks_call c SET state = 'sending', leased_until = %(lease)s, attempts = attempts + 1
    FROM due LEFT JOIN webhooks_endpoint e ON e.id = due.endpoint_id WHERE c.id = due.id
    RETURNING c.id, c.public_id, c.store_id, c.endpoint_id, coalesce(e.url, c.url), c.body, c.attempts, e.sealed_secrets
"""
_CLAIM_ALONE = f"""
    WITH due AS (
        SELECT c.id, c.endpoint_id FROM webhooks_call c WHERE c.endpoint_id IS NULL AND {_IS_DUE}
        ORDER BY c.due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    ) {_CLAIMED}
"""  # noqa: S608 -- composed of the constants above
# So many of each, so that no endpoint with a long queue keeps another waiting.
_CLAIM_OF_ENDPOINTS = f"""
    WITH due AS (
        SELECT mine.id, e.id AS endpoint_id FROM webhooks_endpoint e CROSS JOIN LATERAL (
            SELECT c.id FROM webhooks_call c WHERE c.endpoint_id = e.id AND {_IS_DUE}
            ORDER BY c.due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        ) AS mine
        WHERE e.state = 'active' AND e.is_slow = %(slow)s AND (e.resting_until IS NULL OR e.resting_until <= %(now)s)
    ) {_CLAIMED}
"""  # noqa: S608 -- composed of the constants above
_CONCLUDE = """
    UPDATE webhooks_call c SET state = v.state, due_at = v.due_at, reply = v.reply, history = c.history || v.tried,
        leased_until = NULL
    FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::text[], %s::jsonb[]) AS v(id, state, due_at, reply, tried)
    WHERE c.id = v.id RETURNING c.id
"""
_RELEASE = """
    UPDATE webhooks_call SET state = 'queued', leased_until = NULL, attempts = attempts - 1 WHERE id = ANY(%s) RETURNING id
"""


@dataclass(frozen=True, slots=True)
class CallRequest:
    """Call `url` about this; `dedupe_key` is the caller's own, and the same key again is not queued again."""

    store_id: int
    origin: str
    dedupe_key: str
    url: str
    body: dict[str, Any]
    type: str = ""
    endpoint_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Claimed:
    id: int
    public_id: str
    store_id: int
    endpoint_id: int | None
    url: str
    body: dict[str, Any]
    attempts: int
    sealed_secrets: str | None


@dataclass(slots=True)
class _Told:
    """What came of the calls to one address: attempts in their order, and calls that were not made after all."""

    made: list[tuple[_Claimed, Attempt]] = field(default_factory=list)
    left: list[_Claimed] = field(default_factory=list)


def queue_calls(*, calls: Sequence[CallRequest], now: datetime) -> int:
    """Queue calls in the caller's transaction; answers how many are new."""
    if not calls:
        return 0
    rows = [
        (new_call_id(), call.store_id, call.endpoint_id, call.type, call.origin, call.dedupe_key, call.url,
         orjson.dumps(call.body).decode())
        for call in calls
    ]  # fmt: skip
    wake(CALLS)
    return len(fetch(_QUEUE, [now, now, *map(list, zip(*rows, strict=True))]))


def make_due_calls(now: datetime, *, slow: bool = False) -> int:
    """A batch of calls, to several addresses at once; answers how many were made.

    `slow` serves the endpoints that kept us waiting; everybody else is served apart from them.
    """
    with transaction.atomic():
        claimed = _claim(now, slow=slow)
    if not claimed:
        return 0
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        tell = _tell_slowly if slow else _tell
        results = list(pool.map(lambda calls: tell(calls, now), _by_address(claimed)))
    with transaction.atomic():
        for lines in results:
            _note(lines)
    return sum(len(told.made) for lines in results for told in lines)


def _claim(now: datetime, *, slow: bool) -> list[_Claimed]:
    values = {"now": now, "lease": now + _LEASE, "slow": slow, "limit": _PER_LINE if slow else _PER_LINE * _LINES}
    rows = list(fetch_decoded(_CLAIM_OF_ENDPOINTS, values))
    if not slow:
        rows += fetch_decoded(_CLAIM_ALONE, {**values, "limit": _ALONE})
    return [_Claimed(*row) for row in rows]


def _by_address(claimed: list[_Claimed]) -> Iterator[list[_Claimed]]:
    """Endpoints in the order of their ids, so that two workers never wait for each other's locks crosswise."""
    ordered = sorted(claimed, key=lambda call: (call.endpoint_id or 0, call.url, call.id))
    return (list(calls) for _, calls in groupby(ordered, key=lambda call: (call.endpoint_id, call.url)))


def _tell_slowly(calls: list[_Claimed], now: datetime) -> list[_Told]:
    return [_tell_in_turn(calls, now)]


def _tell(calls: list[_Claimed], now: datetime) -> list[_Told]:
    """One address's calls: the first alone, and unless that one says to stop the rest over several lines at once."""
    first = _tell_in_turn(calls[:1], now)
    rest = calls[1:]
    if first.made[0][1].ends_the_line:
        first.left = rest
    elif rest:
        with ThreadPoolExecutor(_LINES) as pool:
            shares = [rest[place::_LINES] for place in range(min(_LINES, len(rest)))]
            return [first, *pool.map(lambda share: _tell_in_turn(share, now), shares)]
    return [first]


def _tell_in_turn(calls: list[_Claimed], now: datetime) -> _Told:
    """One after the other, for as long as they are answered in good time."""
    told, began = _Told(), time.monotonic()
    for place, call in enumerate(calls):
        started = time.monotonic()
        answer = _answer(call, now)
        ms = round((time.monotonic() - started) * 1000)
        asked = wait_asked_for(answer.headers.get("retry-after", ""), now=clock.in_the_world(now))
        attempt = Attempt(now, answer.status, ms, _in_words(answer), asked)
        told.made.append((call, attempt))
        if attempt.ends_the_line or time.monotonic() - began > _BUDGET:
            told.left = calls[place + 1 :]
            break
    return told


def _answer(call: _Claimed, now: datetime) -> Answer:
    try:
        secrets = opened(call.sealed_secrets).signing(now) if call.sealed_secrets else [signing_secret(call.store_id)]
    except Unsealable as refusal:
        return Answer(0, refusal.sentence.encode())
    body = orjson.dumps(call.body)
    # Receivers refuse calls of another time than their own.
    signed_at = clock.in_the_world(now)
    headers = signed_headers(call_id=call.public_id, body=body, secrets=secrets, now=signed_at)
    return post(url=call.url, body=body, headers=headers)


def _in_words(answer: Answer) -> str:
    text = answer.body.decode("utf-8", "replace").replace("\0", "")
    return " ".join(f"{answer.status or ''} {text}".split())[:300]


def _note(lines: list[_Told]) -> None:
    made = [pair for told in lines for pair in told.made]
    rows = [_row(call, attempt, conclude(attempt, attempts=call.attempts)) for call, attempt in made]
    fetch(_CONCLUDE, [list(column) for column in zip(*rows, strict=True)])
    if left := [call.id for told in lines for call in told.left]:
        fetch(_RELEASE, [left])
    endpoint_id = made[0][0].endpoint_id
    if endpoint_id is not None:
        note_health(endpoint_id=endpoint_id, attempts=one_after_another([[a for _, a in told.made] for told in lines]))


def _row(call: _Claimed, attempt: Attempt, conclusion: Conclusion) -> tuple[Any, ...]:
    tried = {"at": attempt.at.isoformat(), "status": attempt.status, "ms": attempt.ms, "reply": attempt.reply}
    return call.id, conclusion.state, conclusion.due_at, attempt.reply, orjson.dumps([tried]).decode()
