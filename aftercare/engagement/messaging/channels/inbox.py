"""The inbox on the shop's own pages: nothing leaves the house, and what is read there was delivered."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from aftercare.engagement.messaging.channels import INBOX, Channel, Claimed, Prepared, Receipt, register
from aftercare.engagement.messaging.requests import Recipient
from aftercare.engagement.messaging.texting import prepared_brief

_PUT = Receipt("sent", "Lies in the inbox")


@register
class InboxChannel(Channel):
    """A title and a sentence, kept until they are read, and after."""

    key = INBOX
    label = _("Inbox on our pages")
    icon = "inbox"
    batch = 500

    def addresses(self, people: Sequence[Recipient], *, store_ids: Sequence[int]) -> list[str]:  # noqa: ARG002 -- every channel's signature
        return [person.public_id for person in people]

    def prepare(self, messages: Sequence[Claimed]) -> list[Prepared]:
        return [prepared_brief(message) for message in messages]

    def deliver(self, messages: Sequence[Claimed], prepared: Sequence[Prepared]) -> Iterator[tuple[int, Receipt]]:  # noqa: ARG002 -- every channel's signature
        return ((place, _PUT) for place in range(len(messages)))
