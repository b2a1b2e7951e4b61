"""Signatures and shapes of what carriers push."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from aftercare.commerce.shipments.errors import NotSigned, Unreadable
from aftercare.commerce.shipments.messages import (
    check_signature,
    check_token,
    field_path,
    in_zone,
    is_secret,
    parse,
    read_json,
    sign,
)
from aftercare.commerce.shipments.schemas import TrackingIn

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
BODY = '{"updates": "für alle"}'.encode()


def signed(body: bytes = BODY, *, at: datetime = NOW, secret: str = SECRET) -> dict[str, str]:
    return sign(body=body, secret=secret, message_id="msg_1", now=at)


class TestSignature:
    def test_what_the_library_signs_is_accepted(self):
        theirs = Webhook(SECRET).sign("msg_1", NOW, BODY.decode())
        headers = {"webhook-id": "msg_1", "webhook-timestamp": "1795514400", "webhook-signature": theirs}
        assert headers == signed()
        check_signature(body=BODY, headers=headers, secret=SECRET, now=NOW)

    def test_one_good_signature_among_several_is_enough(self):
        headers = signed()
        headers["webhook-signature"] = f"v1,AAAA v2,xyz {headers['webhook-signature']}"
        check_signature(body=BODY, headers=headers, secret=SECRET, now=NOW)

    def test_it_may_come_again_within_five_minutes(self):
        check_signature(body=BODY, headers=signed(), secret=SECRET, now=NOW + timedelta(minutes=5))

    @pytest.mark.parametrize("minutes", [-6, 6])
    def test_old_and_future_ones_are_refused(self, minutes):
        with pytest.raises(NotSigned, match="older or newer"):
            check_signature(body=BODY, headers=signed(), secret=SECRET, now=NOW + timedelta(minutes=minutes))

    @pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
    def test_a_missing_header_is_refused(self, name):
        headers = signed()
        del headers[name]
        with pytest.raises(NotSigned):
            check_signature(body=BODY, headers=headers, secret=SECRET, now=NOW)

    @pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
    def test_a_changed_header_is_refused(self, name):
        headers = signed()
        headers[name] = headers[name].replace("1", "2", 1)
        with pytest.raises(NotSigned):
            check_signature(body=BODY, headers=headers, secret=SECRET, now=NOW)

    @given(st.binary(max_size=60).filter(lambda body: body != BODY))
    def test_another_body_is_refused(self, body):
        with pytest.raises(NotSigned):
            check_signature(body=body, headers=signed(), secret=SECRET, now=NOW)

    def test_another_secret_is_refused(self):
        with pytest.raises(NotSigned, match="No signature fits"):
            check_signature(body=BODY, headers=signed(secret="whsec_" + "A" * 32), secret=SECRET, now=NOW)

    @pytest.mark.parametrize("timestamp", ["", "soon", "9" * 30, "-1", "9" * 5000, "1e9", "٣"])
    def test_a_senseless_time_is_refused(self, timestamp):
        with pytest.raises(NotSigned):
            check_signature(body=BODY, headers={**signed(), "webhook-timestamp": timestamp}, secret=SECRET, now=NOW)


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_A", "ü", "no base64!", "c2hvcnQ=", SECRET.upper().replace("_", "-")]
)
def test_what_is_no_secret(secret: str):
    assert not is_secret(secret)


@pytest.mark.parametrize("secret", [SECRET, SECRET.removeprefix("whsec_")])
def test_secrets(secret: str):
    assert is_secret(secret)


class TestToken:
    def test_the_expected_one_is_accepted(self):
        check_token(given="päss", expected="päss", field="token")

    @pytest.mark.parametrize(("given", "expected"), [("pass", "päss"), ("", "päss"), ("", ""), ("any", "")])
    def test_another_one_or_none_at_all_is_refused(self, given, expected):
        with pytest.raises(NotSigned) as refused:
            check_token(given=given, expected=expected, field="x-token")
        assert refused.value.field == "x-token"


class TestReading:
    @pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"a": NaN}', b"[" * 3000, b'"\\ud800"'])
    def test_what_is_not_json_is_refused(self, body):
        with pytest.raises(Unreadable, match="not JSON"):
            read_json(body)

    def test_what_is_too_large_is_refused_before_it_is_read(self):
        with pytest.raises(Unreadable, match="larger than"):
            read_json(b"[" + b" " * 4_000_000 + b"]")

    def test_the_field_is_named_as_the_sender_wrote_it(self):
        data = {"tracking_number": "1", "scans": [{"at": "2026-11-24T10:00:00Z", "status": "lost"}]}
        with pytest.raises(Unreadable) as refused:
            parse(TrackingIn, data)
        assert refused.value.field == "scans[0].status"
        assert "'delivered'" in refused.value.sentence

    def test_paths(self):
        assert field_path(("updates", 0, "scans", 12, "at")) == "updates[0].scans[12].at"
        assert field_path(()) == ""


def test_a_time_without_a_zone_is_read_in_the_one_given():
    zone = timezone(timedelta(hours=1))
    naive = datetime(2026, 11, 24, 10, 0)  # noqa: DTZ001 -- the point of it
    assert in_zone(naive, zone) == (datetime(2026, 11, 24, 9, 0, tzinfo=UTC), False)
    assert in_zone(NOW, zone) == (NOW, True)
