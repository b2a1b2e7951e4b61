"""Who reads which language where."""

import pytest
from django.test import Client

from aftercare.foundation.stores.models import Store

ARABIC = 'lang="ar" dir="rtl"'


def shown(path: str, *, accepts: str = "", cookie: str = "") -> str:
    client = Client(headers={"accept-language": accepts} if accepts else {})
    if cookie:
        client.cookies["django_language"] = cookie
    return client.get(path, follow=True).content.decode()


@pytest.mark.parametrize(("accepts", "says"), [
    ("de", "Wo ist Ihre Bestellung?"), ("fr-CA, en;q=0.5", "Où est votre commande ?"),
    ("es-MX", "¿Dónde está su pedido?"), ("pt-BR", "Onde está o seu pedido?"), ("ar-AE", "أين طلبك؟"),
    ("nl, en;q=0.5", "Where is your order?"),
])  # fmt: skip
def test_shoppers_read_what_their_browser_asks_for(shop: Store, accepts: str, says: str) -> None:
    assert says in shown(f"/s/{shop.slug}/", accepts=accepts)


def test_what_was_chosen_on_the_page_comes_first(shop: Store) -> None:
    assert ARABIC in shown(f"/s/{shop.slug}/", accepts="de", cookie="ar")


@pytest.mark.parametrize(("locale", "says"), [("de-AT", "Wo ist Ihre Bestellung?"), ("nl", "Where is your order?")])
def test_without_a_language_of_ours_it_is_the_stores(shop: Store, locale: str, says: str) -> None:
    Store.objects.filter(pk=shop.pk).update(locale=locale)
    assert says in shown(f"/s/{shop.slug}/", accepts="ja")
    assert says in shown(f"/s/{shop.slug}/")
    assert "Where is your order?" in shown(f"/s/{shop.slug}/", accepts="en")


def test_the_console_speaks_only_what_all_of_it_is_written_in(shop: Store) -> None:
    page = shown("/console/", accepts="ar", cookie="ar")
    assert 'lang="en" dir="ltr"' in page
    assert 'name="language"' not in page
    assert 'name="language" value="ar"' in shown(f"/s/{shop.slug}/")
