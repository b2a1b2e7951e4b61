"""What shoppers read about incidents: what happened, what we do, in plain words and without excuses."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.care.incidents.vocabulary import Blame, IncidentKind


class Words(NamedTuple):
    """A headline, and what is done about it."""

    headline: str
    doing: str


_UNDER_WAY: Any = gettext_lazy("It is under way. We watch it and write when something changes.")
_ASKING: Any = gettext_lazy("We are asking the carrier, and write as soon as there is news.")
_SETTLING: Any = gettext_lazy("We are settling it with the carrier. If it does not turn up, we will put it right.")
_OURS: Any = gettext_lazy("That is our fault, and we are looking into it.")
_NOTED: Any = gettext_lazy("We have noted it and will write to you about how we put it right.")
_LATER: Any = gettext_lazy("That is our fault. We will write to you about what we can do.")
_NOT_RIGHT: Any = gettext_lazy("Something did not arrive as it should")

_WORDS: dict[str, tuple[Any, Any]] = {
    IncidentKind.LATE: (gettext_lazy("Your parcel is later than promised"), _UNDER_WAY),
    IncidentKind.STALLED: (gettext_lazy("We have heard nothing of your parcel for longer than usual"), _ASKING),
    IncidentKind.LOST: (gettext_lazy("Your parcel may be lost"), _SETTLING),
    IncidentKind.DAMAGED: (_NOT_RIGHT, _NOTED),
    IncidentKind.WRONG_ITEM: (_NOT_RIGHT, _NOTED),
    IncidentKind.MISSING_ITEM: (_NOT_RIGHT, _NOTED),
    IncidentKind.OUT_OF_STOCK: (gettext_lazy("Something you ordered is not in stock after all"), _LATER),
}
_NOT_LEFT: Any = gettext_lazy("Your parcel has not left us yet")


def said_of(kind: str, blame: str) -> Words | None:
    """What is said of an incident; None of those that the parcel's own notices speak of."""
    if kind == IncidentKind.STALLED and blame == Blame.MERCHANT:
        return Words(str(_NOT_LEFT), str(_OURS))
    found = _WORDS.get(kind)
    return Words(str(found[0]), str(found[1])) if found else None


def said_of_mass(*, carrier: str, banner: str) -> Words:
    """What is said where a carrier holds up many: the shop's own words, or ours."""
    headline = _("%(carrier)s is holding up many parcels") % {"carrier": carrier}
    ours = _("Yours is one of them. We talk to the carrier for everybody at once, and write when it moves again.")
    return Words(headline, banner or ours)


def macro_of(*, carrier: str, macro: str) -> str:
    """What staff answer to whoever asks about a mass incident."""
    return macro or str(_MACRO % {"carrier": carrier})


_MACRO = (
    "%(carrier)s is holding up many parcels at the moment, and yours is one of them. We are talking to the carrier for"
    " everybody at once and will write to you as soon as it moves again. You need not do anything; the page of your"
    " order always shows what we know."
)
