"""Which language a message is in, and what a store starts with."""

from datetime import datetime, timedelta

import pytest

from aftercare.engagement.messaging.actions.templates import (
    install_builtin_templates,
    publish_template,
    stores_behind,
)
from aftercare.engagement.messaging.builtin import LANGUAGES, builtin_templates
from aftercare.engagement.messaging.contents import Content
from aftercare.engagement.messaging.models import TemplateVersion
from aftercare.engagement.messaging.templates import chosen_templates
from aftercare.foundation.stores.models import Store
from tests.engagement.messaging.cast import with_templates

KEY = "packed"


def chosen(store: Store, locale: str) -> str:
    found = chosen_templates([(store.pk, KEY, locale)])[store.pk, KEY, locale]
    assert TemplateVersion.objects.get(pk=found.version_id).locale == found.locale
    return found.locale


@pytest.mark.parametrize(
    ("of_customer", "of_store", "read"),
    [("pt-br", "de", "pt"), ("nl", "de", "de"), ("nl", "de-at", "de"), ("nl", "nl", "en"), ("", "fr", "fr")],
)
def test_whoever_has_no_template_in_their_language_reads_the_stores_then_english(
    shop: Store, now: datetime, of_customer: str, of_store: str, read: str
) -> None:
    with_templates(shop, now)
    Store.objects.filter(pk=shop.pk).update(locale=of_store)
    assert chosen(shop, of_customer) == read


def test_a_store_starts_with_every_message_in_every_language_once(shop: Store, now: datetime) -> None:
    with_templates(shop, now)
    install_builtin_templates(store=shop, now=now)
    versions = TemplateVersion.objects.all()
    assert versions.count() == len(LANGUAGES) * len(builtin_templates("en"))
    assert set(versions.values_list("number", "is_live")) == {(1, True)}


def test_newer_ones_replace_ours_and_never_the_stores_own(shop: Store, now: datetime) -> None:
    with_templates(shop, now)
    TemplateVersion.objects.filter(key=KEY, locale="de").update(digest="older")
    own = Content("Le nôtre", builtin_templates("fr")[KEY].source)
    publish_template(store=shop, key=KEY, locale="fr", content=own, by="staff:olga", now=now)

    install_builtin_templates(store=shop, now=now + timedelta(days=1))

    live = {version.locale: version for version in TemplateVersion.objects.filter(key=KEY, is_live=True)}
    assert (live["de"].number, live["de"].created_by) == (2, "aftercare")
    assert (live["fr"].number, live["fr"].subject) == (2, "Le nôtre")
    assert live["es"].number == 1


def test_a_store_is_behind_until_it_has_todays_builtin_templates(shop: Store, now: datetime) -> None:
    assert list(stores_behind()) == [shop.pk]
    with_templates(shop, now)
    assert list(stores_behind()) == []
    own = Content("Le nôtre", builtin_templates("fr")[KEY].source)
    publish_template(store=shop, key=KEY, locale="fr", content=own, by="staff:olga", now=now)
    assert list(stores_behind()) == [], "its own is never behind"
    TemplateVersion.objects.filter(key=KEY, locale="de").update(digest="older")
    assert list(stores_behind()) == [shop.pk]
