"""What is read in another language, and how often; and that templates are tried on what messages are really given."""

from datetime import datetime, timedelta

import pytest

from aftercare.engagement.messaging.actions.delivery import deliver_due
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.comparing import Fate, compare
from aftercare.engagement.messaging.contents import Content, Words
from aftercare.engagement.messaging.contexts import contexts_of
from aftercare.engagement.messaging.models import Message, TemplateVersion
from aftercare.engagement.messaging.recipients import recipients_of
from aftercare.engagement.messaging.samples import sample_context
from aftercare.engagement.messaging.translations import FellBack, fell_back, translations
from aftercare.engagement.messaging.types import message_type
from aftercare.foundation.stores.models import Store
from tests.engagement.messaging.cast import make_customer, make_order, request_for, with_templates


def test_a_message_read_in_another_language_is_counted_once_it_is_sent(shop: Store, now: datetime) -> None:
    with_templates(shop, now)
    for number, locale in enumerate(("nl", "nl", "pt-br", "en")):
        customer = make_customer(shop, now, email=f"{number}@example.com", locale=locale)
        order = make_order(customer, now, number=f"#{number}")
        request_messages(requests=[request_for(order, now, key=str(number))], now=now)
    since = now - timedelta(days=30)
    assert fell_back(store_id=shop.pk, since=since) == []
    deliver_due(now)
    assert fell_back(store_id=shop.pk, since=since) == [FellBack("order_confirmed", "nl", "en", 2)]
    assert fell_back(store_id=shop.pk, since=now + timedelta(days=1)) == []
    assert set(Message.objects.values_list("wanted_locale", flat=True)) == {"", "nl"}


def test_each_cell_says_what_is_read(shop: Store, now: datetime) -> None:
    with_templates(shop, now)
    TemplateVersion.objects.filter(key="packed").exclude(locale="en").update(is_live=False)
    (packed,) = (row for row in translations(store_locale="de") if row.kind.key == "packed")
    cells = {cell.locale: (cell.version is not None, cell.instead) for cell in packed.cells}
    assert cells["en"] == (True, "")
    assert cells["de"] == cells["ar"] == (False, "en")


@pytest.mark.parametrize("key", ["order_confirmed", "on_its_way", "thank_you"])
def test_samples_have_the_names_that_messages_are_given(shop: Store, now: datetime, key: str) -> None:
    order = make_order(make_customer(shop, now), now, shipping_address={"city": "Berlin"})
    request = request_for(order, now, message_type=key)
    real = contexts_of([request], [recipients_of([request])[0][0]])[0]
    sample = sample_context(kind=message_type(key), locale="en", currency="EUR", time_zone="UTC", now=now)
    assert sample["customer"].keys() == real["customer"].keys()
    assert sample["order"].keys() == real["order"].keys()
    assert sample["order"]["lines"][0].keys() == real["order"]["lines"][0].keys()


def test_two_contents_line_by_line() -> None:
    before = Content("Hello", "x", Words(body="one\ntwo\nthree\nfour\nfive\nsix\nseven"))
    after = Content("Hello", "y", Words(body="one\ntwo\nthree\nfour\nfive\n6\nseven\neight"))
    body = next(part for part in compare(before=before, after=after) if part.name == "body")
    assert [line.fate for line in body.lines] == [
        Fate.SKIPPED, Fate.SAME, Fate.SAME, Fate.CHANGED, Fate.SAME, Fate.ADDED,
    ]  # fmt: skip
    own = Content("Hello", "x")
    assert [(part.name, part.differs) for part in compare(before=before, after=own)] == [
        ("subject", False), ("source", False),
    ]  # fmt: skip
