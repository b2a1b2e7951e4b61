"""Is now a good moment? Decisions per second, in sets: everything read that they depend on, every rule asked.

The limit is PostgreSQL alone, selecting the same facts of the same people in one statement. Deciding for real also
holds the customers' rows and writes what was let go; that is measured beside it.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.db import connection, transaction

from aftercare.config.prepare import equip_store
from aftercare.engagement.messaging.actions.decide import decide_requests, keep_spending
from aftercare.engagement.messaging.actions.request import asked_for
from aftercare.engagement.messaging.facts import Asked, facts_of
from aftercare.engagement.messaging.policy import Verdict, decide
from aftercare.engagement.messaging.recipients import recipients_of
from aftercare.engagement.messaging.requests import MessageRequest
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.garbage import collect_rarely, keep_imported
from aftercare.foundation.stores.actions import open_store
from bench.harness import Contender, Options, median_rate, middle, peak_memory, ratio, take_turns, verdict

GOAL = 50_000
BATCH = 5_000
_TYPES = ("order_confirmed", "thank_you", "delivered", "thank_you")
# Half have said something, one in twenty is held, one in fifty suppressed, and two in three have heard something lately.
_FILL = """
    INSERT INTO customers_customer
        (public_id, store_id, name, email, phone, locale, time_zone, country, traits, search, created_at)
    SELECT 'cus_' || %(tag)s || n, %(store)s, 'Sam ' || n, 'sam' || n || '@example.com', '', 'en',
           (ARRAY['Europe/Berlin', 'America/New_York', ''])[n %% 3 + 1], (ARRAY['DE', 'US', 'FR'])[n %% 3 + 1],
           '{}', '', %(now)s
    FROM generate_series(1, %(count)s) AS n;
    INSERT INTO customers_consent (store_id, customer_id, purpose, channel, granted, source, changed_at)
    SELECT store_id, id, 'service', 'email', id %% 10 <> 0, 'bench', %(now)s FROM customers_customer WHERE id %% 2 = 0;
    INSERT INTO messaging_suppression (store_id, channel, address, cause, detail, added_at)
    SELECT store_id, 'email', email, 'bounce', '', %(now)s FROM customers_customer WHERE id %% 50 = 0;
    INSERT INTO messaging_hold (store_id, customer_id, placed_by, key, reason, until, placed_at)
    SELECT store_id, id, 'bench', id::text, 'A return is open', %(until)s, %(now)s FROM customers_customer
    WHERE id %% 20 = 0;
    INSERT INTO messaging_spending (customer_id, store_id, spent)
    SELECT id, store_id, jsonb_build_array(jsonb_build_array(extract(epoch FROM %(now)s::timestamptz) - 86400, 'service'))
    FROM customers_customer WHERE id %% 3 <> 0;
    INSERT INTO messaging_readinghour (customer_id, store_id, hour, reads, learned_at)
    SELECT id, store_id, id %% 24, 5, %(now)s FROM customers_customer WHERE id %% 5 = 0;
    ANALYZE customers_customer, customers_consent, messaging_spending, messaging_hold, messaging_suppression
"""
_EMPTY = """
    TRUNCATE customers_customer, customers_consent, messaging_spending, messaging_hold, messaging_suppression,
             messaging_readinghour CASCADE
"""
_LIMIT = """
    SELECT c.id, c.public_id, c.email, c.name, c.locale, c.time_zone, c.phone, c.country, o.granted, s.cause, s.added_at,
           h.until, h.reason, p.spent, r.hour
    FROM customers_customer c
    LEFT JOIN customers_consent o ON o.customer_id = c.id AND o.purpose = 'service' AND o.channel = 'email'
    LEFT JOIN messaging_suppression s
        ON s.store_id = c.store_id AND s.channel = 'email' AND s.address = lower(c.email)
    LEFT JOIN messaging_hold h ON h.customer_id = c.id AND h.released_at IS NULL AND h.until > %s
    LEFT JOIN messaging_spending p ON p.customer_id = c.id
    LEFT JOIN messaging_readinghour r ON r.customer_id = c.id
    WHERE c.id = ANY(%s)
"""


class Moments:
    """So many customers, a message for each: half of it owed, half of it what can wait."""

    def __init__(self, *, size: int) -> None:
        self.size = size
        self.now = clock.now().replace(hour=11)
        self.store = open_store(slug=f"moment-{size}", name="Bench", now=self.now)
        equip_store(self.store)
        self.ids: list[int] = []
        self.requests: list[MessageRequest] = []

    def fill(self) -> None:
        """The same people anew, as nothing had been decided."""
        with connection.cursor() as cursor:
            cursor.execute(_EMPTY)
            cursor.execute(_FILL, {
                "tag": f"{self.size}_", "store": self.store.pk, "count": self.size, "now": self.now,
                "until": self.now + timedelta(days=3),
            })  # fmt: skip
        self.ids = [row[0] for row in fetch("SELECT id FROM customers_customer ORDER BY id")]
        self.requests = [
            MessageRequest(self.store.pk, _TYPES[number % len(_TYPES)], "email", "bench", str(number), number)
            for number in self.ids
        ]

    def decided(self) -> int:
        """Whom it goes to, all facts, every rule."""
        sent = 0
        for asked in self._batches():
            facts = facts_of(asked=asked, now=self.now)
            decisions = [decide(situation=facts.situation(one), now=self.now) for one in asked]
            sent += sum(decision.verdict is Verdict.SEND for decision in decisions)
        assert self.size // 4 < sent < self.size, "some are sent, and some are not"
        return self.size

    def counted(self) -> int:
        """The same for good: rows held, budgets shared, spending written."""
        for asked in self._batches():
            with transaction.atomic():
                made = decide_requests(asked=asked, now=self.now)
                sent = [
                    one for one, decision in zip(asked, made.decisions, strict=True)
                    if decision.verdict is Verdict.SEND
                    and one.kind.legal_class in made.facts.rules[one.store_id].counted
                ]  # fmt: skip
                keep_spending(facts=made.facts, asked=sent)
        return self.size

    def limit(self) -> int:
        """The same facts, selected and fetched, and nothing made of them."""
        count = 0
        for start in range(0, self.size, BATCH):
            count += len(fetch(_LIMIT, [self.now, self.ids[start : start + BATCH]]))
        assert count == self.size, count
        return count

    def _batches(self) -> Iterator[Sequence[Asked]]:
        for start in range(0, self.size, BATCH):
            requests = self.requests[start : start + BATCH]
            yield [
                asked_for(request, person, now=self.now)
                for request, (person,) in zip(requests, recipients_of(requests), strict=True)
            ]


def run(options: Options) -> bool:
    """Two sizes: what is decided costs the same each, however many."""
    met = True
    # As in a worker.
    keep_imported()
    collect_rarely()
    for size in (5_000, 10_000) if options.quick else (50_000, 200_000):
        moments = Moments(size=size)
        turns = take_turns(
            {
                "decided": Contender(moments.decided, moments.fill),
                "counted": Contender(moments.counted, moments.fill),
                "limit": Contender(moments.limit, moments.fill),
            },
            rounds=1 if options.quick else options.rounds,
        )
        print(f"\n{size:,} messages, one to each customer; peak memory {peak_memory()}")
        for name, measured in turns.items():
            print(f"  {name:9}{middle(measured).line('decisions' if name != 'limit' else 'people')}")
        print(f"  ratio of decided to the bare select {ratio(turns['decided'], turns['limit'])}")
        rate = median_rate(turns["decided"])
        met &= verdict(f"at least {GOAL:,} decisions/s: {rate:,.0f}/s", met=rate >= GOAL)
    return met
