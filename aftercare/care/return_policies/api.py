"""The API of return policies: read, draft, publish; and what may be returned of an order, under which version, and why."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from ninja import Router
from ninja.responses import Status
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from aftercare.care.return_policies.actions import change_draft, publish_draft
from aftercare.care.return_policies.checking import problems_of
from aftercare.care.return_policies.errors import Unknown
from aftercare.care.return_policies.explaining import rule_in_words, trace_in_words
from aftercare.care.return_policies.models import PolicyVersion
from aftercare.care.return_policies.policy.facts import RequestFacts
from aftercare.care.return_policies.policy.rules import NO_RULES
from aftercare.care.return_policies.policy.verdicts import Offer
from aftercare.care.return_policies.queries import (
    Judged,
    draft_policy,
    judge_orders,
    latest_version,
    line_ids_of,
    versions_listed,
)
from aftercare.care.return_policies.reading import kept_policy, read_policy, stored
from aftercare.care.return_policies.starters import starter
from aftercare.care.return_policies.vocabulary import Blame, ItemState, Method, Outcome, Processing
from aftercare.care.return_policies.wording import refusal_in_words, why_not
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.kit.money import Money
from aftercare.foundation.kit.schema import Free, Key, Text
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import example_body

router = Router(tags=["Return policy"])
_begun = starter("opened_hygiene")
assert _begun is not None, "it comes with us"
EXAMPLE: dict[str, Any] = stored(_begun.policy)
# Said in full, for other rooms have enumerations of these names.
_Outcome = Annotated[Outcome, WithJsonSchema({"type": "string", "enum": Outcome.values})]
_Method = Annotated[Method, WithJsonSchema({"type": "string", "enum": Method.values})]
_Processing = Annotated[Processing, WithJsonSchema({"type": "string", "enum": Processing.values})]
_State = Annotated[ItemState, WithJsonSchema({"type": "string", "enum": ItemState.values})]
_Blame = Annotated[Blame, WithJsonSchema({"type": "string", "enum": Blame.values})]
_Policy = Annotated[
    Free,
    Field(
        examples=[EXAMPLE],
        description="`rules`, each with a `name`, conditions in `when` (groups as segments have them) and effects in `then`.",
    ),
]
Revision = Annotated[
    int, Field(ge=0, le=2**31 - 1, description="The revision you read; 0 where there was no draft.", examples=[0])
]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ReturnDraftIn(_In):
    """All rules, in the order of their say."""

    policy: _Policy
    revision: Revision


class ReturnPublishIn(_In):
    """Which revision is meant, and why it was made."""

    revision: Revision
    note: Annotated[Text, Field(max_length=300, examples=["Thirty days instead of fourteen"])] = ""


class ReturnPolicyOut(BaseModel):
    """What is in force, or was."""

    version: Annotated[int, Field(description="0 where nothing was ever published.")]
    since: datetime | None
    by: str
    note: str
    policy: Annotated[dict[str, Any], Field(examples=[EXAMPLE])]
    sentences: Annotated[list[str], Field(description="The rules as people read them.")]


class ReturnProblemOut(BaseModel):
    """What is wrong with a draft; what blocks keeps it from being published."""

    rule: Annotated[int | None, Field(description="Its place among the rules, from 0.")]
    sentence: str
    blocks: bool


class ReturnDraftOut(BaseModel):
    """The draft; revision 0 and what is in force where there is none."""

    revision: int
    policy: Annotated[dict[str, Any], Field(examples=[EXAMPLE])]
    sentences: list[str]
    problems: list[ReturnProblemOut]


class ReturnVersionsOut(BaseModel):
    """Every version, the latest first."""

    items: list[ReturnPolicyOut]


class ReturnLineIn(_In):
    """What goes back of a line, and what the shopper says of it."""

    line: Annotated[Key, Field(description="The line's id, as you told it.", examples=["1"])]
    quantity: Annotated[int, Field(ge=1, le=1_000_000, examples=[1])] = 1
    reasons: Annotated[
        tuple[Key, ...],
        Field(max_length=10, description="From the root of the tree of reasons down.", examples=[["fit", "too-small"]]),
    ] = ()
    state: _State = ItemState.UNOPENED
    blame: _Blame = Blame.SHOPPER
    photos: Annotated[int, Field(ge=0, le=100)] = 0


class EvaluateIn(_In):
    """An order by our id. Lines that are not named are judged as all of it, unopened, at the shopper's own wish."""

    order: Annotated[Key, Field(examples=["ord_2k8w5n0c7x3q9v1m"])]
    lines: Annotated[tuple[ReturnLineIn, ...], Field(max_length=200)] = ()


class WayOut(BaseModel):
    """One way back."""

    method: _Method
    fee: Annotated[str, Field(examples=["4.95"])]
    net: Annotated[str, Field(description="What is left of the amount.", examples=["15.05"])]


class OfferOut(BaseModel):
    """One outcome: whether it is offered, until when, how, for how much; and why not."""

    outcome: _Outcome
    is_open: bool
    why_not: str
    until: datetime | None
    amount: Annotated[str, Field(examples=["20.00"])]
    restocking: Annotated[str, Field(examples=["0.00"])]
    bonus: Annotated[str, Field(examples=["2.00"])]
    processing: _Processing
    ways: list[WayOut]


class LineVerdictOut(BaseModel):
    """One line. The version is that of the day of the order or the latest, whichever is better for the shopper."""

    line: str
    title: str
    quantity: int
    version: int
    is_returnable: bool
    why_not: str
    needs_review: bool
    photos: int
    refunds_shipping: bool
    can_withdraw: Annotated[bool, Field(description="By law, whatever the rules say.")]
    withdraw_until: datetime | None
    offers: list[OfferOut]
    trace: Annotated[list[str], Field(description="How it came about, step by step.")]


class EvaluatedOut(BaseModel):
    """All lines of the order."""

    order: str
    currency: str
    lines: list[LineVerdictOut]


@router.get("/return-policy", response=ReturnPolicyOut)
@api_edge(Permission.ORDERS_READ)
def read_return_policy(request: ApiRequest) -> ReturnPolicyOut:
    """What is in force."""
    found = latest_version()
    return _version_out(found) if found else ReturnPolicyOut(
        version=0, since=None, by="", note="", policy=stored(NO_RULES), sentences=[]
    )  # fmt: skip


@router.get("/return-policy/versions", response=ReturnVersionsOut)
@api_edge(Permission.ORDERS_READ)
def list_return_policy_versions(request: ApiRequest) -> ReturnVersionsOut:
    """What was in force, and since when."""
    return ReturnVersionsOut(items=[_version_out(one) for one in versions_listed()])


@router.get("/return-policy/draft", response=ReturnDraftOut)
@api_edge(Permission.ORDERS_READ)
def read_return_policy_draft(request: ApiRequest) -> ReturnDraftOut:
    """What is to be published next, with what is wrong with it."""
    return _draft_out(request.store)


@router.put(
    "/return-policy/draft", response=ReturnDraftOut, openapi_extra=example_body({"policy": EXAMPLE, "revision": 0})
)
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def replace_return_policy_draft(request: ApiRequest, body: ReturnDraftIn) -> ReturnDraftOut:
    """Change what is to be published next. Refused with `draft_changed` where somebody else was first."""
    policy = read_policy(body.policy, within="policy")
    change_draft(store=request.store, policy=policy, revision=body.revision, by=request.who, now=clock.now())
    return _draft_out(request.store)


@router.post(
    "/return-policy/draft/publish", response={201: ReturnPolicyOut},
    openapi_extra=example_body({"revision": 1, "note": "Thirty days instead of fourteen"}),
)  # fmt: skip
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def publish_return_policy(request: ApiRequest, body: ReturnPublishIn) -> Any:
    """Put the draft in force. Orders of before keep the version of their day, where it is better for the shopper."""
    made = publish_draft(store=request.store, revision=body.revision, note=body.note, by=request.who, now=clock.now())
    return Status(201, _version_out(made))


@router.post("/return-policy/evaluate", response=EvaluatedOut, openapi_extra=example_body({"order": "1042"}))
@api_edge(Permission.ORDERS_READ)
def evaluate_return(request: ApiRequest, body: EvaluateIn) -> EvaluatedOut:
    """What may be returned of an order now, until when, how, for how much; and why not. Nothing is kept."""
    try:
        order = order_by_public_id(public_id=body.order)
    except NotFound as refusal:
        raise Unknown(refusal.sentence, field="order", remedy="Send our id of an order.") from None
    now, keys = clock.now(), _keys(order.pk)
    requests = {}
    for place, one in enumerate(body.lines):
        if one.line not in keys:
            raise Unknown(f"The order has no line '{one.line}'.", field=f"lines[{place}].line", remedy=_known(keys))
        requests[keys[one.line]] = RequestFacts(one.quantity, one.reasons, one.state, one.blame, one.photos)
    judged = judge_orders(order_ids=[order.pk], store=request.store, now=now, requests=requests).get(order.pk, [])
    names = {key: line for line, key in keys.items()}
    zone = ZoneInfo(request.store.time_zone)
    return EvaluatedOut(
        order=order.public_id, currency=order.currency,
        lines=[_line_out(one, names.get(one.verdict.line, one.verdict.line), zone, now) for one in judged],
    )  # fmt: skip


def _keys(order_id: int) -> dict[str, str]:
    """What the engine calls each line, by the shop's id of it."""
    return {external: str(pk) for pk, external in line_ids_of(order_id=order_id)}


def _known(keys: Mapping[str, str]) -> str:
    return f"Its lines are: {', '.join(keys)}."


def _version_out(version: PolicyVersion) -> ReturnPolicyOut:
    policy = kept_policy(version.policy)
    return ReturnPolicyOut(
        version=version.number, since=version.since, by=version.by, note=version.note, policy=version.policy,
        sentences=[rule_in_words(rule) for rule in policy.rules],
    )  # fmt: skip


def _draft_out(store: Store) -> ReturnDraftOut:
    policy, revision = draft_policy()
    problems = problems_of(policy, country=store.country, currency=store.currency)
    return ReturnDraftOut(
        revision=revision, policy=stored(policy), sentences=[rule_in_words(rule) for rule in policy.rules],
        problems=[ReturnProblemOut(rule=one.rule, sentence=one.sentence, blocks=one.blocks) for one in problems],
    )  # fmt: skip


def _line_out(judged: Judged, line: str, zone: ZoneInfo, now: datetime) -> LineVerdictOut:
    verdict, policy = judged.verdict, judged.policy.written
    right = verdict.withdrawal
    return LineVerdictOut(
        line=line, title=judged.gathered.title, quantity=verdict.quantity, version=verdict.version,
        is_returnable=verdict.is_returnable,
        why_not=why_not(verdict, policy=policy, facts=judged.facts, zone=zone, now=now),
        needs_review=verdict.needs_review, photos=verdict.photos, refunds_shipping=verdict.refunds_shipping,
        can_withdraw=right is not None and right.is_open, withdraw_until=right.until if right else None,
        offers=[_offer_out(one, judged, zone, now) for one in verdict.offers],
        trace=trace_in_words(verdict.trace, zone=zone, now=now),
    )  # fmt: skip


def _offer_out(offer: Offer, judged: Judged, zone: ZoneInfo, now: datetime) -> OfferOut:
    def amount(minor: int) -> str:
        return str(Money(minor, judged.verdict.currency).decimal())

    words = "" if offer.refused is None else refusal_in_words(
        offer.refused, policy=judged.policy.written, facts=judged.facts, zone=zone, now=now
    )  # fmt: skip
    return OfferOut(
        outcome=offer.outcome, is_open=offer.is_open, why_not=words, until=offer.until, amount=amount(offer.amount),
        restocking=amount(offer.restocking), bonus=amount(offer.bonus), processing=offer.processing,
        ways=[WayOut(method=way.method, fee=amount(way.fee), net=amount(way.net)) for way in offer.ways],
    )  # fmt: skip
