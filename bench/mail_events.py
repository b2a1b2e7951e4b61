"""What mail providers really send, through the whole intake: one line per payload, and what mutations of them do.

    python -m bench.mail_events --data DIR [--mutations 1000]

DIR holds a folder for each webhook of a provider (`postmark_webhooks`, `mailgun_inbound`, …) with JSON payloads. They are
signed here as the provider would, and called over HTTP. No answer may be a server error. Nothing of DIR is kept.
"""

import base64
import hashlib
import hmac
import importlib
import os
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson

from bench.recordings import Recordings
from bench.scratch import scratch_database

SECRET = "benchmark-secret"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
_SERVERS_FAULT = 500
_SHOWN = 90


@dataclass(frozen=True, slots=True)
class Signed:
    """A call as the provider would make it."""

    body: bytes
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


def main() -> int:
    """The exit code tells whether any call ended in a server error."""
    given = Recordings(
        "mail_events", reads="Read what mail providers send.", holds="a folder for each, such as mailgun_tracking"
    )
    os.environ.setdefault("AFTERCARE_LOG_LEVEL", "CRITICAL")
    with scratch_database():
        return _run(given)


def _run(given: Recordings) -> int:
    # Only now: the models cannot be imported before the scratch database is Django's.
    intake = importlib.import_module("bench.mail_webhooks").Intake(secret=SECRET)
    payloads = list(_payloads(given.data))
    ends: Counter[str] = Counter()
    for provider, webhook, file, payload in payloads:
        if not intake.has(provider, webhook):
            end, said = "left out", "not in the table"
        else:
            status, said = intake.call(provider, webhook, sign(provider, webhook, payload, intake))
            end = "error" if status >= _SERVERS_FAULT else "taken" if status == 200 else "refused"
        ends[end] += 1
        print(f"{provider:13} {webhook:9} {file:52} {end:9} {said[:_SHOWN]}")
    print(f"\n{len(payloads)} payloads: " + ", ".join(f"{count} {end}" for end, count in ends.items()))
    broken = _mutate(payloads, intake, given.mutations, given.seed) if given.mutations else 0
    return given.exit_code(read=len(payloads) - ends["left out"], failed=ends["error"] + broken)


def _payloads(data: Path) -> Iterator[tuple[str, str, str, Any]]:
    for folder in sorted(data.iterdir()):
        provider, _, kind = folder.name.rpartition("_")
        webhook = "inbound" if kind == "inbound" else "tracking"
        for file in sorted(folder.glob("*.json")):
            yield provider, webhook, file.stem, orjson.loads(file.read_bytes())


def _mutate(payloads: list[tuple[str, str, str, Any]], intake: Any, mutations: int, seed: int) -> int:
    """Change payloads at random places and call again; answers how many ended in a server error."""
    chance = random.Random(seed)
    known = [one for one in payloads if intake.has(*one[:2])]
    ends: Counter[int] = Counter()
    for _ in range(mutations):
        provider, webhook, file, payload = chance.choice(known)
        changed = mutated(payload, chance)
        try:
            signed = sign(provider, webhook, changed, intake)
        except (TypeError, ValueError, AttributeError):
            signed = Signed(orjson.dumps(changed, option=orjson.OPT_NON_STR_KEYS))
        status, said = intake.call(provider, webhook, signed)
        ends[status] += 1
        if status >= _SERVERS_FAULT:
            print(f"BROKEN {provider} {webhook} {file}: {said}\n  {orjson.dumps(changed)[:400]!r}")
    print(
        f"{mutations} mutations: " + ", ".join(f"{count} answered {status}" for status, count in sorted(ends.items()))
    )
    return sum(count for status, count in ends.items() if status >= _SERVERS_FAULT)


_STRANGE: tuple[Any, ...] = (
    None, True, False, 0, -1, 10**18, 1.5, "", "\0", "x" * 5000, "💥", "9999-99-99", "../..", [], {}, [[]], {"": None},
    "1970-01-01T00:00:00Z", "<script>", "=?utf-8?b?//?=",
)  # fmt: skip


def mutated(payload: Any, chance: random.Random) -> Any:
    """One to three places replaced, removed or repeated."""
    changed = orjson.loads(orjson.dumps(payload))
    for _ in range(chance.randint(1, 3)):
        places = list(_places(changed))
        if not places:
            return chance.choice(_STRANGE)
        holder, key = chance.choice(places)
        match chance.randrange(3):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, list):
                holder.append(holder[key])
            case _:
                holder[key] = chance.choice(_STRANGE)
    return changed


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(items):
        yield value, key
        yield from _places(inner)


def sign(provider: str, webhook: str, payload: Any, intake: Any) -> Signed:
    """As this provider signs; most rely on the password in the address."""
    signer = _SIGNERS.get(provider)
    if signer is not None:
        return signer(payload, webhook, intake)
    if (provider, webhook) == ("sendgrid", "inbound"):
        return Signed(urlencode(payload).encode(), FORM)
    return Signed(orjson.dumps(payload))


def _mailersend(payload: Any, _webhook: str, _intake: Any) -> Signed:
    body = orjson.dumps(payload)
    return Signed(body, headers=(("Signature", hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()),))


def _mailtrap(payload: Any, _webhook: str, _intake: Any) -> Signed:
    body = orjson.dumps(payload)
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return Signed(body, headers=(("Mailtrap-Signature", signature),))


def _mailgun(payload: Any, _webhook: str, _intake: Any) -> Signed:
    signature = hmac.new(SECRET.encode(), b"1795340000token", hashlib.sha256).hexdigest()
    block = {"timestamp": "1795340000", "token": "token", "signature": signature}
    if "event-data" in payload:
        return Signed(orjson.dumps({**payload, "signature": block}))
    return Signed(urlencode({**payload, **block}).encode(), FORM)


def _mandrill(payload: Any, webhook: str, intake: Any) -> Signed:
    events = orjson.dumps(payload if isinstance(payload, list) else [payload]).decode()
    signed = f"{intake.url('mandrill', webhook)}mandrill_events{events}".encode()
    signature = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha1).digest()).decode()  # theirs
    return Signed(urlencode({"mandrill_events": events}).encode(), FORM, (("X-Mandrill-Signature", signature),))


def _postal(payload: Any, _webhook: str, intake: Any) -> Signed:
    body = orjson.dumps(payload)
    return Signed(body, headers=(("X-Postal-Signature", intake.postal_signature(body)),))


def _unisender_go(payload: Any, _webhook: str, _intake: Any) -> Signed:
    whole = {
        "auth": SECRET,
        "events_by_user": [{"events": [{"event_name": "transactional_email_status", "event_data": payload}]}],
    }
    body = orjson.dumps(payload if "auth" in payload else whole)
    digest = hashlib.md5(body).hexdigest()
    return Signed(body.replace(f'"auth":"{SECRET}"'.encode(), f'"auth":"{digest}"'.encode(), 1))


_SIGNERS: dict[str, Callable[[Any, str, Any], Signed]] = {
    "mailersend": _mailersend, "mailtrap": _mailtrap, "mailgun": _mailgun, "mandrill": _mandrill, "postal": _postal,
    "unisender_go": _unisender_go,
}  # fmt: skip

if __name__ == "__main__":
    sys.exit(main())
