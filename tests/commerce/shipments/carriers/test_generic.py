"""The signed webhook anyone can send."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.commerce.shipments.carriers.generic import Generic, GenericForm
from aftercare.commerce.shipments.errors import NotSigned, Unreadable
from aftercare.commerce.shipments.messages import sign
from aftercare.commerce.shipments.schemas import ScanIn, TrackingIn
from aftercare.foundation.kit.errors import Refusal

ROOT = Path(__file__).resolve().parents[4]
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
AT = "2026-11-24T10:00:00Z"
CODES = {"D1": {"status": "delivered", "reason": ""}, "X7": {"status": "on_hold", "reason": "customs_inspection"}}

numbers = st.integers(-(2**40), 2**40) | st.floats(allow_nan=False, allow_infinity=False)
json = st.recursive(
    st.none() | st.booleans() | numbers | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
extremes = st.sampled_from(["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00", "0001-01-01T00:00:00+14:00"])
moments = json | st.datetimes().map(datetime.isoformat) | extremes
nearly_scans = st.fixed_dictionaries(
    {"at": moments},
    optional={
        "status": json | st.sampled_from(["delivered", "in_transit"]), "code": json | st.sampled_from(["D1", "X7"]),
        "reason": json, "text": json, "place": json, "surprise": json,
    },
)  # fmt: skip
nearly_updates = st.fixed_dictionaries(
    {"tracking_number": json | st.just("1Z9"), "scans": json | st.lists(nearly_scans, max_size=3)},
    optional={"carrier": json, "expected_by": moments, "signed_by": json},
)
nearly_messages = json | st.fixed_dictionaries({"updates": json | st.lists(nearly_updates, max_size=3)})


def parsed(message: Any, *, secret: str = SECRET) -> list[TrackingIn]:
    body = orjson.dumps(message)
    headers = sign(body=body, secret=secret, message_id="msg_1", now=NOW)
    return Generic().parse_webhook(
        body=body, headers=headers, query={}, config={"secret": SECRET, "codes": CODES}, zone=BERLIN, now=NOW
    )


def test_a_message_is_translated():
    message = {
        "updates": [{
            "tracking_number": "1Z999AA10123456784", "carrier": "UPS", "expected_by": "2026-11-25T18:00:00",
            "signed_by": "S. Weber",
            "scans": [
                {"at": "2026-11-24T08:30:00+01:00", "status": "out_for_delivery", "text": "In van", "place": "Köln"},
                {"at": "2026-11-24T10:15:00", "code": "D1", "text": "Front door"},
            ],
        }],
    }  # fmt: skip
    assert parsed(message) == [
        TrackingIn(
            tracking_number="1Z999AA10123456784", carrier="UPS", signed_by="S. Weber",
            expected_by=datetime(2026, 11, 25, 17, 0, tzinfo=UTC),
            scans=(
                ScanIn(
                    at=datetime(2026, 11, 24, 7, 30, tzinfo=UTC), status="out_for_delivery", text="In van", place="Köln"
                ),
                ScanIn(
                    at=datetime(2026, 11, 24, 9, 15, tzinfo=UTC), status="delivered", code="D1", text="Front door",
                    zone_known=False,
                ),
            ),
        ),
    ]  # fmt: skip


def test_the_message_of_the_documentation_is_one():
    page = (ROOT / "docs/howto/carrier.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    (update,) = parsed(orjson.loads(example))
    assert [scan.status for scan in update.scans] == ["out_for_delivery", "delivered"]


def scan_of(**fields: str) -> ScanIn:
    message = {"updates": [{"tracking_number": "1", "scans": [{"at": "2026-11-24T10:15:00Z", **fields}]}]}
    return parsed(message)[0].scans[0]


def test_codes_carry_a_reason_too():
    assert (scan_of(code="X7").status, scan_of(code="X7").reason) == ("on_hold", "customs_inspection")


def test_what_the_sender_says_goes_before_the_table():
    said = scan_of(code="X7", status="in_transit", reason="")
    assert (said.status, said.reason) == ("in_transit", "")


def test_a_code_nobody_knows_is_kept_as_unknown():
    assert (scan_of(code="Q9").status, scan_of(code="Q9").code) == ("unknown", "Q9")


def test_an_unsigned_message_is_refused_before_it_is_read():
    with pytest.raises(NotSigned):
        parsed({"updates": "nonsense"}, secret="whsec_" + "A" * 32)


@pytest.mark.parametrize(
    ("update", "field"),
    [
        ({}, "updates[0].tracking_number"),
        ({"tracking_number": "1", "scans": []}, "updates[0].scans"),
        ({"tracking_number": "1", "scans": [{}]}, "updates[0].scans[0].at"),
        ({"tracking_number": "1", "scans": [{"at": "yesterday"}]}, "updates[0].scans[0].at"),
        ({"tracking_number": "1", "scans": [{"at": AT, "statuss": "delivered"}]}, "updates[0].scans[0].statuss"),
        ({"tracking_number": "1", "scans": [{"at": AT, "reason": "mood"}]}, "updates[0].scans[0].reason"),
    ],
)
def test_a_mistake_is_named(update: dict[str, Any], field: str):
    with pytest.raises(Unreadable) as refused:
        parsed({"updates": [update]})
    assert refused.value.field == field
    assert refused.value.remedy


@given(nearly_messages)
@settings(max_examples=300)
def test_whatever_is_signed_is_translated_or_refused(message: Any):
    try:
        updates = parsed(message)
    except Refusal:
        return
    assert all(update.scans for update in updates)


class TestForm:
    def test_it_brings_codes_into_one_form(self):
        form = GenericForm(data={"secret": SECRET, "codes": {"D1": "delivered", "X7": CODES["X7"]}})
        assert form.is_valid()
        assert form.cleaned_data == {"secret": SECRET, "codes": CODES}

    @pytest.mark.parametrize(
        ("settings", "field"),
        [
            ({}, "secret"),
            ({"secret": "no base64!"}, "secret"),
            ({"secret": SECRET, "codes": ["D1"]}, "codes"),
            ({"secret": SECRET, "codes": {"D1": "arrived"}}, "codes"),
            ({"secret": SECRET, "codes": {"D1": {"status": "on_hold", "reason": "mood"}}}, "codes"),
            ({"secret": SECRET, "codes": {"D1": 7}}, "codes"),
            ({"secret": SECRET, "codes": {"D1": {"status": ["delivered"]}}}, "codes"),
        ],
    )
    def test_it_names_what_is_wrong(self, settings: dict[str, Any], field: str):
        form = GenericForm(data=settings)
        assert not form.is_valid()
        assert list(form.errors) == [field]
