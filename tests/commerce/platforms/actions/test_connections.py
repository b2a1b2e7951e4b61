"""Connecting shops: what must be said, what is kept secret, and what one store cannot share."""

import pytest

from aftercare.commerce.platforms.actions import connect_shop, disconnect_shop, rotate_secret
from aftercare.commerce.platforms.errors import SettingsLocked, SourceTaken
from aftercare.commerce.platforms.models import Connection
from aftercare.commerce.platforms.queries import settings_of
from aftercare.foundation.kit.errors import Invalid, NotFound
from aftercare.foundation.stores.models import Store
from tests.commerce.platforms.shops import KEY, SECRET, SETTINGS, connect
from tests.factories import NOW, make_store


def test_settings_are_encrypted(shop: Store) -> None:
    made = connect(shop)
    assert SECRET not in made.sealed_settings
    assert settings_of(Connection.objects.get())["secret"] == SECRET


@pytest.mark.parametrize(
    ("platform", "source", "settings", "field"),
    [
        ("shopify", "shop", {"shop": "juniper-oak.myshopify.com"}, "secret"),
        ("shopify", "shop", {**SETTINGS["shopify"], "shop": "juniper-oak.example"}, "shop"),
        ("woocommerce", "shop", {**SETTINGS["woocommerce"], "secret": "short"}, "secret"),
        ("standard", "shop", {"secret": "not base64 at all!"}, "secret"),
        ("shopify", "", SETTINGS["shopify"], "source"),
        ("shopify", "x" * 41, SETTINGS["shopify"], "source"),
    ],
)
def test_what_does_not_fit_is_named(
    shop: Store, platform: str, source: str, settings: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        connect_shop(store_id=shop.pk, platform=platform, source=source, settings=settings, by="olga", now=NOW)
    assert refused.value.field == field


def test_a_platform_nobody_knows(shop: Store) -> None:
    with pytest.raises(NotFound):
        connect_shop(store_id=shop.pk, platform="planet", source="x", settings={}, by="olga", now=NOW)


def test_a_source_is_one_shop_s_until_it_is_disconnected(shop: Store) -> None:
    first = connect(shop)
    with pytest.raises(SourceTaken):
        connect(shop, "woocommerce", source="shopify")
    connect(make_store("mallory"))
    disconnect_shop(connection=first, now=NOW)
    assert connect(shop).public_id != first.public_id


def test_a_disconnected_shop_s_secrets_are_gone(shop: Store) -> None:
    made = connect(shop)
    disconnect_shop(connection=made, now=NOW)
    with pytest.raises(SettingsLocked):
        settings_of(Connection.objects.get())


def test_a_new_secret_must_fit_as_well(shop: Store) -> None:
    made = connect(shop, "standard")
    with pytest.raises(Invalid):
        rotate_secret(connection=made, secret="no key", now=NOW)
    rotate_secret(connection=made, secret="whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", now=NOW)
    told = settings_of(made)
    assert (told["secret"], told["previous_secret"]) == ("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", KEY)
