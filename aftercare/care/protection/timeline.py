"""How events of protection and claims read on a timeline."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.care.protection import events
from aftercare.care.protection.explaining import things_in_words
from aftercare.care.protection.tones import TONES
from aftercare.care.protection.vocabulary import ClaimKind, Remedy, Stage
from aftercare.foundation.events.timelines import Told, tells, topic
from aftercare.foundation.kit.money import Money

topic("protection", gettext_lazy("Protection and claims"), "protection.", "claim.")


@tells(events.ProtectionAsked, events.ProtectionBooked)
def _asked(data: Mapping[str, Any]) -> Told:
    words = [_("signature") if data.get("signature") else "", _("in person only") if data.get("in_person") else ""]
    if data.get("insured"):
        words.append(_("insured for %(amount)s") % {"amount": _amount(data, "insured")})
    return Told(" · ".join(filter(None, words)) or _("nothing"), "information", _parcel(data))


@tells(events.ProtectionLapsed)
def _lapsed(data: Mapping[str, Any]) -> Told:
    missing = things_in_words(data.get("missing", ()))
    stage = data.get("stage")
    return Told(f"{Stage(stage).label}: {missing}" if stage in Stage.values else missing, "attention", _parcel(data))


@tells(events.TermsChanged)
def _terms(data: Mapping[str, Any]) -> Told:
    return Told(_("version %(n)d, %(rules)d rules") % {"n": data.get("terms", 0), "rules": data.get("rules", 0)})


@tells(
    events.ClaimOpened, events.ClaimSent, events.ClaimApproved, events.ClaimDenied, events.ClaimSettled,
    events.ClaimWithdrawn,
)  # fmt: skip
def _claim(data: Mapping[str, Any]) -> Told:
    kind, remedy = data.get("kind"), data.get("remedy")
    words = [str(ClaimKind(kind).label) if kind in ClaimKind.values else ""]
    words.append(str(Remedy(remedy).label) if remedy in Remedy.values else "")
    words.append(_amount(data, "amount") if data.get("amount") else "")
    words.append(data.get("reason", ""))
    tone = TONES.get(data.get("state", ""), "neutral")
    return Told(" · ".join(filter(None, words)), tone, ("claim", data.get("claim", "")))


def _amount(data: Mapping[str, Any], name: str) -> str:
    return Money(data[name], data["currency"]).format("en") if data.get("currency") else ""


def _parcel(data: Mapping[str, Any]) -> tuple[str, str] | None:
    return ("shipment", data["shipment"]) if data.get("shipment") else None
