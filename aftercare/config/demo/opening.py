"""Opening the demo shop: the store, who works there, what it sells, and what it can tell about it."""

from datetime import datetime, timedelta
from decimal import Decimal

from aftercare.care.protection.actions import change_rules
from aftercare.care.protection.schemas import RuleIn
from aftercare.care.protection.vocabulary import Destination, Wanted
from aftercare.care.return_policies.actions import change_draft, publish_draft
from aftercare.care.return_policies.starters import starter
from aftercare.commerce.catalog.actions import record_products
from aftercare.commerce.catalog.models import Product
from aftercare.commerce.shipments.actions import connect_carrier
from aftercare.config.demo.audiences import make_audiences
from aftercare.config.demo.owners import make_schedules
from aftercare.config.demo_shop.files import read_guides, read_logo, read_products
from aftercare.config.prepare import equip_store
from aftercare.engagement.content.actions import write_guide
from aftercare.engagement.content.schemas import GuideIn
from aftercare.foundation.staff.actions import add_staff
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.actions import open_store
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope

SLUG = "juniper"
SOURCE = "demo"
PASSWORD = "a walk in the woods"  # noqa: S105 -- the demo's, printed on its first page
STAFF = (
    ("olga@juniper.example", "Olga Brandt", Role.OWNER),
    ("arne@juniper.example", "Arne Lund", Role.AGENT),
    ("mina@juniper.example", "Mina Saleh", Role.MARKETER),
)
_SIMULATED = {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "seed": 7}
_RULES = (
    RuleIn(wants=Wanted.SIGNATURE, at_least=Decimal(200), currency="EUR"),
    RuleIn(wants=Wanted.INSURANCE, at_least=Decimal(300), currency="EUR"),
    RuleIn(wants=Wanted.INSURANCE, at_least=Decimal(200), currency="EUR", destination=Destination.ABROAD),
    RuleIn(wants=Wanted.IN_PERSON, at_least=Decimal(500), currency="EUR", destination=Destination.DOMESTIC),
)
# Orders of the first hours were placed under them too.
_RULES_HELD_FOR = timedelta(days=15)
# One of the carrier's sorting centres stands still when the demo begins, and goes on while one watches.
_SILENT_HUB, _SILENT_SINCE, _SILENT_FOR = "Köln", timedelta(days=5), timedelta(hours=8)


def open_demo_shop(*, now: datetime, watched_from: datetime) -> Store:
    """Juniper & Oak, ready to sell; answers the store there is, if it was opened before.

    `watched_from` is when its history has been told, and somebody begins to look.
    """
    known = Store.objects.filter(slug=SLUG).first()
    if known is not None:
        return known
    store = open_store(
        slug=SLUG, name="Juniper & Oak", now=now, locale="en", currency="EUR", time_zone="Europe/Berlin", country="DE",
        region="SN", brand_color="#3f5d4b", logo=read_logo(), support_email="hello@juniper.example",
        sender_email="hello@juniper.example", postal_address="Juniper & Oak, Karl-Heine-Str. 61, 04229 Leipzig",
    )  # fmt: skip
    equip_store(store)
    with store_scope(store.pk):
        for email, name, role in STAFF:
            add_staff(store=store, email=email, name=name, role=role, password=PASSWORD, now=now)
        record_products(
            store_id=store.pk, source=SOURCE, products=read_products(pictures_at="/static/demo_shop"), now=now
        )
        _write_guides(store, now)
        make_audiences(store=store, now=now)
        make_schedules(store=store, source=SOURCE, by="system", now=now)
        change_rules(store=store, rules=_RULES, by="system", now=now - _RULES_HELD_FOR)
        _publish_return_policy(store, now - _RULES_HELD_FOR)
        outage = {
            "silent_hub": _SILENT_HUB, "silent_from": (watched_from - _SILENT_SINCE).isoformat(),
            "silent_until": (watched_from + _SILENT_FOR).isoformat(),
        }  # fmt: skip
        connect_carrier(store_id=store.pk, carrier_key="simulated", settings={**_SIMULATED, **outage}, now=now)
    return store


def _publish_return_policy(store: Store, now: datetime) -> None:
    """Free for regulars, for a fee for all others."""
    begun = starter("vip_free_returns")
    assert begun is not None, "it comes with us"
    change_draft(store=store, policy=begun.policy, revision=0, by="system", now=now)
    publish_draft(store=store, revision=1, note="", by="system", now=now)


def _write_guides(store: Store, now: datetime) -> None:
    ids = dict(Product.objects.filter(store=store, source=SOURCE).values_list("external_id", "id"))
    for text in read_guides():
        about = tuple(ids[key] for key in text.products)
        guide = GuideIn(
            slug=text.slug, locale=text.locale, kind=text.kind, title=text.title, summary=text.summary, body=text.body,
            stage=text.stage, from_day=text.from_day, until_day=text.until_day, product_ids=about,
        )  # fmt: skip
        write_guide(store=store, guide=guide, now=now)
