"""Decisions in the words of staff: what each rule looked at, and what is decided when."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercare.engagement.messaging.models import MessageDecision
from aftercare.engagement.messaging.policy import (
    Answer,
    Decision,
    LegalClass,
    OpenHours,
    Reason,
    Situation,
    Step,
    Verdict,
)
from aftercare.engagement.messaging.policy.budget import room
from aftercare.engagement.messaging.policy.calendar import ALL_DAY, Spans
from aftercare.engagement.messaging.policy.countries import spans_in_words
from aftercare.engagement.messaging.sending_rules import HoursIn, LimitIn, kept_rules

TONES = {Verdict.SEND: "good", Verdict.DEFER: "attention", Verdict.DROP: "problem"}
ICONS = {Verdict.SEND: "circle-check", Verdict.DEFER: "clock", Verdict.DROP: "circle-x"}


def reason_in_words(reason: str, detail: str = "") -> str:
    """Why, with whatever is known beyond."""
    label = str(Reason(reason).label) if reason in Reason.values else reason
    return f"{label}: {detail}" if detail else label


def verdict_in_words(verdict: str) -> str:
    """The answer as one word."""
    match verdict:
        case Verdict.SEND:
            return _("Send")
        case Verdict.DEFER:
            return _("Wait")
    return _("Do not send")


def shown(decision: Decision | None) -> dict[str, Any]:
    """A decision as a line of a list: icon, tone, verdict and why. None is a rule's silence: it has no objection."""
    verdict = decision.verdict if decision else Verdict.SEND
    return {
        "tone": TONES[verdict], "icon": ICONS[verdict], "verdict": verdict_in_words(verdict),
        "why": reason_in_words(decision.reason, decision.detail) if decision else "",
        "until": decision.until if decision else None,
    }  # fmt: skip


def outlook_in_words(steps: Sequence[Step]) -> str:
    """What becomes of a message, in a sentence without its time."""
    first, last = steps[0].decision, steps[-1].decision
    if first.verdict is Verdict.SEND:
        return _("It goes out at once.")
    if first.verdict is Verdict.DROP:
        return _("It is not sent.")
    if last.verdict is Verdict.SEND:
        return _("It waits, and goes out if nothing else happens:")
    return _("It waits, and would be dropped in the end: %(why)s") % {"why": reason_in_words(last.reason, last.detail)}


def answer_in_words(answer: Answer, situation: Situation, at: datetime) -> dict[str, Any]:
    """What a rule says, and what it looked at."""
    looked = _LOOKED_AT[answer.rule.key](situation, at) if answer.rule.key in _LOOKED_AT else ""
    return {**shown(answer.objection), "key": answer.rule.key, "label": answer.rule.label, "looked": looked}


def kept_in_words(kept: MessageDecision) -> dict[str, Any]:
    """A decision that was kept, as an entry of a timeline."""
    verdict = Verdict(kept.verdict)
    return {
        "icon": ICONS[verdict], "tone": TONES[verdict], "title": verdict_in_words(verdict), "at": kept.at,
        "text": reason_in_words(kept.reason, kept.detail), "until": kept.until,
    }  # fmt: skip


def hour_in_words(hour: int) -> str:
    """18:00."""
    return f"{hour:02}:00"


def class_in_words(legal_class: LegalClass) -> str:
    """A legal class in a word of staff's."""
    match legal_class:
        case LegalClass.TRANSACTIONAL:
            return _("owed")
        case LegalClass.SERVICE:
            return _("service")
    return _("marketing")


def limit_in_words(limit: LimitIn) -> str:
    """At most 3 in 7 days: service, marketing."""
    said = {"most": limit.most, "days": limit.days, "what": classes_in_words(limit.covers)}
    return (
        ngettext("At most %(most)s a day: %(what)s", "At most %(most)s in %(days)s days: %(what)s", limit.days) % said
    )


def row_in_words(row: HoursIn) -> dict[str, str]:
    """A store's own hours: for whom, and when."""
    return {
        "whom": row.country or _("Everywhere"), "by": ", ".join(row.channels) or _("every channel"),
        "what": classes_in_words(row.covers), "hours": hours_in_words(row.open_hours),
    }  # fmt: skip


def hours_in_words(hours: OpenHours) -> str:
    """Mon to Fri 08:00-20:00, Sat 10:00-19:00, Sun closed, holidays closed."""
    days = [(_("Mon to Fri"), hours.weekday), (_("Sat"), hours.saturday), (_("Sun"), hours.sunday)]
    if hours.holiday is not None:
        days.append((_("holidays"), hours.holiday))
    return "; ".join(f"{day} {_span(spans)}" for day, spans in days)


def rules_in_words(kept: Mapping[str, Any]) -> list[str]:
    """A version in a few sentences."""
    rules = kept_rules(kept)
    said = [limit_in_words(limit) for limit in rules.limits]
    said.append(_("Digests") if rules.digests else _("No digests"))
    if rules.best_hour:
        said.append(_("Best hour, %(n)s h at most") % {"n": rules.patience_hours})
    if rules.hours:
        said.append(ngettext("%(n)s row of hours", "%(n)s rows of hours", len(rules.hours)) % {"n": len(rules.hours)})
    if rules.control_percent:
        said.append(_("Control group of %(n)s %%") % {"n": f"{rules.control_percent:g}"})
    return said


def _span(spans: Spans) -> str:
    return _("all day") if spans == ALL_DAY else spans_in_words(spans) or _("closed")


def classes_in_words(covers: Iterable[LegalClass]) -> str:
    """The classes a rule covers, by their names."""
    return ", ".join(class_in_words(one) for one in covers)


def budget_in_words(situation: Situation, at: datetime) -> str:
    """2 more may be sent now."""
    if situation.is_owed:
        return _("never waits for it")
    if situation.budget is None or not situation.budget.limits:
        return _("there is no limit")
    left = room(budget=situation.budget, legal_class=situation.legal_class, now=at)
    ahead = len(situation.budget.ahead)
    said = ngettext("%(n)s more may be sent now", "%(n)s more may be sent now", left) % {"n": left}
    return f"{said}, {_('%(n)s wait before it') % {'n': ahead}}" if ahead else said


def _address(situation: Situation, at: datetime) -> str:  # noqa: ARG001 -- all of these have one signature
    return situation.address or _("none")


def _suppression(situation: Situation, at: datetime) -> str:  # noqa: ARG001
    return "; ".join(one.sentence for one in situation.suppressed) or _("not blocked")


def _consent(situation: Situation, at: datetime) -> str:  # noqa: ARG001
    if situation.is_owed:
        return _("what is owed needs none")
    return {None: _("nothing said"), True: _("said yes"), False: _("said no")}[situation.consent]


def _control_group(situation: Situation, at: datetime) -> str:  # noqa: ARG001
    return _("in it") if situation.in_control_group else _("not in it")


def _freshness(situation: Situation, at: datetime) -> str:  # noqa: ARG001
    return "" if situation.expires_at else _("it does not go stale")


def _holds(situation: Situation, at: datetime) -> str:
    if situation.is_owed:
        return _("what is owed waits for none")
    is_held = situation.held_until is not None and situation.held_until > at
    return situation.held_because if is_held else _("none")


def _quiet_hours(situation: Situation, at: datetime) -> str:
    calendar = situation.calendar
    clock = " / ".join(sorted({f"{at.astimezone(zone):%a %H:%M}" for zone in calendar.places}))
    hours = "; ".join(_span(one.on(calendar.local(at).date(), calendar.country)) for one in calendar.hours)
    return _("%(clock)s there, open %(hours)s") % {"clock": clock, "hours": hours or _("always")}


def _best_hour(situation: Situation, at: datetime) -> str:  # noqa: ARG001
    best = situation.best_hour
    if best is None:
        return _("none is minded")
    return f"{hour_in_words(best.hour)}, {best.learned_from}"


_LOOKED_AT = {
    "address": _address, "suppression": _suppression, "consent": _consent, "control_group": _control_group,
    "freshness": _freshness, "holds": _holds, "quiet_hours": _quiet_hours, "best_hour": _best_hour,
    "budget": budget_in_words,
}  # fmt: skip
