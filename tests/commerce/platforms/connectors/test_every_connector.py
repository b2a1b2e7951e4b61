"""What must hold of every connector there is, those of installed packages included."""

import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.commerce.platforms.connectors import Connector, Farewell, Ignored, PrivacyAsked, registry
from aftercare.commerce.platforms.errors import NotSigned, Stale, Untranslatable
from aftercare.commerce.platforms.importable import kinds
from tests.commerce.platforms.shops import shopify_fulfilment, shopify_order, woo_order
from tests.factories import NOW

TESTS = Path(__file__).parent
every_connector = pytest.mark.parametrize("connector", list(registry), ids=registry.keys())
SAMPLES = (shopify_order(fulfillments=[shopify_fulfilment()]), shopify_fulfilment(), woo_order())
NAMES = sorted({name for sample in SAMPLES for name in sample} | {"type", "data", "value", "key", "state", "quantity"})
OURS = {Ignored, PrivacyAsked, Farewell, *(kind.schema for kind in kinds)}
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20)
    | st.sampled_from(["", "NaN", "1e999999", "0001-01-01T00:00:00+14:00", "2026-11-20T08:30:00", "EUR", "completed"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=20,
)  # fmt: skip
headers = st.dictionaries(
    st.sampled_from(
        [connector.id_header for connector in registry]
        + ["webhook-timestamp", "webhook-signature", "x-shopify-hmac-sha256", "x-wc-webhook-signature"]
    ),
    st.text(max_size=40) | st.just(str(int(NOW.timestamp()))) | st.just("v1,AAAA"),
)


def example(connector: Connector) -> dict[str, str]:
    """Settings that fit, from the connector's own test."""
    told: dict[str, str] = importlib.import_module(f"{__package__}.test_{connector.key}").EXAMPLE
    return told


def bent(payload: dict[str, Any], path: list[int], value: Any) -> dict[str, Any]:
    """The payload with one member, somewhere within, replaced."""
    copy: dict[str, Any] = orjson.loads(orjson.dumps(payload))
    place: Any = copy
    for step in path:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = keys[step % len(keys)]
        if not isinstance(place[key], dict | list) or not place[key] or step is path[-1]:
            place[key] = value
            break
        place = place[key]
    return copy


@every_connector
class TestEveryConnector:
    def test_it_says_who_it_is(self, connector: Connector):
        assert registry[connector.key] is connector
        assert re.fullmatch("[a-z0-9_]{2,40}", connector.key)
        assert str(connector.label)
        assert str(connector.where)
        assert inspect.getdoc(type(connector)) != inspect.getdoc(Connector), "say in a docstring which platform this is"

    def test_it_has_a_test_of_its_own(self, connector: Connector):
        assert (TESTS / f"test_{connector.key}.py").exists()

    def test_headers_are_named_in_lower_case(self, connector: Connector):
        for name in (connector.topic_header, connector.id_header, connector.header_prefix):
            assert name == name.lower()
        assert connector.id_header.startswith(connector.header_prefix)

    def test_its_settings_are_asked_for_by_a_form_with_a_secret(self, connector: Connector):
        assert not connector.SettingsForm(data={}).is_valid()
        assert "secret" in connector.SettingsForm().fields
        assert connector.SettingsForm(data=example(connector)).is_valid()

    @given(body=st.binary(max_size=200), headers=headers)
    @settings(max_examples=60, deadline=None)
    def test_a_stranger_s_message_is_refused_and_never_an_accident(self, connector: Connector, body, headers):
        with pytest.raises((NotSigned, Stale)) as refused:
            connector.verify(headers=headers, body=body, settings=example(connector), now=NOW)
        assert refused.value.sentence

    @given(body=st.binary(max_size=50), headers=headers)
    @settings(max_examples=60, deadline=None)
    def test_every_message_has_an_id_that_fits_its_column(self, connector: Connector, body, headers):
        message_id = connector.message_id(headers=headers, body=body)
        assert message_id == connector.message_id(headers=headers, body=body)
        assert 0 < len(message_id) <= 120
        assert message_id.isprintable()

    @given(data=st.data())
    @settings(max_examples=150, deadline=None)
    def test_whatever_comes_is_translated_or_refused(self, connector: Connector, data):
        topic = data.draw(st.sampled_from(connector.topics) | st.text(max_size=20))
        payload = data.draw(
            anything
            | st.builds(bent, st.sampled_from(SAMPLES), st.lists(st.integers(0, 40), min_size=1, max_size=4), anything)
            | st.builds(lambda inner: {"type": topic, "data": inner}, anything)
        )
        connector.topic(headers={}, payload=payload)
        try:
            news = connector.translate(topic=topic, payload=payload)
        except Untranslatable as refusal:
            place, remedy = refusal.field, refusal.remedy
        else:
            assert news
            assert all(type(one) in OURS for one in news)
            return
        assert place
        assert remedy
