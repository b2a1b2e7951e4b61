"""What shoppers are shown of policies: rules in plain words, what the law adds, and how it stands with each of their things."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercare.care.return_policies.phrases import country_name
from aftercare.care.return_policies.policy.effects import effects
from aftercare.care.return_policies.policy.law import Law, law_for
from aftercare.care.return_policies.policy.rules import Policy, countries_named, settings_of
from aftercare.care.return_policies.queries import Judged
from aftercare.care.return_policies.vocabulary import Blame
from aftercare.care.return_policies.wording import group_in_words, last_day, why_not, withdrawal_in_words

_ALL_OF_EUROPE = "eu"


@dataclass(frozen=True, slots=True)
class RuleShown:
    """One rule: its name, for what it holds, and what it says."""

    name: str
    about: str
    says: Sequence[str]


@dataclass(frozen=True, slots=True)
class LineShown:
    """One of the shopper's things: until when it can be returned as what, or why not, and what the law gives."""

    title: str
    image_url: str
    until: str
    choices: Sequence[str]
    why_not: str
    by_law: str


def rules_shown(policy: Policy) -> list[RuleShown]:
    """Every rule that says something to shoppers, in the order of their say."""
    shown = []
    for rule in policy.rules:
        known = [effect for effect in rule.then if effect.kind in effects and not effects[effect.kind].is_internal]
        if known:
            says = [_capital(str(effects[one.kind].describe(settings_of(one)))) for one in known]
            about = group_in_words(rule.when)
            shown.append(
                RuleShown(rule.name, _("For: %(what)s") % {"what": about} if about else _("For everything"), says)
            )
    return shown


def laws_shown(policy: Policy, *, country: str) -> list[list[str]]:
    """What the law gives in the store's country and those the rules name."""
    found = dict.fromkeys(
        law for code in (country, *countries_named(policy)) if (law := law_for(code)) is not None and law.days
    )
    return [_law(law) for law in found]


def line_shown(judged: Judged, *, zone: ZoneInfo, now: datetime) -> LineShown:
    """One line, as its verdict says."""
    verdict = judged.verdict
    day = last_day(verdict.until, zone=zone, now=now) if verdict.until else ""
    until = _("You can return it until %(day)s.") % {"day": day} if day else _("You can return it.")
    return LineShown(
        title=judged.gathered.title, image_url=judged.gathered.image_url,
        until=until if verdict.is_returnable else "",
        choices=[str(one.outcome.label) for one in verdict.open_offers],
        why_not=why_not(verdict, policy=judged.policy.written, facts=judged.facts, zone=zone, now=now),
        by_law=withdrawal_in_words(verdict, zone=zone, now=now),
    )  # fmt: skip


def _law(law: Law) -> list[str]:
    where = _("the European Union, Iceland, Liechtenstein and Norway") if law.key == _ALL_OF_EUROPE else country_name(
        min(law.countries)
    )  # fmt: skip
    words = ngettext(
        "%(where)s: within %(n)d day after delivery you can withdraw from a purchase without giving a reason, whatever the"
        " rules above say.",
        "%(where)s: within %(n)d days after delivery you can withdraw from a purchase without giving a reason, whatever the"
        " rules above say.",
        law.days,
    ) % {"where": _capital(where), "n": law.days}  # fmt: skip
    cost = _("Sending it back is free then.") if law.return_cost is Blame.SHOP else _(
        "You pay for sending it back then, unless something is wrong with it."
    )  # fmt: skip
    return [words, cost, *([_("Standard shipping is paid back, too.")] if law.original_shipping else [])]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
