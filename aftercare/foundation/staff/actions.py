"""Hiring, changing roles, and handing out tokens."""

from datetime import datetime, timedelta

from django.db import transaction

from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.ids import secret_token
from aftercare.foundation.staff.errors import AlreadyStaff, LastOwner
from aftercare.foundation.staff.models import ApiToken, Membership, User
from aftercare.foundation.staff.policy import Role, unknown_scopes
from aftercare.foundation.staff.queries import digest_of_token
from aftercare.foundation.stores.models import Store

_USE_IS_NOTED_EVERY = timedelta(minutes=5)


@transaction.atomic
def add_staff(
    *, store: Store, email: str, role: Role, now: datetime, name: str = "", password: str | None = None
) -> Membership:
    """Let someone work in the store. Without a password they set their own through "forgot password"."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, password, name=name)
    if Membership.objects.filter(store=store, user=user).exists():
        raise AlreadyStaff(email)
    return Membership.objects.create(store=store, user=user, role=role, created_at=now)


@transaction.atomic
def change_role(*, membership: Membership, role: Role) -> Membership:
    """Give a member another role; the last owner keeps theirs."""
    _keep_an_owner(membership, leaving=role != Role.OWNER)
    membership.role = role
    membership.save(update_fields=["role"])
    return membership


@transaction.atomic
def remove_staff(*, membership: Membership) -> None:
    """End a membership; the user stays, for other stores and for the history."""
    _keep_an_owner(membership, leaving=True)
    membership.delete()


@transaction.atomic
def issue_token(*, store: Store, name: str, scopes: list[str], by: User | None, now: datetime) -> tuple[ApiToken, str]:
    """A new token and its secret, which is never to be had again."""
    if unknown := unknown_scopes(scopes):
        raise Invalid(f"There is no scope '{unknown[0]}'.", field="scopes")
    secret = secret_token("act")
    token = ApiToken.objects.create(
        store=store,
        name=name,
        hint=secret[-4:],
        digest=digest_of_token(secret),
        scopes=scopes,
        created_by=by,
        created_at=now,
    )
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, now: datetime) -> None:
    """From now on the token opens nothing."""
    token.revoked_at = now
    token.save(update_fields=["revoked_at"])


def note_token_use(*, token: ApiToken, now: datetime) -> None:
    """Remember roughly when a token was used; not at every call, which would make every read a write."""
    if token.last_used_at is None or now - token.last_used_at > _USE_IS_NOTED_EVERY:
        token.last_used_at = now
        token.save(update_fields=["last_used_at"])


def _keep_an_owner(membership: Membership, *, leaving: bool) -> None:
    if not leaving or membership.held_role != Role.OWNER:
        return
    owners = Membership.objects.select_for_update().filter(store=membership.store, role=Role.OWNER)
    if len(owners) <= 1:
        raise LastOwner
