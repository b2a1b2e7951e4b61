"""Hiring, changing roles, and letting go."""

from datetime import datetime

from django.db import transaction

from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.staff.actions.sign_ins import end_other_sessions
from aftercare.foundation.staff.errors import AlreadyStaff, LastOwner
from aftercare.foundation.staff.events import RoleChanged, StaffJoined, StaffRemoved
from aftercare.foundation.staff.models import Membership, User
from aftercare.foundation.staff.passwords import check_password
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.staff.queries import user_of_email
from aftercare.foundation.stores.models import Store


@transaction.atomic
def add_staff(
    *, store: Store, email: str, role: Role, now: datetime, name: str = "", password: str | None = None,
    by: str = "system",
) -> Membership:  # fmt: skip
    """Let someone work in the store. Without a password they set their own through "forgot password"."""
    user = user_of_email(email=email)
    if user is None:
        user = User.objects.create_user(email, password, name=name)
    return join(store=store, user=user, role=role, by=by, now=now)


@transaction.atomic
def set_password(*, user: User, password: str) -> None:
    """Another password, which signs the user out everywhere; raises Invalid where the policy refuses it."""
    check_password(password=password, user=user)
    user.set_password(password)
    user.save(update_fields=["password"])
    end_other_sessions(user=user)


def join(*, store: Store, user: User, role: Role, by: str, now: datetime) -> Membership:
    """A user becomes a member, within the caller's transaction; raises AlreadyStaff where they are one."""
    if Membership.objects.filter(store=store, user=user).exists():
        raise AlreadyStaff(user.email)
    membership = Membership.objects.create(store=store, user=user, role=role, created_at=now)
    joined = StaffJoined(member=user.public_id, email=user.email, role=role.value)
    record([Fact(joined, store_id=store.pk, occurred_at=now, actor=by)], now=now)
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: Role, by: str, now: datetime) -> Membership:
    """Give a member another role; the last owner keeps theirs."""
    _keep_an_owner(membership, leaving=role != Role.OWNER)
    before, user = membership.held_role, membership.user
    if role == before:
        return membership
    membership.role = role
    membership.save(update_fields=["role"])
    changed = RoleChanged(member=user.public_id, email=user.email, before=before.value, after=role.value)
    record([Fact(changed, store_id=membership.store_id, occurred_at=now, actor=by)], now=now)
    return membership


@transaction.atomic
def remove_staff(*, membership: Membership, by: str, now: datetime) -> None:
    """End a membership; the user stays, for other stores and for the history."""
    _keep_an_owner(membership, leaving=True)
    user = membership.user
    membership.delete()
    removed = StaffRemoved(member=user.public_id, email=user.email, role=membership.role)
    record([Fact(removed, store_id=membership.store_id, occurred_at=now, actor=by)], now=now)


def _keep_an_owner(membership: Membership, *, leaving: bool) -> None:
    if not leaving or membership.held_role != Role.OWNER:
        return
    owners = Membership.objects.select_for_update().filter(store=membership.store, role=Role.OWNER)
    if len(owners) <= 1:
        raise LastOwner
