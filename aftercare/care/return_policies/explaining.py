"""What staff read of policies and verdicts: rules as sentences, and every step of a trace in words."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.care.return_policies.policy.effects import effects
from aftercare.care.return_policies.policy.rules import Effect, Rule, settings_of
from aftercare.care.return_policies.policy.rulings import Thing
from aftercare.care.return_policies.policy.tracing import Gives, LawStep, OverrideStep, RuleStep, Step, Trace
from aftercare.care.return_policies.vocabulary import Aspect, Method, Outcome
from aftercare.care.return_policies.wording import group_in_words, last_day

_ASPECTS: dict[Aspect, Any] = {
    Aspect.OUTCOME: gettext_lazy("whether it is offered"),
    Aspect.WINDOW: gettext_lazy("until when"),
    Aspect.EXTENSION: gettext_lazy("how much longer"),
    Aspect.METHOD: gettext_lazy("whether it can go this way"),
    Aspect.POSTAGE: gettext_lazy("what sending it back costs"),
    Aspect.RESTOCKING: gettext_lazy("what is kept back"),
    Aspect.BONUS: gettext_lazy("what is added"),
    Aspect.KEEP_UNDER: gettext_lazy("up to which value it may be kept"),
    Aspect.PHOTOS: gettext_lazy("photos"),
    Aspect.REVIEW: gettext_lazy("review by staff"),
    Aspect.PROCESSING: gettext_lazy("when it is carried out"),
    Aspect.DESTINATION: gettext_lazy("where it goes back to"),
    Aspect.REASONS: gettext_lazy("which reasons are offered"),
    Aspect.SHIPPING: gettext_lazy("original shipping"),
}
_GIVES: dict[Gives, Any] = {
    Gives.NOTHING: gettext_lazy("The law gives no right to withdraw here."),
    Gives.EXEMPT: gettext_lazy("The law exempts it from withdrawal: %(exemption)s."),
    Gives.OVER: gettext_lazy("The time to withdraw by law ended on %(day)s."),
    Gives.REFUND: gettext_lazy("The law asks for a refund, whatever the rules say%(until)s."),
    Gives.LONGER: gettext_lazy("The law gives longer for a refund%(until)s."),
    Gives.NO_RESTOCKING: gettext_lazy("By law nothing may be kept back of a refund."),
    Gives.NO_POSTAGE: gettext_lazy("By law sending it back for a refund is free."),
    Gives.OWN_CARRIER: gettext_lazy("By law the shopper may send it back themselves, without a fee of ours."),
    Gives.NO_CONDITIONS: gettext_lazy("By law a withdrawal needs neither photos nor anybody's consent."),
    Gives.SOONER: gettext_lazy("By law a refund does not wait for more than the goods being back."),
    Gives.SHIPPING: gettext_lazy("By law standard shipping is refunded where all of the order goes back."),
}


def rule_in_words(rule: Rule) -> str:
    """A rule as a sentence: "If sent to Germany: until 30 days after delivery; returning is free."."""
    then = "; ".join(effect_in_words(effect) for effect in rule.then) or _("decides nothing")
    when = group_in_words(rule.when)
    return _("If %(when)s: %(then)s") % {"when": when, "then": then} if when else _("Always: %(then)s") % {"then": then}


def effect_in_words(effect: Effect) -> str:
    """One effect; of a kind that is gone, only its name is known."""
    if effect.kind not in effects:
        return _("something we no longer know (“%(kind)s”)") % {"kind": effect.kind}
    return str(effects[effect.kind].describe(settings_of(effect)))


def thing_in_words(thing: Thing) -> str:
    """What a rule decides: "Refund: until when"."""
    label = str(_ASPECTS[thing.aspect])
    if not thing.of:
        return label
    of = Method(thing.of).label if thing.of in Method.values else Outcome(thing.of).label
    return f"{of}: {label}"


def things_in_words(things: Iterable[Thing]) -> str:
    """Several, by their aspect: "until when (Refund, Store credit)"."""
    by_aspect: dict[Aspect, list[str]] = {}
    for thing in things:
        names = by_aspect.setdefault(thing.aspect, [])
        if thing.of:
            names.append(str(Method(thing.of).label if thing.of in Method.values else Outcome(thing.of).label))
    return ", ".join(
        str(_ASPECTS[aspect]) + (f" ({', '.join(names)})" if 0 < len(names) < len(Outcome) else "")
        for aspect, names in by_aspect.items()
    )


def trace_in_words(trace: Trace, *, zone: tzinfo, now: datetime) -> list[str]:
    """Every step, in its order."""
    return [step_in_words(step, zone=zone, now=now) for step in trace]


def step_in_words(step: Step, *, zone: tzinfo, now: datetime) -> str:
    """One step, for staff."""
    match step:
        case RuleStep():
            return _rule_step(step)
        case OverrideStep():
            words = ", ".join(str(outcome.label) for outcome in step.outcomes)
            words = ", ".join(filter(None, [words, _("no fees") if step.waives_fees else ""]))
            return _("Staff decided otherwise (%(what)s): %(reason)s") % {"what": words, "reason": step.reason}
        case LawStep():
            day = last_day(step.until, zone=zone, now=now) if step.until else ""
            until = _(", until %(day)s") % {"day": day} if day else ""
            exemption = step.exemption.replace("_", " ") if step.exemption else ""
            return str(_GIVES[step.gives]) % {"day": day, "until": until, "exemption": exemption}


def _rule_step(step: RuleStep) -> str:
    place = {"n": step.place + 1, "name": step.name}
    if not step.applies:
        return _("Rule %(n)d, “%(name)s”, does not apply.") % place
    said = [_("Rule %(n)d, “%(name)s”, applies.") % place]
    if step.decided:
        said.append(_("It decides: %(things)s.") % {"things": things_in_words(step.decided)})
    for by in sorted({one.by for one in step.overridden}):
        things = things_in_words(one.thing for one in step.overridden if one.by == by)
        said.append(_("Rule %(n)d had decided before it: %(things)s.") % {"n": by + 1, "things": things})
    if step.passed_over:
        said.append(
            _("Its amounts are in another currency: %(things)s.") % {"things": things_in_words(step.passed_over)}
        )
    return " ".join(said)
