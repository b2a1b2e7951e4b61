"""What customers say yes or no to, whichever way it reaches us."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aftercare.commerce.customers.actions import ConsentStatement, record_consents
from aftercare.commerce.customers.schemas import ConsentIn
from aftercare.engagement.messaging.preferences import PURPOSES


@dataclass(frozen=True, slots=True)
class Word:
    """A customer's yes or no to a purpose by a channel; `source` says how it reached us, `wording` what it was said to (the
    purpose's own explanation, if left out)."""

    customer_id: int
    purpose: str
    channel: str
    granted: bool
    source: str
    at: datetime
    wording: str = ""


def state(*, store_id: int, words: Sequence[Word], now: datetime) -> int:
    """Keep every word, in their order; answers how many changed something."""
    statements = [ConsentStatement(one.customer_id, _said(one)) for one in words]
    return record_consents(store_id=store_id, statements=statements, now=now) if statements else 0


def _said(word: Word) -> ConsentIn:
    explanation = next((str(known.explanation) for known in PURPOSES if known.key == word.purpose), "")
    return ConsentIn(
        purpose=word.purpose, channel=word.channel, granted=word.granted, source=word.source, at=word.at,
        wording=word.wording or explanation,
    )  # fmt: skip
