"""What is refused here."""

from aftercare.foundation.kit.errors import Invalid


class UnreadableHistory(Invalid):
    """A file of deliveries that cannot be evaluated; the sentence names line and field."""

    code = "unreadable_history"
