"""Made exactly once, whatever happens to the calls."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from aftercare.care.refunds.actions.making import make_due
from aftercare.care.refunds.models import AskedRefund, PaymentAccount
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.care.refunds.cast import again, ask, bought, connect
from tests.care.refunds.providers import Providers, providing
from tests.factories import NOW

pytestmark = pytest.mark.django_db
PAYERS = ("shopify", "woocommerce", "stripe")


@pytest.fixture
def providers(settings: Settings) -> Iterator[Providers]:
    with providing() as server:
        settings.PRIVATE_HOSTS_ALLOWED = frozenset({"localhost"})
        yield server


def asked_of(payer: str, store: Store, providers: Providers, settings: Settings) -> AskedRefund:
    """A refund that this payer is to make. A shop of WooCommerce has an address of its own; the others are fixed."""
    connect(store, payer, url=providers.url)
    settings.MAIL_GATEWAY = "" if payer == "woocommerce" else providers.url
    order = bought(store, source=payer)
    refund = ask(order, payment="pi_1" if payer == "stripe" else "")
    assert refund.payer == payer
    return refund


def work(*, days: float = 1) -> datetime:
    """The worker, every minute for so long."""
    at = NOW
    while at < NOW + timedelta(days=days):
        make_due(at)
        at += timedelta(minutes=1) if at < NOW + timedelta(hours=1) else timedelta(hours=1)
    return at


@pytest.mark.parametrize("payer", PAYERS)
def test_it_is_made_and_says_where(payer: str, store: Store, providers: Providers, settings: Settings) -> None:
    refund = asked_of(payer, store, providers, settings)
    assert make_due(NOW) == 1
    assert [one["amount"] for one in providers.refunds] == [19.9]
    made = again(refund)
    assert (made.state, made.external_id, made.is_unsure) == ("made", "re_9" if payer == "stripe" else "9", False)
    assert make_due(NOW + timedelta(days=1)) == 0
    with store_scope(store.pk):
        types = EventRow.objects.filter(type__startswith="refund.").order_by("seq").values_list("type", flat=True)
        assert list(types) == ["refund.asked", "refund.made"]


@pytest.mark.parametrize("payer", PAYERS)
def test_two_failures_and_a_lost_answer_make_it_once(
    payer: str, store: Store, providers: Providers, settings: Settings
) -> None:
    refund = asked_of(payer, store, providers, settings)
    providers.troubles = ["busy", "busy", "lost"]
    work()
    assert len(providers.refunds) == 1
    made = again(refund)
    assert (made.state, made.attempts) == ("made", 4)


@pytest.mark.parametrize("payer", PAYERS)
def test_whoever_dies_during_the_call_looks_before_calling_again(
    payer: str, store: Store, providers: Providers, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    refund = asked_of(payer, store, providers, settings)

    class Killed(BaseException):
        """As by a signal that nobody can catch."""

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("aftercare.care.refunds.actions.making._conclude", die)
        with pytest.raises(Killed):
            make_due(NOW)
    assert (len(providers.refunds), again(refund).state) == (1, "due")
    assert make_due(NOW + timedelta(minutes=4)) == 0, "the lease of the dead is kept"
    assert make_due(NOW + timedelta(minutes=6)) == 1
    assert (len(providers.refunds), again(refund).state) == (1, "made")


@pytest.mark.parametrize("payer", PAYERS)
def test_who_cannot_say_whether_it_was_made_is_asked_again_before_it_is(
    payer: str, store: Store, providers: Providers, settings: Settings
) -> None:
    refund = asked_of(payer, store, providers, settings)
    providers.troubles = ["lost"]
    make_due(NOW)
    providers.is_garbled = True
    make_due(NOW + timedelta(minutes=10))
    assert (again(refund).state, again(refund).is_unsure, len(providers.refunds)) == ("due", True, 1)
    providers.is_garbled = False
    make_due(NOW + timedelta(hours=2))
    assert (again(refund).state, len(providers.refunds)) == ("made", 1)


@pytest.mark.parametrize("payer", PAYERS)
def test_what_is_refused_is_a_persons(payer: str, store: Store, providers: Providers, settings: Settings) -> None:
    refund = asked_of(payer, store, providers, settings)
    providers.troubles = ["refuse"]
    assert make_due(NOW) == 1
    failed = again(refund)
    assert (failed.state, failed.is_unsure, "refuse" in failed.trouble) == ("failed", False, True)
    assert make_due(NOW + timedelta(days=1)) == 0


@pytest.mark.parametrize("payer", PAYERS)
def test_who_is_never_well_is_given_up_after_a_day(
    payer: str, store: Store, providers: Providers, settings: Settings
) -> None:
    refund = asked_of(payer, store, providers, settings)
    providers.troubles = ["slow down"] * 50
    work(days=3)
    assert (again(refund).state, again(refund).attempts) == ("failed", 7)
    assert providers.refunds == []


def test_more_than_shopify_has_left_is_not_begun(store: Store, providers: Providers, settings: Settings) -> None:
    refund = asked_of("shopify", store, providers, settings)
    providers.left = "10.00"
    make_due(NOW)
    assert (again(refund).state, providers.refunds) == ("failed", [])


def test_a_key_that_is_gone_leaves_it_to_a_person(store: Store, providers: Providers, settings: Settings) -> None:
    refund = asked_of("stripe", store, providers, settings)
    with store_scope(store.pk):
        PaymentAccount.objects.all().delete()
    make_due(NOW)
    assert again(refund).state == "failed"
    assert "stripe is not connected" in again(refund).trouble
