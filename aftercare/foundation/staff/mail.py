"""Mail to staff, through the installation's own relay, where there is one."""

from collections.abc import Sequence
from email.headerregistry import Address

import structlog
from django.conf import settings
from django.core.mail import EmailMessage

from aftercare.foundation.stores.models import Store

log = structlog.get_logger(__name__)


def can_mail_staff() -> bool:
    """Whether there is a relay."""
    return bool(settings.EMAIL_HOST)


def mail_staff(*, store: Store, to: Sequence[str], subject: str, text: str, about: str) -> bool:
    """Whether the mail was taken; `about` names it in the log. One mail, with every address of its own in the header.

    Never called within a transaction: a relay may take its time.
    """
    if not can_mail_staff() or not to:
        return False
    sender = Address(
        display_name=store.name.replace("\n", " "), addr_spec=store.sender_email or settings.DEFAULT_FROM_EMAIL
    )
    mail = EmailMessage(subject=" ".join(subject.split()), body=text, from_email=str(sender), to=list(to))
    try:
        return bool(mail.send())
    except OSError as error:  # SMTP's own errors are such, too
        log.warning("mail to staff not sent", about=about, error=type(error).__name__)
        return False
