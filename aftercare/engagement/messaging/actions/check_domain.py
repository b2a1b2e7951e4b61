"""Looking at the sender's DNS and keeping what was found."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from aftercare.engagement.messaging.channels import MAIL
from aftercare.engagement.messaging.dns.asking import Ask, Expected, findings_for, public_key_of
from aftercare.engagement.messaging.dns.records import as_rows
from aftercare.engagement.messaging.models import ChannelConnection, DomainCheck
from aftercare.engagement.messaging.providers import provider_called
from aftercare.engagement.messaging.queries import channel_connections, reply_domains
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.stores.models import Store


def check_domain(*, store: Store, now: datetime, ask: Ask | None = None) -> DomainCheck:
    """Asks outside any transaction, then keeps the answers; raises Invalid for a store that has no sender."""
    findings = findings_for(expected=expected_of(store=store), ask=ask)
    with transaction.atomic():
        check, _ = DomainCheck.objects.update_or_create(
            store=store, domain=domain_of(store=store), defaults={"findings": as_rows(findings), "checked_at": now}
        )
    return check


def domain_of(*, store: Store) -> str:
    """From which domain the store's mail comes; raises Invalid where none is set."""
    domain = store.sender_email.rpartition("@")[2].lower()
    if not domain:
        raise Invalid("The store has no sender's address yet.", remedy="Enter it in the settings of the store.")
    return domain


def expected_of(*, store: Store) -> Expected:
    """What receivers should find, by whomever the store sends."""
    domain = domain_of(store=store)
    replies = reply_domains(store_ids=[store.pk]).get(store.pk, "")
    sending = next(
        (one for one in channel_connections(channel=MAIL) if one.state == ChannelConnection.State.SENDING), None
    )
    if sending is not None:
        provider = provider_called(sending.provider)
        return Expected(domain, provider.spf, provider.dkim, "", replies)
    signs = bool(settings.DKIM_KEY) and domain == settings.DKIM_DOMAIN
    return Expected(
        domain,
        selectors=[settings.DKIM_SELECTOR] if signs else [],
        public_key=public_key_of(private_key=settings.DKIM_KEY) if signs else "",
        reply_domain=replies,
    )
