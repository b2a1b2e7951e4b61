"""What gateways answer and tell, as their public documentation shows it, signed as they sign it."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import urlencode

import orjson
from standardwebhooks import Webhook

from aftercare.engagement.messaging.twilio import signature
from tests.factories import NOW

SETTINGS: dict[str, dict[str, str]] = {
    "twilio": {
        "account": "AC0123456789abcdef0123456789abcdef", "token": "a-token-nobody-may-see", "sender": "+4915112340000",
        "senders": "US=+15005550006",
    },
    "vonage": {
        "api_key": "abcd1234", "api_secret": "a-secret-nobody-may-see", "signature_secret": "a-signature-secret",
        "sender": "Juniper", "senders": "",
    },
    "http": {"address": "http://gateway.test/send", "sender": "Juniper", "senders": ""},
}  # fmt: skip
# https://www.twilio.com/docs/messaging/api/message-resource#create-a-message
TWILIO_TAKEN: dict[str, Any] = {
    "account_sid": "AC0123456789abcdef0123456789abcdef", "api_version": "2010-04-01", "body": "Hello! 👍",
    "date_created": "Mon, 23 Nov 2026 20:12:31 +0000", "date_sent": None, "date_updated": "Mon, 23 Nov 2026 20:12:31 +0000",
    "direction": "outbound-api", "error_code": None, "error_message": None, "from": "+4915112340000",
    "messaging_service_sid": None, "num_media": "0", "num_segments": "1", "price": None, "price_unit": None,
    "sid": "SM0123456789abcdef0123456789abcdef", "status": "queued", "to": "+4915112345678",
    "uri": "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages/SM0123456789abcdef0123456789abcdef.json",
}  # fmt: skip
# https://www.twilio.com/docs/usage/troubleshooting/debugging-your-application, error 21211 and 21610
TWILIO_NO_NUMBER = {
    "code": 21211, "message": "The 'To' number +49 is not a valid phone number.",
    "more_info": "https://www.twilio.com/docs/errors/21211", "status": 400,
}  # fmt: skip
TWILIO_STOPPED = {
    "code": 21610, "message": "Attempt to send to unsubscribed recipient",
    "more_info": "https://www.twilio.com/docs/errors/21610", "status": 400,
}  # fmt: skip
TWILIO_LOCKED = {"code": 20003, "message": "Authenticate", "more_info": "", "status": 401}
# https://developer.vonage.com/en/api/messages-olympus#SendMessage
VONAGE_TAKEN = {"message_uuid": "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab"}
VONAGE_REFUSED = {
    "type": "https://developer.vonage.com/api-errors/messages#1150", "title": "Invalid params",
    "detail": "The value of one or more parameters is invalid.", "instance": "bf0ca0bf927b3b52e3cb03217e1a1ddf",
}  # fmt: skip
HTTP_TAKEN = {"id": "gw-1", "parts": 2}
TAKEN: dict[str, tuple[int, Any]] = {
    "twilio": (201, TWILIO_TAKEN),
    "vonage": (202, VONAGE_TAKEN),
    "http": (200, HTTP_TAKEN),
}
TAKEN_AS = {"twilio": "SM0123456789abcdef0123456789abcdef", "vonage": VONAGE_TAKEN["message_uuid"], "http": "gw-1"}


def twilio_status(status: str, *, code: str = "", to: str = "+4915112345678") -> dict[str, str]:
    """https://www.twilio.com/docs/messaging/guides/track-outbound-message-status"""
    told = {
        "SmsSid": TAKEN_AS["twilio"], "SmsStatus": status, "MessageStatus": status, "To": to,
        "MessageSid": TAKEN_AS["twilio"], "AccountSid": SETTINGS["twilio"]["account"], "From": "+4915112340000",
        "ApiVersion": "2010-04-01",
    }  # fmt: skip
    return told | ({"ErrorCode": code} if code else {})


def twilio_text(
    body: str, *, sid: str = "SMfedcba9876543210fedcba9876543210", sender: str = "+4915112345678"
) -> dict[str, str]:
    """https://www.twilio.com/docs/messaging/guides/webhook-request"""
    return {
        "ToCountry": "DE", "ToState": "", "SmsMessageSid": sid, "NumMedia": "0", "ToCity": "", "FromZip": "",
        "SmsSid": sid, "FromState": "", "SmsStatus": "received", "FromCity": "", "Body": body, "FromCountry": "DE",
        "To": "+4915112340000", "ToZip": "", "NumSegments": "1", "MessageSid": sid,
        "AccountSid": SETTINGS["twilio"]["account"], "From": sender, "ApiVersion": "2010-04-01",
    }  # fmt: skip


def vonage_status(status: str, *, code: str = "") -> dict[str, Any]:
    """https://developer.vonage.com/en/api/messages-olympus#message-status"""
    told: dict[str, Any] = {
        "message_uuid": TAKEN_AS["vonage"], "to": "4915112345678", "from": "Juniper", "timestamp": "2026-11-22T09:59:00Z",
        "status": status, "channel": "sms", "client_ref": "", "usage": {"currency": "EUR", "price": "0.0333"},
        "destination": {"network_code": "26201"}, "sms": {"count_total": "2"},
    }  # fmt: skip
    if code:
        told["error"] = {
            "type": f"https://developer.vonage.com/api-errors/messages#{code}", "title": code, "detail": "Number unknown.",
            "instance": "bf0ca0bf927b3b52e3cb03217e1a1ddf",
        }  # fmt: skip
    return told


def vonage_text(
    body: str, *, uuid: str = "cccccccc-bbbb-4ccc-8ddd-0123456789ab", sender: str = "4915112345678"
) -> dict[str, Any]:
    """https://developer.vonage.com/en/api/messages-olympus#inbound-message"""
    return {
        "channel": "sms", "message_uuid": uuid, "to": "4915112340000", "from": sender, "timestamp": "2026-11-22T09:59:00Z",
        "text": body, "sms": {"num_messages": "1", "keyword": body.split(" ", maxsplit=1)[0].upper()},
        "usage": {"currency": "EUR", "price": "0.0333"},
    }  # fmt: skip


def signed(
    provider: str, url: str, told: dict[str, Any], settings: dict[str, Any]
) -> tuple[bytes, dict[str, str], str]:
    """Body, headers and content type of a genuine call."""
    match provider:
        case "twilio":
            made = signature(url=url, pairs=list(told.items()), token=settings["token"])
            return urlencode(told).encode(), {"X-Twilio-Signature": made}, "application/x-www-form-urlencoded"
        case "vonage":
            body = orjson.dumps(told)
            return (
                body,
                {"Authorization": f"Bearer {vonage_token(body, settings['signature_secret'])}"},
                "application/json",
            )
    body = orjson.dumps(told)
    made = Webhook(settings["secret"]).sign("call-1", NOW, body.decode())
    headers = {"webhook-id": "call-1", "webhook-timestamp": str(int(NOW.timestamp())), "webhook-signature": made}
    return body, headers, "application/json"


def vonage_token(body: bytes, secret: str, *, algorithm: str = "HS256", issued: int | None = None) -> str:
    """https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks"""
    claims = {
        "iat": int(NOW.timestamp()) if issued is None else issued, "jti": "c5ba8f24-1a14-4c10-bfdf-3fbe8ce511b5",
        "iss": "Vonage", "payload_hash": hashlib.sha256(body).hexdigest(), "api_key": "abcd1234",
        "application_id": "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
    }  # fmt: skip
    parts = [orjson.dumps({"alg": algorithm, "typ": "JWT"}), orjson.dumps(claims)]
    unsigned = b".".join(urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    proof = hmac.digest(secret.encode(), unsigned, hashlib.sha256)
    return f"{unsigned.decode()}.{urlsafe_b64encode(proof).rstrip(b'=').decode()}"
