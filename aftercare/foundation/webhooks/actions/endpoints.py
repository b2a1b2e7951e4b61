"""Adding endpoints, changing them, their secrets, and letting them go."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Event, Fact, catalogue
from aftercare.foundation.jobs.loops import wake
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.stores.models import Store
from aftercare.foundation.webhooks.actions.calling import CALLS
from aftercare.foundation.webhooks.errors import TooManyEndpoints, UnknownEventType, UnusableAddress
from aftercare.foundation.webhooks.events import (
    EndpointAdded,
    EndpointChanged,
    EndpointRemoved,
    EndpointSecretRotated,
)
from aftercare.foundation.webhooks.models import Endpoint
from aftercare.foundation.webhooks.outgoing import check_address
from aftercare.foundation.webhooks.policy import PREVIOUS_SECRET_HOLDS
from aftercare.foundation.webhooks.signing import Secrets, new_secret, opened

MOST = 20


def add_endpoint(
    *, store: Store, url: str, types: Sequence[str], by: str, now: datetime, description: str = ""
) -> tuple[Endpoint, str]:
    """A new endpoint and its secret; raises UnusableAddress, UnknownEventType or TooManyEndpoints."""
    # Asking for the address may take seconds; not while a transaction is open.
    _check_url(url)
    _check_types(types)
    with transaction.atomic():
        Store.objects.select_for_update().get(pk=store.pk)
        if Endpoint.objects.filter(store=store).count() >= MOST:
            raise TooManyEndpoints(MOST)
        secret = new_secret()
        endpoint = Endpoint.objects.create(
            store=store, url=url, types=_in_order(types), description=description, created_by=by, created_at=now,
            sealed_secrets=Secrets(secret).sealed(),
        )  # fmt: skip
        _record(endpoint, EndpointAdded(endpoint=endpoint.public_id, url=url, types=endpoint.types), by=by, now=now)
    return endpoint, secret


def change_endpoint(*, endpoint: Endpoint, by: str, now: datetime, **changes: Any) -> Endpoint:
    """Change `url`, `types` or `description`; what stays the same is no change. Another address starts in good health."""
    if "url" in changes and changes["url"] != endpoint.url:
        _check_url(changes["url"])
    if "types" in changes:
        _check_types(changes["types"])
        changes["types"] = _in_order(changes["types"])
    with transaction.atomic():
        endpoint = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
        before = {name: getattr(endpoint, name) for name in changes if getattr(endpoint, name) != changes[name]}
        if not before:
            return endpoint
        after = {name: changes[name] for name in before}
        for name, value in after.items():
            setattr(endpoint, name, value)
        if "url" in after:
            _make_well(endpoint)
        endpoint.save()
        fact = EndpointChanged(endpoint=endpoint.public_id, url=endpoint.url, before=before, after=after)
        _record(endpoint, fact, by=by, now=now)
    return endpoint


@transaction.atomic
def rotate_secret(*, endpoint: Endpoint, by: str, now: datetime, keep_previous: bool = True) -> str:
    """A new secret. The one before goes on signing for a day beside it, unless somebody else may know it."""
    endpoint = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    secret, before = new_secret(), opened(endpoint.sealed_secrets)
    kept = Secrets(secret, before.current, now + PREVIOUS_SECRET_HOLDS) if keep_previous else Secrets(secret)
    endpoint.sealed_secrets = kept.sealed()
    endpoint.save(update_fields=["sealed_secrets"])
    _record(endpoint, EndpointSecretRotated(endpoint=endpoint.public_id, url=endpoint.url), by=by, now=now)
    return secret


@transaction.atomic
def remove_endpoint(*, endpoint: Endpoint, by: str, now: datetime) -> None:
    """Forget it, with its secret and the log of its calls."""
    _record(endpoint, EndpointRemoved(endpoint=endpoint.public_id, url=endpoint.url), by=by, now=now)
    endpoint.delete()


@transaction.atomic
def set_endpoint_state(*, endpoint: Endpoint, state: Endpoint.State, by: str, now: datetime) -> None:
    """`active`: tell it of what is recorded from now on, and of what still waits. `paused`: tell it nothing; what
    happens meanwhile can be told afterwards by `recover_endpoint`. Only the system switches endpoints off."""
    if state == Endpoint.State.DISABLED:
        raise Invalid("Only the system switches webhooks off.", field="state", remedy="Send `paused`, or remove it.")
    endpoint = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    if endpoint.state == state:
        return
    fact = EndpointChanged(
        endpoint=endpoint.public_id, url=endpoint.url, before={"state": endpoint.state}, after={"state": state.value}
    )
    endpoint.state, endpoint.reason = state, ""
    _make_well(endpoint)
    endpoint.save()
    _record(endpoint, fact, by=by, now=now)
    wake(CALLS)


def _make_well(endpoint: Endpoint) -> None:
    endpoint.failures, endpoint.failing_since, endpoint.resting_until, endpoint.is_slow = 0, None, None, False


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in settings.PRIVATE_HOSTS_ALLOWED:
            raise UnusableAddress("Only https addresses are called: what is sent speaks of customers.")
        if parts.username or parts.password:
            raise UnusableAddress("A password in the address would be seen in logs; the signature tells who calls.")
        check_address(url)
    except (OSError, ValueError) as error:
        raise UnusableAddress(f"This address cannot be called: {error}.") from error


def _check_types(types: Sequence[str]) -> None:
    for place, name in enumerate(types):
        if catalogue.get(name) is None:
            raise UnknownEventType(name, place)


def _in_order(types: Sequence[str]) -> list[str]:
    return sorted(set(types))


def _record(endpoint: Endpoint, fact: Event, *, by: str, now: datetime) -> None:
    record([Fact(fact, store_id=endpoint.store_id, occurred_at=now, actor=by)], now=now)
