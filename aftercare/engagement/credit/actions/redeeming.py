"""Redeeming codes: reserve, confirm, cancel. No budget is exceeded and no code used twice, however many come at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from aftercare.commerce.orders.models import Order
from aftercare.engagement.credit.actions.posting import Draft, Line, digest_of, once, other_sides, post
from aftercare.engagement.credit.codes import as_typed
from aftercare.engagement.credit.errors import CodeRefused, KeyTaken, RedemptionOver
from aftercare.engagement.credit.events import CodeCancelled, CodeRedeemed
from aftercare.engagement.credit.models import Code, Promotion, RedeemedCode, Redemption
from aftercare.engagement.credit.origins import EntryKind
from aftercare.engagement.credit.policy.quoting import Answer, Quote, Why, quote
from aftercare.engagement.credit.queries.promotions import basket_of, buyer_of, offers_of, redeemer_of
from aftercare.engagement.credit.schemas import BasketIn
from aftercare.engagement.credit.vocabulary import AccountKind, RedemptionState
from aftercare.engagement.credit.wording import sentence_of
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import across_stores

BATCH = 500
LONGEST_HOLD = timedelta(days=7)
# Whoever gives a promotion a budget waits for those who redeem it without one, and the other way round.
_UNBUDGETED = """
    SELECT id FROM credit_promotion WHERE id = ANY(%s) AND budget_amount IS NULL AND budget_uses IS NULL
    ORDER BY id FOR KEY SHARE
"""
_USE = """
    UPDATE credit_promotion AS p SET uses = p.uses + v.uses, given = p.given + v.given
    FROM unnest(%s::bigint[], %s::int[], %s::bigint[]) AS v(id, uses, given)
    WHERE p.id = v.id AND (p.budget_amount IS NOT NULL OR p.budget_uses IS NOT NULL) RETURNING p.id
"""
_USE_CODES = """
    UPDATE credit_code AS c SET uses = c.uses + v.uses FROM unnest(%s::bigint[], %s::int[]) AS v(id, uses)
    WHERE c.id = v.id RETURNING c.id
"""


@transaction.atomic
def reserve_codes(
    *, store: Store, told: BasketIn, key: str, hold_for: timedelta, by: str, now: datetime, reference: str = "",
    order: Order | None = None,
) -> Redemption:  # fmt: skip
    """Keep all these codes for a basket; the same key again answers the same redemption.

    Raises CodeRefused, with a sentence for the shopper, where one of them does not count; Invalid, NotFound or KeyTaken.
    """
    if not timedelta() < hold_for <= LONGEST_HOLD:
        raise Invalid("Codes can be kept for up to a week.", field="hold_minutes")
    digest = digest_of(told.model_dump(mode="json"), reference, order.pk if order else None)
    known = Redemption.objects.filter(key=key).first()
    if known is not None:
        if known.digest != digest:
            raise KeyTaken
        return known
    buyer = buyer_of(told)
    redeemer = redeemer_of(customer=buyer, email=told.email)
    codes = _locked_codes(told.codes)
    offers = offers_of(codes=codes, typed=told.codes, redeemer=redeemer)
    given = quote(basket=basket_of(told, redeemer=redeemer), offers=offers, now=now)
    _refuse(given, store, told.currency)
    with once():
        redemption = Redemption.objects.create(
            store=store, state=RedemptionState.RESERVED, customer=buyer, order=order, reference=reference,
            currency=told.currency, key=key, digest=digest, by=by, created_at=now, expires_at=now + hold_for,
        )  # fmt: skip
    used = _used(redemption, codes, given, redeemer)
    try:
        with transaction.atomic():
            RedeemedCode.objects.bulk_create(used)
    except IntegrityError as error:
        if "credit_once_per_customer" not in str(error):
            raise
        # Another basket of theirs was quicker by a moment.
        _refuse(Quote([Answer(used[0].code.code, why=Why.USED_BEFORE)]), store, told.currency)
    _count(used, 1)
    return redemption


@transaction.atomic
def confirm_redemption(*, redemption: Redemption, by: str, now: datetime, order: Order | None = None) -> Redemption:
    """The order was placed; again is the same. Raises RedemptionOver where it was cancelled."""
    held = _locked(redemption)
    if held.state == RedemptionState.CONFIRMED:
        return held
    if held.state == RedemptionState.CANCELLED:
        raise RedemptionOver("It was cancelled, or kept too long ago.", remedy="Reserve the codes again.")
    held.state, held.settled_at, held.order = RedemptionState.CONFIRMED, now, order or held.order
    held.save(update_fields=["state", "settled_at", "order"])
    used = _codes_of([held])
    _post(used, EntryKind.DISCOUNTED, by, now)
    _tell(used, CodeRedeemed, by, now)
    return held


@transaction.atomic
def cancel_redemption(*, redemption: Redemption, by: str, now: datetime) -> Redemption:
    """The codes may be used again, and the budget has it back; again is the same."""
    held = _locked(redemption)
    if held.state == RedemptionState.CANCELLED:
        return held
    used = _codes_of([held])
    if held.state == RedemptionState.CONFIRMED:
        _post(used, EntryKind.UNDISCOUNTED, by, now)
        _tell(used, CodeCancelled, by, now)
    _cancel([held], used, now)
    held.state = RedemptionState.CANCELLED
    return held


@across_stores("time passes in every store")
@transaction.atomic
def cancel_due(now: datetime, *, limit: int = BATCH) -> int:
    """Let go of one batch of codes that were kept and never confirmed; answers how many redemptions."""
    due = list(
        Redemption.objects.filter(state=RedemptionState.RESERVED, expires_at__lte=now)
        .order_by("expires_at")[:limit].select_for_update(skip_locked=True, no_key=True)
    )  # fmt: skip
    if due:
        _cancel(due, _codes_of(due), now)
    return len(due)


def _refuse(given: Quote, store: Store, currency: str) -> None:
    refused = given.refused
    if refused is not None:
        raise CodeRefused(sentence_of(refused, currency=currency, locale=store.locale), field="codes")


def _locked_codes(typed: Sequence[str]) -> list[Code]:
    """Promotions with a budget first, then codes, always in the same order."""
    wanted = {as_typed(one) for one in typed}
    promotions = set(Code.objects.filter(code__in=wanted).values_list("promotion_id", flat=True))
    free = {row[0] for row in fetch(_UNBUDGETED, [list(promotions)])}
    list(Promotion.objects.filter(pk__in=promotions - free).order_by("pk").select_for_update(no_key=True))
    found = Code.objects.filter(code__in=wanted).select_related("promotion").order_by("pk")
    return list(found.select_for_update(no_key=True, of=("self",)))


def _used(redemption: Redemption, codes: Sequence[Code], given: Quote, redeemer: str) -> list[RedeemedCode]:
    by_code = {code.code: code for code in codes}
    return [
        RedeemedCode(
            store_id=redemption.store_id, redemption=redemption, code=code, promotion=code.promotion,
            amount=answer.amount, redeemer=redeemer if code.promotion.once_per_customer else "",
        )
        for answer in given.answers
        for code in [by_code[answer.code]]
    ]  # fmt: skip


def _count(used: Iterable[RedeemedCode], sign: int) -> None:
    """Uses of codes and budgets, up or down. Promotions without a budget are counted when somebody asks."""
    codes: dict[int, int] = defaultdict(int)
    uses: dict[int, int] = defaultdict(int)
    given: dict[int, int] = defaultdict(int)
    for one in used:
        codes[one.code_id] += sign
        uses[one.promotion_id] += sign
        given[one.promotion_id] += sign * one.amount
    fetch(_USE_CODES, [list(codes), list(codes.values())])
    fetch(_USE, [list(uses), list(uses.values()), list(given.values())])


def _cancel(due: Sequence[Redemption], used: Sequence[RedeemedCode], now: datetime) -> None:
    list(
        Promotion.objects.filter(pk__in={one.promotion_id for one in used}).order_by("pk")
        .select_for_update(no_key=True)
    )  # fmt: skip
    list(Code.objects.filter(pk__in={one.code_id for one in used}).order_by("pk").select_for_update(no_key=True))
    Redemption.objects.filter(pk__in=[one.pk for one in due]).update(state=RedemptionState.CANCELLED, settled_at=now)
    RedeemedCode.objects.filter(pk__in=[one.pk for one in used]).update(counts=False)
    _count(used, -1)


def _locked(redemption: Redemption) -> Redemption:
    return Redemption.objects.select_for_update(no_key=True).get(pk=redemption.pk)


def _codes_of(redemptions: Sequence[Redemption]) -> list[RedeemedCode]:
    found = RedeemedCode.objects.filter(redemption__in=redemptions).select_related("redemption", "promotion", "code")
    return list(found.order_by("pk"))


def _post(used: Sequence[RedeemedCode], kind: EntryKind, by: str, now: datetime) -> None:
    """What codes gave, on the ledger: out of the promotions' budget, or back into it."""
    sign = 1 if kind == EntryKind.DISCOUNTED else -1
    drafts = []
    for one in used:
        if one.amount:
            held = one.redemption
            sides = other_sides(
                store_id=held.store_id, currency=held.currency,
                kinds=[AccountKind.PROMOTION_BUDGET, AccountKind.DISCOUNTS],
            )  # fmt: skip
            amount = sign * one.amount
            lines = [
                Line(sides[AccountKind.PROMOTION_BUDGET], -amount), Line(sides[AccountKind.DISCOUNTS], amount)
            ]  # fmt: skip
            drafts.append(Draft(
                held.store_id, kind, f"{held.public_id}:{one.pk}:{kind.value}", held.currency, lines,
                reason=one.promotion.name, customer_id=held.customer_id, order_id=held.order_id,
                data={"promotion": one.promotion.public_id, "redemption": held.public_id},
            ))  # fmt: skip
    post(drafts, by=by, now=now)


def _tell(
    used: Sequence[RedeemedCode], event: type[CodeRedeemed] | type[CodeCancelled], by: str, now: datetime
) -> None:
    record([
        Fact(
            event(
                promotion=one.promotion.public_id, name=one.promotion.name, code=one.code.code,
                redemption=one.redemption.public_id, amount=one.amount, currency=one.redemption.currency,
                reference=one.redemption.reference,
            ),
            one.store_id, now, customer_id=one.redemption.customer_id, order_id=one.redemption.order_id, actor=by,
        )
        for one in used
    ], now=now)  # fmt: skip
