"""Handing out tokens, and taking them back."""

from datetime import datetime, timedelta

from django.db import transaction

from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.ids import secret_token
from aftercare.foundation.staff.events import TokenIssued, TokenRevoked
from aftercare.foundation.staff.models import ApiToken, User
from aftercare.foundation.staff.policy import unknown_scopes
from aftercare.foundation.staff.queries import digest_of_token
from aftercare.foundation.stores.models import Store

_USE_IS_NOTED_EVERY = timedelta(minutes=5)


@transaction.atomic
def issue_token(
    *, store: Store, name: str, scopes: list[str], by: User | None, now: datetime, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is never to be had again."""
    if unknown := unknown_scopes(scopes):
        raise Invalid(f"There is no scope '{unknown[0]}'.", field="scopes")
    if expires_at is not None and expires_at <= now:
        raise Invalid("This day is over already.", field="expires_at")
    secret = secret_token("act")
    token = ApiToken.objects.create(
        store=store, name=name, hint=secret[-4:], digest=digest_of_token(secret), scopes=scopes, created_by=by,
        created_at=now, expires_at=expires_at,
    )  # fmt: skip
    issued = TokenIssued(
        token=token.public_id, name=name, scopes=scopes, expires_at=expires_at.isoformat() if expires_at else ""
    )
    actor = f"staff:{by.public_id}" if by else "system"
    record([Fact(issued, store_id=store.pk, occurred_at=now, actor=actor)], now=now)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: str, now: datetime) -> None:
    """From now on the token opens nothing."""
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        return
    token.revoked_at = now
    revoked = TokenRevoked(token=token.public_id, name=token.name)
    record([Fact(revoked, store_id=token.store_id, occurred_at=now, actor=by)], now=now)


def note_token_use(*, token: ApiToken, now: datetime) -> None:
    """Remember roughly when a token was used; not at every call, which would make every read a write."""
    if token.last_used_at is None or now - token.last_used_at > _USE_IS_NOTED_EVERY:
        token.last_used_at = now
        token.save(update_fields=["last_used_at"])
