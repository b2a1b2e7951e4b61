"""Promotions and their codes: set up, changed, ended; codes by the hundred thousand in a few statements."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from aftercare.engagement.credit.codes import as_typed, new_promotion_codes
from aftercare.engagement.credit.errors import PromotionEnded
from aftercare.engagement.credit.events import CodesMade, CodesRevoked, PromotionOver, PromotionSaved
from aftercare.engagement.credit.models import Code, Promotion
from aftercare.engagement.credit.queries.promotions import figures_of
from aftercare.engagement.credit.queries.wallets import good
from aftercare.engagement.credit.schemas import PromotionIn
from aftercare.engagement.credit.vocabulary import Discount
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Event, Fact
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.money import minor_units
from aftercare.foundation.stores.models import Store

AT_ONCE = 10_000
MOST_CODES = 1_000_000
_LONGEST_CODE = 40
_MAKE = """
    INSERT INTO credit_code (store_id, promotion_id, code, batch, "limit", uses, customer_id, expires_at, created_at)
    SELECT %(store)s, %(promotion)s, c, %(batch)s, %(limit)s, 0, %(customer)s, %(expires)s, %(now)s
    FROM unnest(%(codes)s::text[]) AS c ON CONFLICT (store_id, code) DO NOTHING RETURNING code
"""
_OWN = """
    INSERT INTO credit_code (store_id, promotion_id, code, batch, "limit", uses, customer_id, expires_at, created_at)
    SELECT %(store)s, %(promotion)s, v.code, %(batch)s, 1, 0, v.customer, %(expires)s, %(now)s
    FROM unnest(%(codes)s::text[], %(customers)s::bigint[]) AS v(code, customer) RETURNING customer_id, code
"""


@transaction.atomic
def save_promotion(
    *, store: Store, told: PromotionIn, by: str, now: datetime, promotion: Promotion | None = None
) -> Promotion:
    """Set one up, or change it: codes that are out count by the new terms. Raises Invalid or PromotionEnded."""
    values = _values(told)
    if promotion is None:
        saved = Promotion.objects.create(store=store, created_at=now, by=by, **values)
    else:
        # Whoever redeems at this moment holds the row; the budget is then counted from what is really there.
        saved = Promotion.objects.select_for_update().get(pk=promotion.pk)
        if saved.ended_at is not None:
            raise PromotionEnded("This promotion has ended.", remedy="Set up a new one.")
        figures = figures_of(promotion_ids=[saved.pk])[saved.pk]
        values |= {"uses": figures.uses, "given": figures.given}
        _check_budget(values)
        if saved.currency != values["currency"] and figures.uses:
            raise Invalid("It has been used in another currency.", field="currency")
        for name, value in values.items():
            setattr(saved, name, value)
        saved.save(update_fields=list(values))
    told_event = PromotionSaved(
        promotion=saved.public_id, name=saved.name, discount=saved.discount, percent=str(saved.percent or ""),
        amount=saved.amount, currency=saved.currency, is_new=promotion is None,
    )  # fmt: skip
    _tell(saved, told_event, by, now)
    return saved


@transaction.atomic
def end_promotion(*, promotion: Promotion, by: str, now: datetime) -> None:
    """None of its codes counts any more; what is reserved may still be confirmed. Again is the same."""
    if Promotion.objects.filter(pk=promotion.pk, ended_at=None).update(ended_at=now):
        _tell(promotion, PromotionOver(promotion=promotion.public_id, name=promotion.name), by, now)


def generate_codes(
    *, promotion: Promotion, count: int, by: str, now: datetime, prefix: str = "", batch: str = ""
) -> int:
    """Make `count` single-use codes, ten thousand in a statement and a transaction; answers how many."""
    if not 1 <= count <= MOST_CODES:
        raise Invalid(f"Up to {MOST_CODES:,} codes can be made at once.", field="count")
    start = as_typed(prefix)
    if len(start) > _LONGEST_CODE // 2:
        raise Invalid(f"A prefix has {_LONGEST_CODE // 2} characters at most.", field="prefix")
    made = 0
    while made < count:
        codes = new_promotion_codes(count=min(AT_ONCE, count - made), prefix=start)
        made += add_codes(promotion=promotion, codes=codes, batch=batch, by=by, now=now)
    return made


@transaction.atomic
def add_codes(
    *, promotion: Promotion, codes: Sequence[str], by: str, now: datetime, batch: str = "", limit: int | None = 1
) -> int:
    """Codes of the shop's own; those that are there already are passed over. One statement; answers how many are new."""
    if promotion.ended_at is not None:
        raise PromotionEnded("This promotion has ended.", remedy="Set up a new one.")
    wanted = list(dict.fromkeys(as_typed(one) for one in codes))
    wrong = next((one for one in wanted if not 0 < len(one) <= _LONGEST_CODE), None)
    if wrong is not None:
        raise Invalid(f"A code has 1 to {_LONGEST_CODE} characters; '{wrong[:60]}' has not.", field="codes")
    made = fetch(_MAKE, {
        "store": promotion.store_id, "promotion": promotion.pk, "batch": batch, "limit": limit, "customer": None,
        "expires": None, "now": now, "codes": wanted,
    })  # fmt: skip
    if made:
        told = CodesMade(promotion=promotion.public_id, name=promotion.name, count=len(made), batch=batch)
        _tell(promotion, told, by, now)
    return len(made)


@transaction.atomic
def give_codes(
    *, promotion: Promotion, customer_ids: Sequence[int], batch: str, by: str, now: datetime,
    expires_at: datetime | None = None,
) -> dict[int, str]:  # fmt: skip
    """A code of their own for each of these customers; whoever has one of this batch unused keeps it. Three statements."""
    had = Code.objects.filter(
        good(now), promotion=promotion, batch=batch, customer_id__in=customer_ids, revoked_at=None, uses=0
    )
    codes = dict(had.values_list("customer_id", "code"))
    lacking = sorted(set(customer_ids) - codes.keys())
    if lacking:
        codes |= dict(fetch(_OWN, {
            "store": promotion.store_id, "promotion": promotion.pk, "batch": batch, "customers": lacking,
            "codes": new_promotion_codes(count=len(lacking)), "expires": expires_at, "now": now,
        }))  # fmt: skip
        told = CodesMade(promotion=promotion.public_id, name=promotion.name, count=len(lacking), batch=batch)
        _tell(promotion, told, by, now)
    return codes


@transaction.atomic
def revoke_codes(*, promotion: Promotion, by: str, now: datetime, codes: Sequence[str] = (), batch: str = "") -> int:
    """These codes, or all of a batch, count no more; answers how many did. One statement."""
    if bool(codes) == bool(batch):
        raise Invalid("Say which codes: by themselves, or a batch.", field="codes")
    found = Code.objects.filter(promotion=promotion, revoked_at=None)
    which = found.filter(batch=batch) if batch else found.filter(code__in=[as_typed(one) for one in codes])
    count = which.update(revoked_at=now)
    if count:
        _tell(promotion, CodesRevoked(promotion=promotion.public_id, name=promotion.name, count=count), by, now)
    return count


def _values(told: PromotionIn) -> dict[str, Any]:
    money = {
        name: minor_units(value, told.currency, field=name) if value is not None else None
        for name in ("amount", "minimum", "budget_amount")
        for value in [getattr(told, name)]
    }
    values = told.model_dump(exclude={"amount", "minimum", "budget_amount"}) | money
    is_percent = told.discount == Discount.PERCENT
    if is_percent and told.percent is None:
        raise Invalid("How many percent?", field="percent", remedy="Give percent above 0.")
    if told.discount == Discount.AMOUNT and values["amount"] <= 0:
        raise Invalid("How much is taken off?", field="amount", remedy="Give an amount above zero.")
    if any(value is not None and value < 0 for value in money.values()):
        raise Invalid("Amounts are not below zero.", field="minimum")
    if told.starts_at and told.ends_at and told.ends_at <= told.starts_at:
        raise Invalid("It would end before it begins.", field="ends_at")
    return values | {
        "percent": told.percent if is_percent else None,
        "amount": values["amount"] if told.discount == Discount.AMOUNT else 0,
    }


def _check_budget(values: dict[str, Any]) -> None:
    if values["budget_amount"] is not None and values["budget_amount"] < values["given"]:
        raise Invalid("More than that has been given already.", field="budget_amount")
    if values["budget_uses"] is not None and values["budget_uses"] < values["uses"]:
        raise Invalid("It has been used more often already.", field="budget_uses")


def _tell(promotion: Promotion, event: Event, by: str, now: datetime) -> None:
    record([Fact(event, promotion.store_id, now, actor=by)], now=now)
