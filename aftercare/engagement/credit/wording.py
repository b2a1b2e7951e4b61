"""Why a code does not count, as shoppers read it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aftercare.engagement.credit.policy.quoting import Answer, Why
from aftercare.foundation.kit.money import Money

_SENTENCES = {
    Why.UNKNOWN: gettext_noop("We do not know this code."),
    Why.TWICE: gettext_noop("This code, or another of the same promotion, counts already."),
    Why.REVOKED: gettext_noop("This code is no longer valid."),
    Why.NOT_YET: gettext_noop("This code is not valid yet."),
    Why.OVER: gettext_noop("This code has expired."),
    Why.NOT_YOURS: gettext_noop("This code is for somebody else."),
    Why.WHO_ARE_YOU: gettext_noop("Tell us your e-mail address first: this code counts once for each person."),
    Why.USED_BEFORE: gettext_noop("You have used this promotion already."),
    Why.USED_UP: gettext_noop("This code is used up."),
    Why.CURRENCY: gettext_noop("This code is for another currency."),
    Why.NOTHING_COVERED: gettext_noop("There is nothing in your basket that this code counts for."),
    Why.MINIMUM: gettext_noop("%(amount)s more, and this code counts."),
    Why.NOT_TOGETHER: gettext_noop("This code cannot be used together with another."),
    Why.NOT_WITH_CREDIT: gettext_noop("This code cannot be used together with store credit."),
}


def sentence_of(answer: Answer, *, currency: str, locale: str) -> str:
    """In the reader's language; empty where it counts."""
    if answer.why is None:
        return ""
    return _(_SENTENCES[answer.why]) % {"amount": Money(answer.needed, currency).format(locale)}
