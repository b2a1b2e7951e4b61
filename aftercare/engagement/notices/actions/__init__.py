"""What is done about notices."""

from aftercare.engagement.notices.actions.publishing import address_orders, end_notice, publish_notice, write_notice
from aftercare.engagement.notices.actions.reading import acknowledge, note_read
from aftercare.engagement.notices.actions.sending import NOTICES, remind_unread, send_due

__all__ = [
    "NOTICES", "acknowledge", "address_orders", "end_notice", "note_read", "publish_notice", "remind_unread", "send_due",
    "write_notice",
]  # fmt: skip
