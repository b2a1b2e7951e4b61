"""Promotions, their codes, and what there is to say of a basket with some of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b

from django.db.models import Count, Sum

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.customers.queries import customer_by_email, customer_by_public_id, surviving
from aftercare.engagement.credit.codes import as_typed
from aftercare.engagement.credit.models import Code, Promotion, RedeemedCode, Redemption
from aftercare.engagement.credit.policy.quoting import Basket, BasketLine, Offer, Quote, quote
from aftercare.engagement.credit.schemas import BasketIn
from aftercare.engagement.credit.vocabulary import Discount, Stacking
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.kit.money import minor_units
from aftercare.foundation.kit.schema import normal_email


@dataclass(frozen=True, slots=True)
class Figures:
    """How often a promotion was used, and what it gave, reservations included; and its codes."""

    uses: int
    given: int
    codes: int


def promotions_for_list(*, after: str = "", limit: int = 50) -> Page[Promotion]:
    """The latest first. One query."""
    return page(Promotion.objects.all(), by="created_at", after=after, limit=limit)


def promotion_by_public_id(*, public_id: str) -> Promotion:
    """One; raises NotFound."""
    found = Promotion.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(f"There is no promotion '{public_id}'.", field="promotion")
    return found


def figures_of(*, promotion_ids: Sequence[int]) -> dict[int, Figures]:
    """Two queries, for however many."""
    used = RedeemedCode.objects.filter(promotion_id__in=promotion_ids, counts=True).order_by().values("promotion_id")
    uses = {row["promotion_id"]: (row["n"], row["given"]) for row in used.annotate(n=Count("pk"), given=Sum("amount"))}
    made = Code.objects.filter(promotion_id__in=promotion_ids).order_by().values("promotion_id").annotate(n=Count("pk"))
    codes = {row["promotion_id"]: row["n"] for row in made}
    return {key: Figures(*uses.get(key, (0, 0)), codes.get(key, 0)) for key in promotion_ids}


def codes_of(*, promotion: Promotion, words: str = "", after: str = "", limit: int = 50) -> Page[Code]:
    """A promotion's codes, the latest first; or the one that is searched for. One query."""
    found = Code.objects.filter(promotion=promotion)
    return page(found.filter(code=as_typed(words)) if words else found, by="id", after=after, limit=limit)


def redemption_by_public_id(*, public_id: str) -> Redemption:
    """One with its codes; raises NotFound."""
    found = Redemption.objects.filter(public_id=public_id).prefetch_related("codes__code", "codes__promotion").first()
    if found is None:
        raise NotFound(f"There is no redemption '{public_id}'.", field="redemption")
    return found


def buyer_of(told: BasketIn) -> Customer | None:
    """Whose basket it is, where we know them; raises NotFound where an id is given that is nobody's."""
    if told.customer:
        return surviving(customer=customer_by_public_id(public_id=told.customer))
    return customer_by_email(email=told.email) if told.email else None


def redeemer_of(*, customer: Customer | None, email: str | None) -> str:
    """How a person is told from others who use a code: nobody can read an address from it."""
    if customer is not None:
        return f"customer:{customer.pk}"
    return f"mail:{blake2b(normal_email(email).encode(), digest_size=16).hexdigest()}" if email else ""


def basket_of(told: BasketIn, *, redeemer: str) -> Basket:
    """In minor units; raises Invalid naming the field."""
    lines = [
        BasketLine(minor_units(line.amount, told.currency, field=f"lines[{place}].amount"), line.product, line.category)
        for place, line in enumerate(told.lines)
    ]
    shipping = minor_units(told.shipping, told.currency, field="shipping")
    return Basket(told.currency, lines, shipping, told.uses_credit, redeemer)


def offers_of(*, codes: Sequence[Code], typed: Sequence[str], redeemer: str) -> list[Offer | str]:
    """What each typed code offers; as it is where there is none such. One query."""
    by_code = {code.code: code for code in codes}
    used = set(
        RedeemedCode.objects.filter(
            promotion__in=[code.promotion_id for code in codes], redeemer=redeemer, counts=True
        ).values_list("promotion_id", flat=True)
    ) if redeemer else set()  # fmt: skip
    return [
        offer_of(by_code[as_typed(one)], used_before=by_code[as_typed(one)].promotion_id in used)
        if as_typed(one) in by_code else one
        for one in typed
    ]  # fmt: skip


def offer_of(code: Code, *, used_before: bool = False) -> Offer:
    """A code as the policy takes it."""
    terms = code.promotion
    ends = [at for at in (terms.ends_at, code.expires_at) if at is not None]
    budget = terms.budget_amount
    return Offer(
        code.code, terms.pk, Discount(terms.discount), terms.currency, Stacking(terms.stacking),
        percent=terms.percent or Decimal(0), amount=terms.amount, minimum=terms.minimum,
        products=frozenset(terms.products), categories=frozenset(terms.categories),
        once_per_customer=terms.once_per_customer, starts_at=terms.starts_at, ends_at=min(ends, default=None),
        is_ended=terms.ended_at is not None, is_revoked=code.revoked_at is not None,
        owner=f"customer:{code.customer_id}" if code.customer_id else "", used_before=used_before,
        uses_left=_least(
            code.limit - code.uses if code.limit is not None else None,
            terms.budget_uses - terms.uses if terms.budget_uses is not None else None,
        ),
        amount_left=budget - terms.given if budget is not None else None,
    )  # fmt: skip


def quote_of(told: BasketIn, *, now: datetime) -> Quote:
    """What this basket gets, and why some codes do not count; nothing is kept of it. Raises Invalid or NotFound."""
    redeemer = redeemer_of(customer=buyer_of(told), email=told.email)
    wanted = [as_typed(one) for one in told.codes]
    codes = list(Code.objects.filter(code__in=wanted).select_related("promotion"))
    offers = offers_of(codes=codes, typed=told.codes, redeemer=redeemer)
    return quote(basket=basket_of(told, redeemer=redeemer), offers=offers, now=now)


def _least(*numbers: int | None) -> int | None:
    return min((number for number in numbers if number is not None), default=None)


def promotion_of_store(*, store_id: int, public_id: str) -> Promotion | None:
    """A store's promotion that has not ended, for whoever works across stores."""
    return Promotion.objects.filter(store_id=store_id, public_id=public_id, ended_at=None).first()
