"""Sending an invitation through the installation's own relay, where there is one."""

from email.headerregistry import Address

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.foundation.staff.actions.invitations import invitation_token
from aftercare.foundation.staff.models import Invitation
from aftercare.foundation.staff.policy import ROLE_LABELS

log = structlog.get_logger(__name__)


def invitation_url(*, invitation: Invitation) -> str:
    """The link, which only its latest generation opens."""
    return settings.SITE_URL + reverse("invitation", args=[invitation_token(invitation=invitation)])


def send_invitation(*, invitation: Invitation) -> bool:
    """Whether the mail was taken. Without a relay, or when it refuses, the link has to be passed on by hand.

    Never called within a transaction: a relay may take its time.
    """
    if not settings.EMAIL_HOST:
        return False
    store = invitation.store
    context = {
        "store": store, "invitation": invitation, "role": ROLE_LABELS[invitation.held_role],
        "link": invitation_url(invitation=invitation),
    }  # fmt: skip
    mail = EmailMessage(
        subject=_("%(store)s invites you to work with them") % {"store": store.name},
        body=render_to_string("account/email/invitation.txt", context),
        from_email=_sender(store.name, store.sender_email or settings.DEFAULT_FROM_EMAIL),
        to=[invitation.email],
    )
    try:
        return bool(mail.send())
    except OSError as error:  # SMTP's own errors are such, too
        log.warning("invitation not sent", invitation=invitation.public_id, error=type(error).__name__)
        return False


def _sender(name: str, address: str) -> str:
    return str(Address(display_name=name.replace("\n", " "), addr_spec=address))
