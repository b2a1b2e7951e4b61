"""Asking somebody to work here, and their coming.

The link is signed and names the invitation and its generation; whether it still holds is decided by the row.
"""

from datetime import datetime

from django.core import signing
from django.db import IntegrityError, transaction

from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.staff.actions.hiring import join
from aftercare.foundation.staff.errors import AccountExists, AlreadyStaff, InvitationEnded, NotInvited
from aftercare.foundation.staff.events import InvitationRevoked, StaffInvited
from aftercare.foundation.staff.models import Invitation, Membership, User
from aftercare.foundation.staff.policy import INVITATION_HOLDS_FOR, InvitationState, Role
from aftercare.foundation.staff.queries import invitation_anywhere, user_of_email
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope

_SALT = "aftercare.staff.invitation"


@transaction.atomic
def invite(*, store: Store, email: str, role: Role, by: User | None, now: datetime) -> Invitation:
    """Ask somebody to work here, for seven days; whoever was asked before gets a new link, and the old one ends."""
    email = email.strip().lower()
    Store.objects.select_for_update().get(pk=store.pk)  # two owners at once ask one after the other
    if Membership.objects.filter(store=store, user__email__iexact=email).exists():
        raise AlreadyStaff(email)
    invitation = Invitation.objects.filter(store=store, email__iexact=email, accepted_at=None, revoked_at=None).first()
    is_again = invitation is not None
    if invitation is None:
        invitation = Invitation(store=store, email=email, generation=0)
    invitation.role, invitation.invited_by, invitation.sent_at = role, by, now
    invitation.generation += 1
    invitation.expires_at = now + INVITATION_HOLDS_FOR
    invitation.save()
    invited = StaffInvited(invitation=invitation.public_id, email=email, role=role.value, again=is_again)
    actor = f"staff:{by.public_id}" if by else "system"
    record([Fact(invited, store_id=store.pk, occurred_at=now, actor=actor)], now=now)
    return invitation


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: str, now: datetime) -> None:
    """Take an invitation back; raises InvitationEnded where somebody was quicker."""
    waiting = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    if not waiting.update(revoked_at=now):
        raise InvitationEnded
    revoked = InvitationRevoked(invitation=invitation.public_id, email=invitation.email, role=invitation.role)
    record([Fact(revoked, store_id=invitation.store_id, occurred_at=now, actor=by)], now=now)


def invitation_token(*, invitation: Invitation) -> str:
    """What stands in the link."""
    return signing.dumps([invitation.public_id, invitation.generation], salt=_SALT)


def invitation_of_token(*, token: str, now: datetime) -> Invitation:
    """The invitation a link is for; raises InvitationEnded, whatever the reason."""
    try:
        public_id, generation = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise InvitationEnded from None
    invitation = invitation_anywhere(public_id=public_id)
    if invitation is None or invitation.generation != generation:
        raise InvitationEnded
    if invitation.state_at(now) is not InvitationState.PENDING:
        raise InvitationEnded
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User, now: datetime) -> Membership:
    """Join with the account one has. Raises NotInvited for somebody else's, InvitationEnded where it no longer holds."""
    if user.email.lower() != invitation.email.lower():
        raise NotInvited(invitation.email)
    with store_scope(invitation.store_id):
        open_still = Invitation.objects.filter(
            pk=invitation.pk, generation=invitation.generation, accepted_at=None, revoked_at=None, expires_at__gt=now
        )
        if not open_still.update(accepted_at=now):
            raise InvitationEnded
        by = f"staff:{user.public_id}"
        return join(store=invitation.store, user=user, role=invitation.held_role, by=by, now=now)


@transaction.atomic
def join_as_new(*, invitation: Invitation, name: str, password: str, now: datetime) -> Membership:
    """Open an account and join with it; raises AccountExists where the address has one, whose owner must sign in."""
    if user_of_email(email=invitation.email) is not None:
        raise AccountExists
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, password, name=name)
    except IntegrityError:
        raise AccountExists from None
    return accept_invitation(invitation=invitation, user=user, now=now)
