"""What must hold of every carrier there is, those of installed packages included."""

import inspect
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.commerce.shipments.carriers import Carrier, Fetches, find, guess, naming, registry
from aftercare.commerce.shipments.carriers.simulated import new_number
from aftercare.foundation.kit.errors import Refusal

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TESTS = Path(__file__).parent

every_carrier = pytest.mark.parametrize("carrier", list(registry), ids=registry.keys())
headers = st.dictionaries(
    st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "x-signature", "authorization"]),
    st.text(max_size=40) | st.just(str(int(NOW.timestamp()))) | st.just("v1,AAAA"),
)


@every_carrier
class TestEveryCarrier:
    def test_it_says_who_it_is(self, carrier: Carrier):
        assert registry[carrier.key] is carrier
        assert re.fullmatch("[a-z0-9_]{2,40}", carrier.key)
        assert str(carrier.label)
        assert inspect.getdoc(type(carrier)) != inspect.getdoc(Carrier), "say in a docstring which carrier this is"

    def test_it_has_a_test_of_its_own(self, carrier: Carrier):
        # Named after the carrier, or after the module where its kind is at home.
        home = type(carrier).__module__.rpartition(".")[2]
        assert any((TESTS / f"test_{name}.py").exists() for name in (carrier.key, home))

    def test_its_settings_are_asked_for_by_a_form_that_refuses_nothing_at_all(self, carrier: Carrier):
        form_class = carrier.ConfigForm
        assert form_class is None or not form_class(data={}).is_valid()

    @given(number=st.text(max_size=40))
    @settings(max_examples=40)
    def test_any_number_is_judged(self, carrier: Carrier, number: str):
        assert 0.0 <= carrier.recognises(number) <= 1.0
        assert carrier.tracking_url(number) == "" or carrier.tracking_url(number).startswith("https://")

    @given(body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode), headers=headers)
    @settings(max_examples=60)
    def test_a_stranger_s_message_is_refused_and_never_an_accident(self, carrier: Carrier, body, headers):
        with pytest.raises(Refusal) as refused:
            carrier.parse_webhook(
                body=body, headers=headers, query={"token": ""}, config={"secret": SECRET}, zone=BERLIN, now=NOW
            )
        assert refused.value.sentence

    def test_a_protocol_it_offers_is_offered_fully(self, carrier: Carrier):
        assert not hasattr(carrier, "fetch") or isinstance(carrier, Fetches)


class TestNaming:
    def test_a_number_that_one_carrier_surely_issues_names_it(self):
        named = naming(carrier="", carrier_name="", tracking_number=f" {new_number(55).lower()} ", tracking_url="")
        assert named == ("simulated", "Simulated carrier", new_number(55), "", "number")

    def test_what_the_shop_says_goes_before_what_is_guessed(self):
        named = naming(
            carrier="DHL Express",
            carrier_name="",
            tracking_number=new_number(5),
            tracking_url="https://track.example/1",
        )
        assert named == ("dhl_express", "DHL Express", new_number(5), "https://track.example/1", "source")

    def test_a_number_known_by_its_shape_and_check_digit_names_its_carrier(self):
        named = naming(carrier="", carrier_name="", tracking_number="RB 123 456 785 GB", tracking_url="")
        assert named[:3] == ("royal_mail", "Royal Mail", "RB123456785GB")
        assert named.tracking_url.endswith("RB123456785GB")
        assert named.named_by == "number"

    def test_nobody_is_guessed_for_any_other_number(self):
        assert guess("986578788855") == ""
        assert guess("") == ""
        assert find("nobody") is None
