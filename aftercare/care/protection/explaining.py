"""What staff read of how rules and windows came about: every step in words."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from aftercare.care.protection.policy.rules import Because, Rule
from aftercare.care.protection.policy.windows import Plan, Step, Why
from aftercare.care.protection.vocabulary import Destination, Exclusion, Wanted
from aftercare.care.protection.wording import REFUSALS, day_in_words
from aftercare.foundation.kit.money import Money
from aftercare.foundation.web.templatetags.locale import reading_locale

_STEPS: dict[str, Any] = {
    Why.CARRIER_SAYS_LOST: gettext_lazy("the carrier itself said on %(day)s that it is lost"),
    Why.CARRIER_SAYS_DAMAGED: gettext_lazy("the carrier itself said on %(day)s that it is damaged"),
    Why.DELIVERED_AT: gettext_lazy("delivered on %(day)s"),
    Why.OPENS: gettext_lazy("can be claimed from %(day)s"),
    Why.CLOSES: gettext_lazy("can be claimed until %(day)s"),
    **REFUSALS,
}
_EXCLUSIONS: dict[str, Any] = {
    Exclusion.RETURN_TO_SENDER: gettext_lazy("parcels on their way back"),
    Exclusion.BAD_ADDRESS: gettext_lazy("addresses that were wrong"),
    Exclusion.REFUSED: gettext_lazy("parcels that were not accepted"),
}
_THINGS: dict[str, Any] = {
    Wanted.SIGNATURE: gettext_lazy("signature"),
    Wanted.INSURANCE: gettext_lazy("insurance"),
    Wanted.IN_PERSON: gettext_lazy("handing over in person"),
}
_BECAUSE: dict[str, Any] = {
    Because.APPLIES: gettext_lazy("applies"),
    Because.OTHER_CURRENCY: gettext_lazy("not asked: another currency"),
    Because.WORTH_LESS: gettext_lazy("not asked: worth less"),
    Because.OTHER_DESTINATION: gettext_lazy("not asked: another destination"),
    Because.UNKNOWN_DESTINATION: gettext_lazy("not asked: nobody knows the country"),
    Because.OTHER_CARRIER: gettext_lazy("not asked: another carrier"),
}


def step_in_words(step: Step, *, zone: ZoneInfo | None = None) -> str:
    """One step of a trace, for staff; in the reader's zone unless another is given."""
    day = day_in_words(step.at, now=step.at, zone=zone) if step.at else ""
    match step.why:
        case Why.SILENT_SINCE:
            words = ngettext(
                "%(n)d day without a scan, the last on %(day)s",
                "%(n)d days without a scan, the last on %(day)s",
                step.number,
            )
        case Why.PAST_PROMISE:
            words = ngettext(
                "%(n)d day after it was due, or heard of, on %(day)s",
                "%(n)d days after it was due, or heard of, on %(day)s",
                step.number,
            )
        case Why.PHOTOS:
            words = ngettext("with at least %(n)d photo", "with at least %(n)d photos", step.number)
        case _:
            words = str(_STEPS.get(step.word or step.why, step.why))
    return words % {"n": step.number, "day": day}


def things_in_words(wanted: Iterable[str]) -> str:
    """What is asked or lacks, as things: "signature, insurance"."""
    return ", ".join(str(_THINGS[word]) for word in wanted if word in _THINGS)


def because_in_words(because: str) -> str:
    """What came of a rule."""
    return str(_BECAUSE[because])


def rule_in_words(rule: Rule) -> str:
    """A rule as a sentence: "From €500.00, abroad, with DHL: insure for the value."."""
    amount = Money(rule.at_least, rule.currency).format(reading_locale())
    where = "" if rule.destination == Destination.ANYWHERE else str(Destination(rule.destination).label)
    conditions = [
        _("From %(amount)s") % {"amount": amount},
        where,
        _("with %(carrier)s") % {"carrier": rule.carrier} if rule.carrier else "",
    ]
    return f"{', '.join(filter(None, conditions))}: {Wanted(rule.wants).label}."


def plan_in_words(plan: Plan) -> list[str]:
    """What a plan covers, one sentence for each kind."""
    said = []
    if plan.lost is not None:
        lost = plan.lost
        said.append(
            _(
                "Never arrived: after %(home)d days without a scan (abroad %(abroad)d), or %(past)d days past the day it was"
                " due; until %(within)d days after the last scan."
            )
            % {"home": lost.domestic_days, "abroad": lost.abroad_days, "past": lost.past_promise_days,
               "within": lost.within_days}
        )  # fmt: skip
    if plan.stolen is not None:
        words = _("Marked as delivered, not there: from %(after)d to %(within)d days after the delivery.")
        said.append(words % {"after": plan.stolen.after_days, "within": plan.stolen.within_days})
    if plan.damaged is not None:
        words = ngettext(
            "Damaged: within %(within)d days after the delivery, with %(photos)d photo at least.",
            "Damaged: within %(within)d days after the delivery, with %(photos)d photos at least.",
            plan.damaged.photos,
        )
        said.append(words % {"within": plan.damaged.within_days, "photos": plan.damaged.photos})
    if plan.not_covered:
        named = ", ".join(str(_EXCLUSIONS[one]) for one in Exclusion if one in plan.not_covered)
        said.append(_("Not covered: %(what)s.") % {"what": named})
    return said or [_("Covers nothing.")]
