"""Delivery promises: learning from a store's history, and promising parcels in sets, at two sizes.

Learning is measured from parcels in memory to a model: the walk through the last months, with what was known each day.
Its limit is one pass of the sums that it cannot do without, the shrunken effects fitted once to all parcels. Both must
grow linearly. Promising is measured from encoded parcels to moments.

What is due is found in a database of open parcels: five hundred scans are noted and claimed. The limit is the same rows
written to a bare table and deleted again, and neither may cost more where four times as many parcels are open.
"""

from functools import partial

import numpy as np
from django.db import transaction

from aftercare.commerce.promises.actions import claim_due, note_heard
from aftercare.commerce.promises.estimating.columns import Parcels
from aftercare.commerce.promises.estimating.effects import fit_effects
from aftercare.commerce.promises.estimating.model import Words, encode, learn_words
from aftercare.commerce.promises.estimating.walk import WARM_UP, Walk
from aftercare.commerce.promises.models import Learned
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.stores.scope import store_scope
from bench.harness import Contender, Options, median_rate, middle, peak_memory, ratio, take_turns, verdict
from bench.health import OpenParcels, execute

DAYS = 540
GOAL_LEARNED_PER_SECOND = 10_000
GOAL_PROMISED_PER_SECOND = 200_000
GOAL_SLOWER = 1.5
_HEARD = 500
_SOME_PARCELS = (
    "SELECT id FROM shipments_shipment WHERE store_id = %s AND external_id <> 'model' ORDER BY random() LIMIT %s"
)
_COUNTRIES = ("DE", "FR", "PL", "GB", "US")


def run(options: Options) -> bool:
    """Print how many parcels are learned from and promised a second; answers whether the goals are met."""
    met = []
    for number in (500, 1000) if options.quick else (20_000, 100_000):
        parcels = _made_up(number, seed=options.seed)
        words = learn_words(parcels)
        walk = _walked(parcels, words)
        turns = take_turns(
            {
                "learn": Contender(partial(_learned, parcels, words)),
                "fit once": Contender(partial(_fitted, parcels, words)),
                "promise": Contender(partial(_promised, walk)),
            },
            rounds=options.rounds,
        )
        print(f"{number:,} parcels over {DAYS} days, {peak_memory()}")
        for name, measured in turns.items():
            print(f"  {name:<10} {measured[0].line('parcels')}")
        print(f"  learning beside one fit: {ratio(turns['learn'], turns['fit once'])}")
        learned, promised = median_rate(turns["learn"]), median_rate(turns["promise"])
        goal = f"{GOAL_LEARNED_PER_SECOND:,} parcels/s learned from, {GOAL_PROMISED_PER_SECOND:,} promised"
        met.append(verdict(goal, met=learned >= GOAL_LEARNED_PER_SECOND and promised >= GOAL_PROMISED_PER_SECOND))
    return all([*met, _finding(options)])


def _finding(options: Options) -> bool:
    """Whether what is due is found as fast among many open parcels as among few."""
    rates = []
    for size in (2_000, 8_000) if options.quick else (100_000, 400_000):
        store = _Noted(size=size)
        turns = take_turns(
            {"note, claim": Contender(store.note_and_claim), "raw": Contender(store.write_and_delete)},
            rounds=options.rounds * 3,
        )
        print(f"{size:,} open parcels, {_HEARD} of them heard of")
        for name, measured in turns.items():
            print(f"  {name:<12} {middle(measured).line('parcels')}")
        rates.append(median_rate(turns["note, claim"]))
    goal = (
        f"what is due is found at most {GOAL_SLOWER:g} times slower among four times as many: {rates[0] / rates[1]:.2f}"
    )
    return verdict(goal, met=rates[0] <= GOAL_SLOWER * rates[1])


class _Noted(OpenParcels):
    """A store that has learned, full of parcels under way."""

    def __init__(self, *, size: int) -> None:
        super().__init__(size=size)
        execute("CREATE TEMP TABLE IF NOT EXISTS raw_due (id bigserial PRIMARY KEY, row_id bigint)")
        with store_scope(self.store.pk):
            Learned.objects.create(
                store_id=self.store.pk, stage=Learned.Stage.HAND_OVER, learned_at=self.now, deliveries=size, content=b""
            )
        self._heard = [row for (row,) in fetch(_SOME_PARCELS, [self.store.pk, _HEARD])]

    def note_and_claim(self) -> int:
        """As a carrier's webhook and then the loop do; what it takes to promise them is measured above."""
        with transaction.atomic():
            note_heard(heard=self._heard, changed=(), now=self.now)
        with transaction.atomic():
            count, _ = claim_due()
        return count

    def write_and_delete(self) -> int:
        execute("INSERT INTO raw_due (row_id) SELECT unnest(%s::bigint[])", [self._heard])
        return len(fetch("DELETE FROM raw_due RETURNING row_id"))


def _learned(parcels: Parcels, words: Words) -> int:
    _walked(parcels, words)
    return len(parcels)


def _walked(parcels: Parcels, words: Words) -> Walk:
    end = int(parcels.began.max()) + 1
    walk = Walk(
        parcels=parcels, words=words, holidays={country: {} for country in _COUNTRIES}, start=end - WARM_UP,
        refit_days=14,
    )  # fmt: skip
    walk.advance(day=end)
    return walk


def _fitted(parcels: Parcels, words: Words) -> int:
    sizes = tuple(1 + len(known) for known in words)
    fit_effects(
        codes=encode(parcels, words), sizes=sizes, durations=parcels.ended - parcels.began,
        ended=np.ones(len(parcels), dtype=bool), weights=np.ones(len(parcels)),
    )  # fmt: skip
    return len(parcels)


def _promised(walk: Walk) -> int:
    walk.model.ranges(parcels=walk.travellers, now=walk.travellers.began)
    return len(walk.travellers.began)


def _made_up(number: int, *, seed: int) -> Parcels:
    """Parcels to two hundred zones of five countries, from fifty sellers, with a slow autumn."""
    chance = np.random.default_rng(seed)
    began = np.sort(20_000 + chance.uniform(0, DAYS, number))
    country = chance.integers(0, len(_COUNTRIES), number)
    zone = chance.integers(0, 40, number)
    slow = np.where((began > 20_300) & (began < 20_340), 1.7, 1.0)
    took = (2 + country * 1.5 + zone / 20) * slow * chance.lognormal(0, 0.4, number)
    countries = [_COUNTRIES[code] for code in country]
    return Parcels(
        began=began, ended=began + took, promised=began + 9, weight=chance.uniform(100, 9000, number),
        price=chance.uniform(5, 400, number), freight=chance.uniform(3, 12, number),
        origin=["DE-04"] * number, carrier=["post"] * number,
        destination=[f"{name}-{part}" for name, part in zip(countries, zone.tolist(), strict=True)],
        place=[f"{name}-{part}" for name, part in zip(countries, chance.integers(0, 400, number).tolist(), strict=True)],
        service=["standard"] * number, seller=[f"s{code}" for code in chance.integers(0, 50, number)],
        country=countries,
    )  # fmt: skip
