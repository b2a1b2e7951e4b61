"""What Twilio's products share: who we are there, how its answers are read, and how its calls are signed."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson
from django.utils.translation import gettext_lazy as _

from aftercare.engagement.messaging.errors import NotGenuine, UnreadableEvent
from aftercare.engagement.messaging.gateways import Call
from aftercare.engagement.messaging.providing import Setting
from aftercare.foundation.webhooks.outgoing import Answer

ACCOUNT = Setting("account", _("Account SID"), help=_("Begins with AC."))
TOKEN = Setting("token", _("Auth token"), secret=True)
_SIGNATURE = "X-Twilio-Signature"


def basic(settings: Mapping[str, Any]) -> dict[str, str]:
    """The headers of a form, by HTTP basic authentication."""
    pair = b64encode(f"{settings[ACCOUNT.name]}:{settings[TOKEN.name]}".encode()).decode()
    return {"Authorization": f"Basic {pair}", "Content-Type": "application/x-www-form-urlencoded"}


def said_by(answer: Answer) -> Mapping[str, Any]:
    """The JSON of an answer; nothing where there is none."""
    try:
        said = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}


def fields_of(call: Call) -> dict[str, str]:
    """What a genuine call says; raises NotGenuine or UnreadableEvent."""
    try:
        pairs = parse_qsl(
            call.body.decode(), keep_blank_values=True, strict_parsing=bool(call.body), max_num_fields=200
        )
    except ValueError:
        raise UnreadableEvent("This is no event of Twilio.") from None
    told = call.header(_SIGNATURE)
    made = signature(url=call.url, pairs=pairs, token=str(call.settings[TOKEN.name]))
    if not hmac.compare_digest(told.encode(), made.encode()):
        raise NotGenuine(
            "The signature is not Twilio's.", remedy="The address it calls and the auth token must be ours."
        )
    return {name: value.replace("\0", "") for name, value in pairs}


def signature(*, url: str, pairs: list[tuple[str, str]], token: str) -> str:
    """HMAC-SHA1 over the address and every field in the order of names, as Twilio's libraries make it."""
    signed = url + "".join(name + value for name, value in sorted(set(pairs)))
    return b64encode(hmac.digest(token.encode(), signed.encode(), hashlib.sha1)).decode()
