"""Who a text comes from."""

import pytest

from aftercare.engagement.messaging.sms.senders import read_senders, sender_for
from aftercare.foundation.kit.errors import Invalid

SENDERS = "US=+15005550006, fr=Juniper"


@pytest.mark.parametrize(
    ("number", "sender"),
    [("+12125550123", "+15005550006"), ("+33612345678", "Juniper"), ("+4915112345678", "+4915112340000")],
)
def test_by_the_country_it_goes_to(number: str, sender: str) -> None:
    assert sender_for(number, senders=read_senders("+4915112340000", SENDERS)) == sender


@pytest.mark.parametrize(
    ("sender", "by_country", "field"),
    [
        ("0151 1234", "", "sender"),
        ("Juniper and Oak", "", "sender"),
        ("Juniper", "US", "senders"),
        ("J", "USA=J", "senders"),
    ],
)
def test_what_is_none_is_said_at_its_field(sender: str, by_country: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_senders(sender, by_country)

    assert refusal.value.field == field
