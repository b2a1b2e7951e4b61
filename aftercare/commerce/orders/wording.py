"""What an order's page says: the answer's first line, and the line below it on how sure it is and what to do."""

from datetime import date, datetime, tzinfo
from typing import Any

from babel.dates import format_time
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.orders.policy.outlook import Headline, Outlook
from aftercare.foundation.web.templatetags.locale import reading_locale
from aftercare.foundation.web.templatetags.moments import spoken_day, spoken_range

_ESTIMATE = _("This is an estimate. The page changes by itself when we know more.")
_LOOK_BELOW = _("What happened, and what you can do, stands below.")

EXPLANATIONS: dict[Headline, Any] = {
    Headline.RECEIVED: _("Next we pack it. The page changes by itself when there is news."),
    Headline.UNPAID: _("As soon as it is here we get your order ready. If you have just paid, this can take a day."),
    Headline.VOIDED: _("Nothing was charged, and nothing will be sent."),
    Headline.REFUNDED: _("Nothing of it will be sent. Banks take up to five working days to show a refund."),
    Headline.CANCELLED: _("Nothing of it will be sent. If you have paid, your money comes back the way you paid."),
    Headline.NOT_SENT: _("Whoever ordered it for you knows more."),
    Headline.PREPARING: _("Next we pack it. The page changes by itself when there is news."),
    Headline.BACK_ORDERED: _("We are waiting for it ourselves and send it as soon as it is here."),
    Headline.PACKED: _("The carrier picks it up next."),
    Headline.ANNOUNCED: _("It is packed and labelled; the carrier has not scanned it yet."),
    Headline.ON_ITS_WAY: _("The carrier has not told us a day yet."),
    Headline.ARRIVES_TODAY: _ESTIMATE,
    Headline.ARRIVES_TOMORROW: _ESTIMATE,
    Headline.ARRIVES_ON: _ESTIMATE,
    Headline.ARRIVES_BY: _ESTIMATE,
    Headline.ARRIVES_BETWEEN: _ESTIMATE,
    Headline.OUT_FOR_DELIVERY: _("It is on the van. If the driver does not make it, it is tried again."),
    Headline.OUT_SINCE: _("The carrier has not told us more since. Most likely it is tried again today."),
    Headline.WAITS: _("Bring an identity document and the tracking number."),
    Headline.NOT_HANDED_OVER: _LOOK_BELOW,
    Headline.OVERDUE: _("It was expected by {day}. The carrier has not given a new day."),
    Headline.DELAYED: _("The carrier reports a delay and has not given a new day."),
    Headline.HELD: _LOOK_BELOW,
    Headline.RETURNING: _LOOK_BELOW,
    Headline.CALLED_OFF: _("The parcel was cancelled before it left. Ask us if you do not know why."),
    Headline.DELIVERED_TODAY: _("Not there? Look with neighbours and in the safe place first, then tell us."),
    Headline.DELIVERED: _("Not there? Look with neighbours and in the safe place first, then tell us."),
    Headline.PICKUP_FROM: _("We tell you when it is there."),
    Headline.PICKUP_READY: _("Bring your order number."),
    Headline.PICKUP_MISSED: _("Tell us if you still want to come."),
    Headline.PICKED_UP: _("If anything is not as it should be, tell us."),
    Headline.VISIT_OPEN: _("There is no appointment yet."),
    Headline.VISIT_TODAY: _("If you cannot be there, tell us as early as you can."),
    Headline.VISIT_ON: _("If you cannot be there, tell us as early as you can."),
    Headline.VISIT_PAST: _("It has not been reported as done. If nobody came, tell us."),
    Headline.VISIT_UNDER_WAY: _("It will not be long."),
    Headline.VISIT_MISSED: _("Tell us when it suits you, and we come again."),
    Headline.VISIT_DONE: _("If anything is not as it should be, tell us."),
    Headline.DOWNLOAD_COMING: _("It arrives by e-mail."),
    Headline.DOWNLOAD_SENT: _("It came by e-mail. Cannot find it? Look in the spam folder."),
}
_PROMISED = _("As promised when you ordered.")
_WINDOW = _("Most likely between {start} and {end}.")


def title(outlook: Outlook, *, today: date) -> str:
    """The first line."""
    words = {}
    if outlook.last or outlook.first:
        words["day"] = spoken_day(outlook.last or outlook.first or today, today=today)
    if outlook.first and outlook.last:
        words["days"] = spoken_range(outlook.first, outlook.last)
    return str(outlook.headline.label).format(**words)


def explanation(outlook: Outlook, *, today: date, zone: tzinfo) -> str:
    """The line below: the hours if they are known, else how the answer is meant."""
    if outlook.window:
        return str(_WINDOW).format(start=_clock(outlook.window[0], zone), end=_clock(outlook.window[1], zone))
    if outlook.lead and outlook.lead.promised and outlook.headline is not Headline.OVERDUE:
        return str(_PROMISED)
    day = spoken_day(outlook.last, today=today) if outlook.last else ""
    return str(EXPLANATIONS[outlook.headline]).format(day=day)


def _clock(moment: datetime, zone: tzinfo) -> str:
    return str(format_time(moment.astimezone(zone), "short", locale=reading_locale()))
