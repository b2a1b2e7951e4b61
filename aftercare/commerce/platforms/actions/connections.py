"""Connecting shops, changing their secrets, and letting them go."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F

from aftercare.commerce.platforms.connectors import registry
from aftercare.commerce.platforms.errors import SourceTaken
from aftercare.commerce.platforms.events import (
    ConnectionEvent,
    ShopConnected,
    ShopDisconnected,
    ShopSecretChanged,
)
from aftercare.commerce.platforms.models import Connection
from aftercare.commerce.platforms.queries import settings_of
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.kit.errors import Invalid, Refusal
from aftercare.foundation.kit.sealing import seal

# Long enough to change the secret on the other side, and for what was signed before to arrive.
BOTH_SECRETS_FOR = timedelta(days=3)
_LONGEST_SOURCE = 40
log = structlog.get_logger(__name__)


@transaction.atomic
def connect_shop(
    *, store_id: int, platform: str, source: str, settings: Mapping[str, Any], by: str, now: datetime
) -> Connection:
    """Let a shop send us what happens there; raises NotFound for an unknown platform and Invalid naming the setting."""
    if not 1 <= len(source) <= _LONGEST_SOURCE:
        raise Invalid(f"'{source}' cannot name a source.", field="source", remedy="Use 1 to 40 characters.")
    accepted = _accepted(platform, settings)
    if Connection.objects.filter(store_id=store_id, source=source).exclude(state=Connection.State.ENDED).exists():
        raise SourceTaken(
            f"Another connection is called '{source}'.", field="source", remedy="Choose another name for this shop."
        )
    made = Connection.objects.create(
        store_id=store_id, platform=platform, source=source, sealed_settings=seal(accepted), by=by[:80],
        connected_at=now,
    )  # fmt: skip
    _record(made, ShopConnected(made.public_id, platform, source), by=by, now=now)
    return made


@transaction.atomic
def rotate_secret(
    *, connection: Connection, secret: str, now: datetime, keep_previous: bool = True, by: str = "system"
) -> None:
    """Sign with another secret from now on; the previous one is accepted for three days unless it has leaked."""
    settings = settings_of(connection)
    changed = _accepted(connection.platform, {**settings, "secret": secret})
    if keep_previous:
        changed |= {"previous_secret": settings["secret"], "previous_until": (now + BOTH_SECRETS_FOR).isoformat()}
    connection.sealed_settings = seal(changed)
    connection.save(update_fields=["sealed_settings"])
    fact = ShopSecretChanged(
        connection.public_id, connection.platform, connection.source, had_leaked=not keep_previous
    )  # fmt: skip
    _record(connection, fact, by=by, now=now)


@transaction.atomic
def disconnect_shop(*, connection: Connection, now: datetime, by: str = "system") -> None:
    """Forget a shop's secrets: what it sends from now on is turned away. What it told us stays."""
    connection.state = Connection.State.ENDED
    connection.ending = "Disconnected by staff."
    connection.sealed_settings = ""
    connection.save(update_fields=["state", "ending", "sealed_settings"])
    fact = ShopDisconnected(connection.public_id, connection.platform, connection.source)
    _record(connection, fact, by=by, now=now)


def note_refusal(*, connection: Connection, refusal: Refusal, now: datetime) -> None:
    """Count a call that was turned away, where staff will see it."""
    log.warning("shop turned away", connection=connection.public_id, code=refusal.code, problem=refusal.sentence)
    Connection.objects.filter(pk=connection.pk).update(
        refused=F("refused") + 1,
        last_refusal=f"{refusal.sentence} {refusal.remedy}"[:300],
        last_refused_at=now,
    )


def _record(connection: Connection, fact: ConnectionEvent, *, by: str, now: datetime) -> None:
    record([Fact(fact, store_id=connection.store_id, occurred_at=now, actor=by)], now=now)


def _accepted(platform: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    form = registry[platform].SettingsForm(data=dict(settings))
    if not form.is_valid():
        field, messages = next(iter(form.errors.items()))
        raise Invalid(str(messages[0]), field=field)
    accepted: dict[str, Any] = form.cleaned_data
    return accepted
