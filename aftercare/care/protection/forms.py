"""What claims are narrowed to, and what staff decide and write: claims, bookings, rules and plans."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercare.care.protection.actions import Decision
from aftercare.care.protection.models import Booking, Claim
from aftercare.care.protection.policy import moves
from aftercare.care.protection.queries import ClaimFilter
from aftercare.care.protection.schemas import ArrivedIn, LostIn, PlanIn, RuleIn
from aftercare.care.protection.vocabulary import ClaimKind, ClaimState, Destination, Exclusion, Remedy, Wanted
from aftercare.commerce.shipments.policy import carrier_key
from aftercare.foundation.kit.money import Money
from aftercare.foundation.web.amounts import AmountField, set_currency
from aftercare.foundation.web.listing import Filters

_LONGEST = 365


class ClaimFilters(Filters):
    """Claims by state, kind and carrier. The search is for order, customer and tracking number."""

    state = forms.ChoiceField(label=_("State"), choices=[("", _("Not settled")), *ClaimState.choices], required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *ClaimKind.choices], required=False)
    carrier = forms.CharField(label=_("Carrier"), required=False, max_length=40)

    def narrowed(self) -> ClaimFilter:
        """As the query takes them."""
        carrier = self.chosen("carrier") or ""
        return ClaimFilter(
            words=self.chosen("q") or "", state=self.chosen("state") or "", kind=self.chosen("kind") or "",
            carrier=carrier_key(carrier) if carrier else "",
        )  # fmt: skip


class MoveForm(forms.Form):
    """Where a claim goes, what is done for the customer, and why."""

    to = forms.ChoiceField(label=_("Decision"))
    remedy = forms.ChoiceField(
        label=_("What is done"), required=False, choices=[("", "\N{EN DASH}"), *Remedy.choices],
        help_text=_("With an approval."),
    )  # fmt: skip
    amount = AmountField(label=_("Amount"), required=False, when_empty=0)
    reference = forms.CharField(
        label=_("The carrier's number of the claim"), required=False, max_length=80,
        help_text=_("Kept and exported; the customer does not see it."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Words to the customer"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands in the message and on their page. A denial needs a reason."),
    )  # fmt: skip

    def __init__(self, *args: Any, claim: Claim, suggested: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._claim = claim
        following = [state for state in moves.following(claim.state) if state != ClaimState.WITHDRAWN]
        self.fields["to"].choices = [(state.value, state.label) for state in following]  # type: ignore[attr-defined]  # a ChoiceField
        set_currency(self, "amount", currency=claim.order.currency, label=_("Amount in %(currency)s"), amount=suggested)
        self.fields["reference"].initial = claim.reference
        if not any(moves.needs_remedy(state) for state in following):
            del self.fields["remedy"], self.fields["amount"]

    def clean(self) -> dict[str, Any]:
        """An amount only counts with what costs one."""
        said = dict(super().clean() or {})
        to, remedy = said.get("to", ""), said.get("remedy", "")
        if not (to and moves.needs_remedy(to)):
            said["remedy"], remedy = "", ""
        said["amount"] = said.get("amount") or 0 if moves.costs(remedy) else 0
        if to and moves.needs_remedy(to) and not remedy:
            self.add_error("remedy", _("Choose what is done."))
        if moves.costs(remedy) and not 0 < said["amount"] <= self._claim.order.total and "amount" not in self.errors:
            self.add_error("amount", _("More than nothing, and no more than the order cost."))
        if to and moves.needs_reason(to) and not said.get("reason", "").strip():
            self.add_error("reason", _("The customer is owed a reason."))
        return said

    def decision(self) -> Decision:
        """As it is carried out."""
        said = self.cleaned_data
        return Decision(
            ClaimState(said["to"]), reason=said["reason"], remedy=said["remedy"], amount=said["amount"],
            reference=said["reference"],
        )  # fmt: skip


class BookingForm(forms.Form):
    """What was really bought for a parcel."""

    signature = forms.BooleanField(label=_("Signature"), required=False)
    in_person = forms.BooleanField(label=_("Handed over in person only"), required=False)
    insured = AmountField(label=_("Insured for"), required=False, when_empty=0)

    def __init__(self, *args: Any, currency: str, booked: Booking | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        insured = booked.insured or None if booked else None
        set_currency(self, "insured", currency=currency, label=_("Insured for, in %(currency)s"), amount=insured)
        if booked is not None:
            self.initial = {"signature": booked.signature, "in_person": booked.in_person}


class RuleForm(forms.Form):
    """One rule, in the order of its sentence."""

    at_least = AmountField(label=_("From"))
    destination = forms.ChoiceField(label=_("To"), choices=Destination.choices)
    carrier = forms.CharField(
        label=_("Carrier"), required=False, max_length=40, help_text=_("Left empty: whichever carrier.")
    )
    wants = forms.ChoiceField(label=_("Then"), choices=Wanted.choices)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._currency = currency
        set_currency(self, "at_least", currency=currency, label=_("From a worth of goods of, in %(currency)s"))

    def rule(self) -> RuleIn:
        """As it is kept."""
        said = self.cleaned_data
        return RuleIn(
            wants=said["wants"], at_least=Money(said["at_least"], self._currency).decimal(), currency=self._currency,
            destination=said["destination"], carrier=said["carrier"],
        )  # fmt: skip


def _days(label: Any, least: int = 0) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=_LONGEST, required=False)


class PlanForm(forms.Form):
    """When parcels of a carrier can be claimed; what is left empty is not covered."""

    name = forms.CharField(label=_("Name"), max_length=80)
    carrier = forms.CharField(
        label=_("Carrier"), required=False, max_length=40,
        help_text=_("Left empty: every carrier without a plan of its own."),
    )  # fmt: skip
    domestic_days = _days(_("Lost: days without a scan, at home"), 1)
    abroad_days = _days(_("Lost: days without a scan, abroad"), 1)
    past_promise_days = _days(_("Lost: or days after it was due"), 1)
    lost_within = _days(_("Lost: until days after the last scan"))
    stolen_after = _days(_("Marked as delivered, not there: from days after delivery"))
    stolen_within = _days(_("Marked as delivered, not there: until days after delivery"))
    damaged_within = _days(_("Damaged: until days after delivery"))
    damaged_photos = forms.IntegerField(label=_("Damaged: photos at least"), min_value=0, max_value=6, required=False)
    not_covered = forms.MultipleChoiceField(
        label=_("Not covered"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=Exclusion.choices,
    )  # fmt: skip

    @staticmethod
    def said_of(plan: PlanIn) -> dict[str, Any]:
        """A plan as the form shows it."""
        lost, stolen, damaged = plan.lost, plan.stolen, plan.damaged
        return {
            "name": plan.name, "carrier": plan.carrier, "not_covered": [one.value for one in plan.not_covered],
            **({"domestic_days": lost.domestic_days, "abroad_days": lost.abroad_days,
                "past_promise_days": lost.past_promise_days, "lost_within": lost.within_days} if lost else {}),
            **({"stolen_after": stolen.after_days, "stolen_within": stolen.within_days} if stolen else {}),
            **({"damaged_within": damaged.within_days, "damaged_photos": damaged.photos} if damaged else {}),
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Windows that end before they begin are refused here, beside their field."""
        said = dict(super().clean() or {})
        lost = [said.get(name) for name in ("domestic_days", "abroad_days", "past_promise_days", "lost_within")]
        if any(lost) and None in lost:
            self.add_error("lost_within", _("Fill in all four, or none."))
        elif None not in lost and said["lost_within"] < max(said["domestic_days"], said["abroad_days"]):
            self.add_error("lost_within", _("This ends before it begins."))
        stolen, after = said.get("stolen_within"), said.get("stolen_after")
        if stolen is not None and stolen < (after or 0):
            self.add_error("stolen_within", _("This ends before it begins."))
        return said

    def plan(self, *, key: str) -> PlanIn:
        """As it is kept."""
        said = self.cleaned_data
        lost, stolen, damaged = said["lost_within"], said["stolen_within"], said["damaged_within"]
        return PlanIn(
            key=key, name=said["name"], carrier=said["carrier"], not_covered=tuple(map(Exclusion, said["not_covered"])),
            lost=LostIn(
                domestic_days=said["domestic_days"], abroad_days=said["abroad_days"],
                past_promise_days=said["past_promise_days"], within_days=lost,
            ) if lost is not None else None,
            stolen=ArrivedIn(after_days=said["stolen_after"] or 0, within_days=stolen) if stolen is not None else None,
            damaged=ArrivedIn(within_days=damaged, photos=said["damaged_photos"] or 0) if damaged is not None else None,
        )  # fmt: skip
