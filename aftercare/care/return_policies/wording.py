"""What shoppers read of verdicts: why something cannot be returned, until when it can, and what the law gives."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.care.return_policies.policy.conditions import conditions
from aftercare.care.return_policies.policy.facts import ReturnFacts
from aftercare.care.return_policies.policy.law import Exemption
from aftercare.care.return_policies.policy.rules import Policy, Rule, kind_of, settings_of
from aftercare.care.return_policies.policy.verdicts import Offer, Refused, Verdict, Why
from aftercare.engagement.segments.definition import Condition, Group, conditions_of
from aftercare.engagement.segments.vocabulary import Match
from aftercare.foundation.web.templatetags.moments import spoken_day

_WHY: dict[Why, Any] = {
    Why.BY_RULE: gettext_lazy("This is not possible: %(rule)s."),
    Why.NOT_OFFERED: gettext_lazy("The shop does not offer this."),
    Why.OVER: gettext_lazy("The time for this ended on %(day)s."),
    Why.NOT_DELIVERED: gettext_lazy("You can return it once it has arrived."),
    Why.NOTHING_LEFT: gettext_lazy("All of it has been returned already."),
    Why.WORTH_MORE: gettext_lazy("It is worth more than is refunded without sending it back."),
    Why.NO_WAY_BACK: gettext_lazy("There is no way to send it back. Please write to us."),
}
# What explains most is said first.
_TELLING = tuple(_WHY)
_EXEMPT: dict[Exemption, Any] = {
    Exemption.PERSONALISED: gettext_lazy("The right of withdrawal does not cover what was made or changed for you."),
    Exemption.PERISHABLE: gettext_lazy("The right of withdrawal does not cover what perishes quickly."),
    Exemption.HYGIENE: gettext_lazy("The right of withdrawal ends when a seal for hygiene is broken."),
    Exemption.SEALED_MEDIA: gettext_lazy("The right of withdrawal ends when sealed recordings or software are opened."),
    Exemption.PRESS: gettext_lazy("The right of withdrawal does not cover newspapers and magazines."),
    Exemption.DATED: gettext_lazy("The right of withdrawal does not cover what is booked for a certain date."),
    Exemption.DOWNLOAD_BEGUN: gettext_lazy("The right of withdrawal ended when the download began."),
    Exemption.SERVICE_PERFORMED: gettext_lazy("The right of withdrawal ended when the service had been rendered in full."),
}  # fmt: skip

_JOINTS: dict[Match, Any] = {
    Match.ALL: gettext_lazy(" and "), Match.ANY: gettext_lazy(" or "), Match.NONE: gettext_lazy(" or "),
}  # fmt: skip


def why_not(verdict: Verdict, *, policy: Policy, facts: ReturnFacts, zone: tzinfo, now: datetime) -> str:
    """Why a line cannot be returned at all: "Earrings cannot be … . You told us it was opened."; empty where it can."""
    if verdict.is_returnable:
        return ""
    refusals = [one.refused for one in verdict.offers if one.refused is not None]
    first = min(refusals, key=lambda one: _TELLING.index(one.why) if one.why is not Why.NOT_OFFERED else len(_TELLING))
    said = [refusal_in_words(first, policy=policy, facts=facts, zone=zone, now=now)]
    if (
        verdict.withdrawal is not None
        and verdict.withdrawal.exemption is not None
        and first.why is not Why.NOTHING_LEFT
    ):
        said.append(str(_EXEMPT[verdict.withdrawal.exemption]))
    return " ".join(said)


def refusal_in_words(refused: Refused, *, policy: Policy, facts: ReturnFacts, zone: tzinfo, now: datetime) -> str:
    """Why an outcome is not offered, in the shop's own words where it has any, with what the shopper told us."""
    rule = policy.rules[refused.rule] if refused.rule is not None and refused.rule < len(policy.rules) else None
    day = last_day(refused.at, zone=zone, now=now) if refused.at else ""
    words = refused.reason or str(_WHY[refused.why]) % {"rule": rule.name if rule else "", "day": day}
    told = _told(rule, facts) if rule and refused.why is Why.BY_RULE else []
    return " ".join([words, *told])


def until_in_words(offer: Offer, *, zone: tzinfo, now: datetime) -> str:
    """How long an outcome can still be had; empty where nothing ends it."""
    if offer.until is None:
        return ""
    return _("until %(day)s") % {"day": last_day(offer.until, zone=zone, now=now)}


def withdrawal_in_words(verdict: Verdict, *, zone: tzinfo, now: datetime) -> str:
    """What the law gives now; empty where it gives nothing."""
    right = verdict.withdrawal
    if right is None or not right.is_open:
        return ""
    if right.until is None:
        return _("You can withdraw from this purchase by law.")
    day = last_day(right.until, zone=zone, now=now)
    return _("You can withdraw from this purchase by law until %(day)s.") % {"day": day}


def group_in_words(group: Group) -> str:
    """All its conditions, with what joins them; nothing where there are none."""
    parts = [
        f"({group_in_words(part)})" if isinstance(part, Group) else condition_in_words(part) for part in group.parts
    ]
    words = str(_JOINTS[group.match]).join(parts)
    return _("not: %(what)s") % {"what": words} if group.match == Match.NONE and parts else words


def condition_in_words(condition: Condition) -> str:
    """One condition, or its opposite; of a kind that is gone, only its name is known."""
    if condition.kind not in conditions:
        return condition.kind
    words = str(kind_of(condition).describe(settings_of(condition)))
    return _("not: %(what)s") % {"what": words} if condition.opposite else words


def last_day(end: datetime, *, zone: tzinfo, now: datetime) -> str:
    """The day that ends at an instant, as people say it."""
    local = (end - timedelta(seconds=1)).astimezone(zone)
    return spoken_day(local.date(), today=now.astimezone(zone).date())


def _told(rule: Rule, facts: ReturnFacts) -> Sequence[str]:
    """What the shopper said that made the rule apply."""
    said = []
    for _path, condition in conditions_of(rule.when):
        kind, settings = kind_of(condition), settings_of(condition)
        if not condition.opposite and kind.is_about_request and kind.test(settings)(facts):
            said.append(kind.said(settings, facts))
    return list(dict.fromkeys(filter(None, said)))
