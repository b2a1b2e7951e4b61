"""Sending an invitation through the installation's own relay, where there is one."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.foundation.staff.actions.invitations import invitation_token
from aftercare.foundation.staff.mail import mail_staff
from aftercare.foundation.staff.models import Invitation
from aftercare.foundation.staff.policy import ROLE_LABELS


def invitation_url(*, invitation: Invitation) -> str:
    """The link, which only its latest generation opens."""
    return settings.SITE_URL + reverse("invitation", args=[invitation_token(invitation=invitation)])


def send_invitation(*, invitation: Invitation) -> bool:
    """Whether the mail was taken. Without a relay, or when it refuses, the link has to be passed on by hand.

    Never called within a transaction: a relay may take its time.
    """
    store = invitation.store
    context = {
        "store": store, "invitation": invitation, "role": ROLE_LABELS[invitation.held_role],
        "link": invitation_url(invitation=invitation),
    }  # fmt: skip
    return mail_staff(
        store=store, to=[invitation.email], subject=_("%(store)s invites you to work with them") % {"store": store.name},
        text=render_to_string("account/email/invitation.txt", context), about=invitation.public_id,
    )  # fmt: skip
