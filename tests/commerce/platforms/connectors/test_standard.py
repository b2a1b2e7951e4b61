"""Any sender, by Standard Webhooks."""

from datetime import datetime, timedelta

import pytest
from standardwebhooks import Webhook

from aftercare.commerce.platforms.connectors import Ignored, registry
from aftercare.commerce.platforms.errors import NotSigned, Stale, Untranslatable
from aftercare.commerce.platforms.importable import kinds
from tests.commerce.platforms.shops import KEY, SETTINGS
from tests.factories import NOW

EXAMPLE = SETTINGS["standard"]
standard = registry["standard"]
OTHER_KEY = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
BODY = b'{"type": "order"}'


def signed(*keys: str, at: datetime = NOW) -> dict[str, str]:
    """As the reference implementation signs."""
    signatures = " ".join(Webhook(key).sign("m-1", at, BODY.decode()) for key in keys)
    return {"webhook-id": "m-1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signatures}


def test_what_the_reference_implementation_signs_is_accepted() -> None:
    for headers in (signed(KEY), signed(OTHER_KEY, KEY)):
        standard.verify(headers=headers, body=BODY, settings=EXAMPLE, now=NOW)
    assert standard.message_id(headers=signed(KEY), body=BODY) == "m-1"


def test_both_keys_are_accepted_until_the_rotation_is_over() -> None:
    rotating = {"secret": OTHER_KEY, "previous_secret": KEY, "previous_until": (NOW + timedelta(days=1)).isoformat()}
    for key in (KEY, OTHER_KEY):
        standard.verify(headers=signed(key), body=BODY, settings=rotating, now=NOW)
    later = NOW + timedelta(days=1)
    with pytest.raises(NotSigned):
        standard.verify(headers=signed(KEY, at=later), body=BODY, settings=rotating, now=later)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_signature_is_stale(minutes: int) -> None:
    with pytest.raises(Stale):
        standard.verify(headers=signed(KEY, at=NOW + timedelta(minutes=minutes)), body=BODY, settings=EXAMPLE, now=NOW)


@pytest.mark.parametrize(
    "change",
    [{"webhook-id": "m-2"}, {"webhook-id": ""}, {"webhook-signature": ""}, {"webhook-timestamp": "soon"},
     {"webhook-signature": "v1a,AAAA"}],
)  # fmt: skip
def test_what_was_changed_is_not_signed(change: dict[str, str]) -> None:
    with pytest.raises(NotSigned):
        standard.verify(headers=signed(KEY) | change, body=BODY, settings=EXAMPLE, now=NOW)


def test_every_kind_of_record_is_a_type() -> None:
    for kind in kinds:
        for example in kind.examples:
            (said,) = standard.translate(topic="", payload={"type": kind.key.removesuffix("s"), "data": example})
            assert said == kind.schema.model_validate(example)


def test_what_does_not_fit_names_its_place() -> None:
    for payload, place in (
        ({"type": "order", "data": {"id": "1"}}, "data.number"),
        ({"type": "order"}, "data"),
        ({"type": "planet", "data": {}}, "type"),
        ({}, "type"),
        ([], "body"),
    ):
        with pytest.raises(Untranslatable) as refused:
            standard.translate(topic="", payload=payload)
        assert refused.value.field == place


def test_the_topic_is_the_type_and_tests_are_passed_over() -> None:
    assert standard.topic(headers={}, payload={"type": "order"}) == "order"
    assert standard.topic(headers={}, payload=[]) == ""
    assert standard.translate(topic="test.ping", payload={"type": "test.ping"}) == [Ignored("A test of the sender's.")]
