"""The table of providers, and the entry that the guide shows."""

import re
from pathlib import Path

import pytest
from django.utils.module_loading import import_string

from aftercare.engagement.messaging.providers import Handed, MailProvider, provider_called, providers, read_table
from aftercare.engagement.messaging.providers.sending import send_by
from aftercare.engagement.messaging.reputation import Severity
from aftercare.foundation.kit.errors import NotFound
from tests.engagement.messaging.providers.gateway import ANSWERS, Gateway
from tests.engagement.messaging.providers.test_sending import MESSAGE

GUIDE = Path(__file__).parents[4] / "docs/howto/mail-provider.md"


@pytest.mark.parametrize("provider", providers().values(), ids=lambda provider: provider.key)
def test_every_entry_is_whole(provider: MailProvider) -> None:
    assert provider.label
    assert provider.where
    known = {setting.name for setting in provider.settings}
    for webhook in provider.webhooks.values():
        assert issubclass(import_string(webhook.view), object)
        assert not webhook.signed_by or webhook.signed_by in known
    assert not provider.backend or import_string(provider.backend)


def test_nobody_is_called_so() -> None:
    with pytest.raises(NotFound):
        provider_called("carrier pigeon")


def test_how_a_bounce_says_which_it_is() -> None:
    sparkpost, mailjet = provider_called("sparkpost"), provider_called("mailjet")
    assert sparkpost.severity({"msys": {"message_event": {"bounce_class": "10"}}}) == Severity.HARD
    assert sparkpost.severity({"msys": {"message_event": {"bounce_class": 22}}}) == Severity.SOFT
    assert mailjet.severity({"hard_bounce": True}) == Severity.HARD
    assert mailjet.severity({"hard_bounce": {"x": 1}}) is None
    assert mailjet.severity([1]) is None


def test_the_guides_entry_works(gateway: Gateway) -> None:
    entry = re.search(r"```toml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert entry
    (pigeon,) = read_table(text=entry[1]).values()
    gateway.answer = ANSWERS["postmark"]
    handed = [Handed("msg_3n8w0dq5t1v7x2zb", MESSAGE)]
    (receipt,) = send_by(provider=pigeon, settings={"server_token": "t"}, handed=handed)
    assert receipt.outcome == "sent"
    assert pigeon.severity({"Type": "SoftBounce"}) == Severity.SOFT
