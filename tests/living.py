"""A store in which something has happened in every room, and the ids by which programs would ask for it."""

from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from anymail.inbound import AnymailInboundMessage  # type: ignore[import-untyped]
from django.db import transaction

from aftercare.care.incidents.actions import open_incident
from aftercare.care.incidents.models import MassIncident
from aftercare.care.incidents.vocabulary import IncidentKind
from aftercare.care.protection.actions import Statement, change_plans, open_claim
from aftercare.care.protection.schemas import LostIn, PlanIn
from aftercare.care.protection.vocabulary import ClaimKind
from aftercare.care.refunds.actions.asking import NewRefund, ask_refund
from aftercare.care.staff_tasks.actions import NewTask, open_tasks
from aftercare.commerce.catalog.api.examples import PRODUCT
from aftercare.commerce.catalog.models import Product
from aftercare.commerce.customers.api.examples import CUSTOMER
from aftercare.commerce.customers.models import Customer
from aftercare.commerce.health.actions import judge_parcels
from aftercare.commerce.orders.api.examples import ORDER
from aftercare.commerce.orders.events import OrderPlaced
from aftercare.commerce.orders.models import Order
from aftercare.commerce.shipments.actions import connect_carrier
from aftercare.commerce.shipments.api.examples import SHIPMENT, TRACKING
from aftercare.commerce.shipments.models import Shipment
from aftercare.engagement.credit.actions import (
    add_codes,
    grant_credit,
    issue_card,
    reserve_codes,
    save_promotion,
    spend_credit,
)
from aftercare.engagement.credit.origins import Origin
from aftercare.engagement.credit.schemas import BasketIn, PromotionIn
from aftercare.engagement.journeys.actions.dry_runs import begin_dry_run, stop_dry_run
from aftercare.engagement.journeys.models import Version
from aftercare.engagement.messaging.actions.arriving import take_mail
from aftercare.engagement.messaging.actions.connections import connect_provider, send_by_relay
from aftercare.engagement.messaging.actions.hearing import take_news
from aftercare.engagement.messaging.actions.hold import HoldRequest, place_holds
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.providers.receiving import Arrived, News
from aftercare.engagement.messaging.reputation import NewsKind
from aftercare.engagement.messaging.reputation import Severity as NewsSeverity
from aftercare.engagement.notices.actions import publish_notice, write_notice
from aftercare.engagement.notices.schemas import NoticeIn
from aftercare.engagement.notices.vocabulary import Severity
from aftercare.engagement.ownership.actions import schedule_service
from aftercare.engagement.ownership.models import Service
from aftercare.engagement.ownership.schemas import ScheduleIn
from aftercare.engagement.ownership.vocabulary import Unit
from aftercare.engagement.segments.actions import create_segment, put_on_list
from aftercare.engagement.segments.definition import EVERYBODY
from aftercare.foundation.kit.money import Money
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from aftercare.foundation.webhooks.actions import add_endpoint, send_test
from tests.calling import Caller, caller_for
from tests.commerce.platforms.shops import connect, push, shopify_order
from tests.engagement.journeys.cast import happen, publish, travel
from tests.engagement.messaging.cast import request_for, with_templates
from tests.factories import make_order

WAIT = {"id": "wait", "kind": "wait", "config": {"hours": 1}}
SEND = {"id": "send", "kind": "send", "config": {"message": "order_confirmed"}}
_MAIL = b"From: Sam <sam@example.com>\r\nTo: hello@juniper.example\r\nSubject: When?\r\n\r\nWhen will it come?"

_SIMULATED = {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "seed": 7}
Ids = dict[str, list[str]]


def live_a_little(store: Store, now: datetime) -> Ids:
    """Let things happen in the store; answers ids by the name of the parameter that takes them."""
    program = caller_for(store)
    _tell(program)
    push(connect(store), "orders/create", shopify_order())
    with store_scope(store.pk):
        with_templates(store, now)
        judge_parcels(ids=[shipment.pk for shipment in Shipment.objects.all()], now=now)
        order = Order.objects.select_related("customer").get(external_id="1042")
        for steps in ([WAIT, SEND], [SEND]):
            publish(store, now, *steps)
        happen(OrderPlaced(order.number, 9390, "EUR", 1), order=order, at=now)
        travel(now)
        with transaction.atomic():
            request_messages(requests=[request_for(order, now)], now=now)
        _hear(store, now)
        visit = {"id": "v", "kind": "service_visit", "scheduled_from": "2026-12-01T08:00:00Z"}
        make_order(store, id="1041", number="#1041", placed_at="2026-10-01T09:30:00Z", fulfilments=[visit])
        for carrier, settings in (("simulated", _SIMULATED), ("easypost", {"secret": "a word of ours"})):
            connect_carrier(store_id=store.pk, carrier_key=carrier, settings=settings, now=now)
        open_incident(order=order, kind=IncidentKind.LATE, by="test", now=now)
        MassIncident.objects.create(store=store, carrier="parcel_post", carrier_name="Parcel Post", opened_at=now)
        _claim(store, now)
        _dry_run(store, now)
        create_segment(store=store, name="Everybody", definition=EVERYBODY, by="test", now=now)
        chosen = create_segment(store=store, name="Chosen", definition=None, by="test", now=now)
        put_on_list(segment=chosen, customer_ids=[order.customer_id or 0], now=now)
        hold = HoldRequest(store.pk, order.customer_id or 0, "ticket-1", "A complaint", now + timedelta(days=1))
        place_holds(placed_by="api", holds=[hold], now=now)
        _own(store, order, now)
        _give_task(store, order, now)
        for key, is_confirmed in (("paid", True), ("asked", False)):
            wanted = NewRefund(key, Money(100, order.currency), "A scratch")
            ask_refund(order=order, wanted=wanted, is_confirmed=is_confirmed, by="test", now=now)
        endpoint, _secret = add_endpoint(
            store=store, url="https://localhost/aftercare", types=[], description="Warehouse", by="test", now=now
        )
        send_test(endpoint=endpoint, now=now)
        provider = {"server_token": "a-server-token"}
        connect_provider(store_id=store.pk, provider="postmark", settings=provider, by="test", now=now)
        send_by_relay(store_id=store.pk, by="test", now=now)
        credit = _credit(store, order, now)
    return _ids(program) | credit


def _dry_run(store: Store, now: datetime) -> None:
    version = Version.objects.select_related("journey").filter(is_live=True)[0]
    since = now - timedelta(days=7)
    run = begin_dry_run(journey=version.journey, version=version, since=since, until=now, by="test", now=now)
    stop_dry_run(run=run, now=now)


def _claim(store: Store, now: datetime) -> None:
    """As soon as a day of silence allows it."""
    lost = LostIn(domestic_days=1, abroad_days=1, past_promise_days=1, within_days=365)
    change_plans(store=store, plans=[PlanIn(key="quick", name="Quick", lost=lost)], by="test", now=now)
    parcel = Shipment.objects.select_related("order").get(external_id="P-1042")
    statement = Statement(ClaimKind.LOST, "It never came")
    at = (parcel.last_scan_at or now) + timedelta(days=2)
    open_claim(store=store, order=parcel.order, shipment=parcel, statement=statement, by="customer", now=at)


def _give_task(store: Store, order: Order, now: datetime) -> None:
    task = NewTask("ring", "Ring them up", now + timedelta(days=1), order_id=order.pk, customer_id=order.customer_id)
    open_tasks(store_id=store.pk, tasks=[task], by="test", now=now)


def _own(store: Store, order: Order, now: datetime) -> None:
    """Something to look after, and something to know."""
    product = Product.objects.order_by("pk")[0]
    descale = ScheduleIn(title="Descale it", every=30, unit=Unit.DAYS, product=product.public_id)
    schedule = schedule_service(store=store, told=descale, by="test", now=now)
    Service.objects.create(store=store, schedule=schedule, order=order, line=order.lines.all()[0], next_at=now)
    told = NoticeIn(severity=Severity.RECALL, title="It breaks", text="Stop using it.", product=product.public_id)
    publish_notice(notice=write_notice(store=store, told=told, by="test", now=now), by="test", now=now)


def _credit(store: Store, order: Order, now: datetime) -> Ids:
    """Something to spend, a card, and a code."""
    money = Money(9000, "EUR")
    told: dict[str, Any] = {"by": "test", "now": now}
    grants, spendings = [], []
    for customer in Customer.objects.filter(merged_into=None):
        grants.append(grant_credit(
            customer=customer, amount=money, kind=Origin.GOODWILL, reason="Late", key=f"g{customer.pk}", **told
        ))  # fmt: skip
        spendings.append(spend_credit(customer=customer, amount=Money(2000, "EUR"), key=f"s{customer.pk}", **told))
    card, code = issue_card(store=store, amount=money, key="card", order=order, **told)
    terms = PromotionIn.model_validate(
        {"name": "Winter", "discount": "percent", "percent": "10", "currency": "EUR", "once_per_customer": False}
    )
    promotion = save_promotion(store=store, told=terms, **told)
    add_codes(promotion=promotion, codes=["WINTER10"], limit=None, **told)
    basket = BasketIn.model_validate({"codes": ["WINTER10"], "currency": "EUR", "lines": [{"amount": "10"}]})
    redemption = reserve_codes(store=store, told=basket, key="r", hold_for=timedelta(hours=1), **told)
    return {
        "grant": [one.public_id for one in grants], "spending": [one.public_id for one in spendings],
        "card": [card.public_id], "gift_code": [code], "promotion": [promotion.public_id],
        "redemption": [redemption.public_id],
    }  # fmt: skip


def _tell(program: Caller) -> None:
    for room, thing in (("customers", CUSTOMER), ("products", PRODUCT), ("orders", ORDER), ("shipments", SHIPMENT)):
        assert program.put(f"/{room}/from/shop/{thing['id']}", thing).status == 201, room
    program.put("/customers/from/shop/78", {"id": "78", "name": "Ada Unger", "email": "ada@example.com"})
    assert program.post("/tracking", TRACKING).body["scans"] == 1
    guide = {"kind": "how_to", "title": "Waxing", "body": "1. Sand it."}
    assert program.put("/guides/waxing/en", guide).status == 200


def _hear(store: Store, now: datetime) -> None:
    message = Message.objects.order_by("pk")[0]
    bounced = News(
        "n",
        NewsKind.BOUNCED,
        now,
        message.recipient,
        "",
        message.public_id,
        NewsSeverity.HARD,
        "bounced",
        "550 no such user",
    )
    take_news(store_id=store.pk, connection=None, news=[bounced], now=now + timedelta(minutes=1))
    arrived = Arrived("m", AnymailInboundMessage.parse_raw_mime_bytes(_MAIL), "", "")
    take_mail(store_id=store.pk, connection=None, arrived=[arrived], now=now)


def _ids(program: Caller) -> Ids:
    def listed(path: str) -> list[str]:
        found = [one["id"] for one in program.get(path).body["items"]]
        assert found, path
        return found

    def maybe(path: str) -> list[str]:
        return [one["id"] for one in program.get(path).body["items"]]

    journeys = listed("/journeys")
    orders = listed("/orders")
    ownerships = [program.get(f"/orders/{order}/ownership").body for order in orders]
    services = [one["id"] for ownership in ownerships for one in ownership["services"]]
    templates = program.get("/templates").body["items"]
    segments = program.get("/segments").body["items"]
    return {
        "source": ["shop"],
        "external_id": ["1042", "77", "filter-jug", "P-1042"],
        "order": orders,
        "customer": listed("/customers"),
        "product": listed("/products"),
        "shipment": listed("/shipments"),
        "visit": listed("/visits"),
        "incident": listed("/incidents"),
        "mass_incident": listed("/mass-incidents"),
        "claim": listed("/claims"),
        "message": listed("/messages"),
        "mail": listed("/mails"),
        "segment": [one["id"] for one in segments if one["kind"] == "rules"],
        "list_id": [one["id"] for one in segments if one["kind"] == "list"],
        "journey": journeys,
        "enrolment": list(chain(*(listed(f"/journeys/{journey}/enrolments") for journey in journeys))),
        "dry_run": list(chain(*(maybe(f"/journeys/{journey}/dry-runs") for journey in journeys))),
        "endpoint": listed("/webhooks"),
        "call": listed("/webhooks/calls"),
        "connection": listed("/connections"),
        "delivery": listed("/deliveries"),
        "channel_connection": listed("/channel-connections"),
        "carrier": ["easypost", "simulated"],
        "key": [one["key"] for one in templates],
        "locale": ["en"],
        "schedule": listed("/schedules"),
        "service": services,
        "notice": listed("/notices"),
        "task": listed("/staff-tasks"),
        "refund": listed("/refunds"),
        "slug": ["waxing"],
        "number": ["1"],
    }
