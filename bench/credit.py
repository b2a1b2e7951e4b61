"""Store credit: spendings per second, alone and eight at once, beside commits of a single row in the same run.

Each spending is a transaction of its own, with its lots, balance, entry, postings and event; the limit is a transaction
that updates one row by its key, as pgbench does, on as many connections. Then codes: made by the hundred thousand, and
redeemed one by one, as baskets come.
"""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connection, transaction

from aftercare.commerce.customers.actions import record_customers
from aftercare.commerce.customers.models import Customer
from aftercare.commerce.customers.schemas import CustomerIn
from aftercare.engagement.credit.actions import (
    Grant,
    generate_codes,
    grant_many,
    reserve_codes,
    save_promotion,
    spend_credit,
)
from aftercare.engagement.credit.models import Account, Code, Promotion
from aftercare.engagement.credit.origins import Origin
from aftercare.engagement.credit.schemas import BasketIn, PromotionIn
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.money import Money
from aftercare.foundation.stores.actions import open_store
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from bench.harness import Contender, Options, measure, median_rate, middle, ratio, take_turns, verdict

THREADS = 8
GOAL_RATIO = 0.05
GOAL_CODES = 10_000  # made per second
_CENT = Money(1, "EUR")


class Till:
    """Customers with credit, and rows of one table for the limit."""

    def __init__(self, *, customers: int, spendings: int) -> None:
        self.spendings, self.now = spendings, clock.now()
        self.store: Store = open_store(slug=f"till-{customers}", name="Bench", now=self.now)
        with store_scope(self.store.pk):
            told = [CustomerIn(email=f"c{number}@example.com") for number in range(customers)]
            ids = [one for one in record_customers(
                store_id=self.store.pk, source="bench", customers=told, now=self.now
            ).ids if one]  # fmt: skip
            for start in range(0, customers, 1000):
                grants = [
                    Grant(one, Money(1_000_000, "EUR"), Origin.REFUND, "", secrets.token_hex(8))
                    for one in ids[start : start + 1000]
                ]  # fmt: skip
                grant_many(store_id=self.store.pk, grants=grants, by="bench", now=self.now)
            self.customers = list(Customer.objects.order_by("pk"))
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS bench_row (id int PRIMARY KEY, balance bigint)")
        fetch("INSERT INTO bench_row SELECT n, 0 FROM generate_series(0, 999) AS n ON CONFLICT DO NOTHING RETURNING id")

    def spend(self, place: int) -> None:
        """One cent of one customer, whoever is next."""
        spend_credit(
            customer=self.customers[place % len(self.customers)], amount=_CENT, key=secrets.token_hex(8), by="bench",
            now=self.now,
        )  # fmt: skip

    def commit(self, place: int) -> None:
        """One row, one commit."""
        with transaction.atomic():
            fetch("UPDATE bench_row SET balance = balance + 1 WHERE id = %s RETURNING id", [place % 1000])

    def each(self, work: Callable[[int], None], threads: int) -> Callable[[], int]:
        """The work so many times, shared among so many threads."""

        def some(which: range) -> None:
            try:
                with store_scope(self.store.pk):
                    for place in which:
                        work(place)
            finally:
                if threads > 1:
                    connection.close()

        def all_of_it() -> int:
            parts = [range(start, self.spendings, threads) for start in range(threads)]
            if threads == 1:
                some(parts[0])
                return self.spendings
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(some, parts))
            return self.spendings

        return all_of_it

    def holds(self) -> bool:
        """Whether every wallet is still the sum of its lots."""
        with store_scope(self.store.pk):
            wrong = fetch("""
                SELECT a.id FROM credit_account AS a JOIN credit_lot AS l ON l.account_id = a.id
                GROUP BY a.id HAVING a.balance <> sum(l.remaining) OR a.balance < 0
            """)
            return not wrong and Account.objects.exists()


def run(options: Options) -> bool:
    """Two sizes of each."""
    sizes = ((50, 60), (100, 120)) if options.quick else ((1000, 2000), (20_000, 4000))
    met = [_spendings(customers, count, options) for customers, count in sizes]
    pools = ((500, 40), (1000, 80)) if options.quick else ((20_000, 20_000), (100_000, 100_000))
    return all(met + [_codes(made, redeemed, options) for made, redeemed in pools])


def _spendings(customers: int, count: int, options: Options) -> bool:
    till = Till(customers=customers, spendings=count)
    turns = take_turns(
        {
            f"{name}, {threads}": Contender(till.each(work, threads))
            for threads in (1, THREADS)
            for name, work in (("spendings", till.spend), ("commits", till.commit))
        },
        rounds=1 if options.quick else options.rounds,
    )
    print(f"\n{count:,} spendings of {customers:,} customers; one thread, and {THREADS}")
    for name, measured in turns.items():
        print(f"  {name:14}{middle(measured).line('transactions')}")
    alone = ratio(turns["spendings, 1"], turns["commits, 1"])
    together = ratio(turns[f"spendings, {THREADS}"], turns[f"commits, {THREADS}"])
    rate = median_rate(turns[f"spendings, {THREADS}"])
    print(f"  ratio to commits of one row: alone {alone}, together {together}")
    assert till.holds(), "a wallet is not the sum of its lots"
    return verdict(
        f"at least {GOAL_RATIO:.0%} of single-row commits: {together.median:.0%}, {rate:,.0f}/s",
        met=together.median >= GOAL_RATIO,
    )


def _codes(count: int, redeemed: int, options: Options) -> bool:
    now = clock.now()
    store = open_store(slug=f"codes-{count}", name="Bench", now=now)
    terms = {"name": "Bench", "discount": "percent", "percent": "10", "currency": "EUR", "once_per_customer": False}
    with store_scope(store.pk):
        promotion: Promotion = save_promotion(store=store, told=PromotionIn.model_validate(terms), by="bench", now=now)
        made = measure(lambda: generate_codes(promotion=promotion, count=count, by="bench", now=now))
        codes = list(Code.objects.filter(promotion=promotion).values_list("code", flat=True)[:redeemed])

    def redeem(part: list[str]) -> None:
        try:
            with store_scope(store.pk):
                for code in part:
                    basket = BasketIn.model_validate({"codes": [code], "currency": "EUR", "lines": [{"amount": "50"}]})
                    reserve_codes(
                        store=store, told=basket, key=code, hold_for=timedelta(minutes=30), by="bench", now=now
                    )
        finally:
            connection.close()

    def all_of_them() -> int:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(redeem, [codes[start::THREADS] for start in range(THREADS)]))
        return len(codes)

    used = measure(all_of_them)
    print(f"\n{count:,} codes made, {redeemed:,} redeemed by {THREADS} threads")
    print(f"  made    {made.line('codes')}")
    print(f"  redeemed{used.line('codes')}")
    with store_scope(store.pk):
        assert Code.objects.filter(promotion=promotion, uses=1).count() == redeemed
    met = options.quick or made.per_second >= GOAL_CODES
    return verdict(f"at least {GOAL_CODES:,} codes made per second: {made.per_second:,.0f}", met=met)
