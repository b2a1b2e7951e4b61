"""Two customers found to be one person, and found to be two after all.

Identities move to the survivor, so whatever arrives next finds them. Orders and events keep the customer they were
recorded for; readers ask `person_ids`. What moved is kept with the merge, so that undoing puts back exactly that.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from aftercare.commerce.customers.errors import AlreadyMerged, AlreadySeparated, SameCustomer
from aftercare.commerce.customers.events import CustomerMerged, CustomerUnmerged
from aftercare.commerce.customers.models import Consent, Customer, Identity, Merge
from aftercare.commerce.customers.policy import Profile, Stance, combined, search_text
from aftercare.commerce.customers.queries import survivors
from aftercare.foundation.database.bulk import lock_for_transaction
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact


@transaction.atomic
def merge_customers(*, survivor: Customer, absorbed: Customer, by: str, now: datetime) -> Merge:
    """Let `absorbed` live on as `survivor`; raises SameCustomer or AlreadyMerged."""
    lock_for_transaction("commerce", survivor.store_id)
    survivor, absorbed = _locked(survivor), _locked(absorbed)
    if survivor.pk == absorbed.pk:
        raise SameCustomer
    if survivor.merged_into_id or absorbed.merged_into_id:
        raise AlreadyMerged
    moved = {
        "identities": _move_identities(absorbed, survivor),
        "filled": _fill(survivor, absorbed),
        "consents": _combine_consents(survivor, absorbed),
    }
    absorbed.merged_into = survivor
    absorbed.save(update_fields=["merged_into"])
    merge = Merge.objects.create(
        store_id=survivor.store_id, survivor=survivor, absorbed=absorbed, moved=moved, by=by, merged_at=now
    )
    _tell(CustomerMerged(absorbed.public_id), survivor, by, now)
    return merge


@transaction.atomic
def unmerge(*, merge: Merge, by: str, now: datetime) -> None:
    """Let the two be two again, each with what was theirs; what came to the survivor since stays there."""
    lock_for_transaction("commerce", merge.store_id)
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at:
        raise AlreadySeparated
    survivor, absorbed = _locked(merge.survivor), _locked(merge.absorbed)
    # The survivor may itself have been merged since; then its identities stand with the end of that chain.
    holder = survivors(store_id=merge.store_id, ids=[survivor.pk])[survivor.pk]
    Identity.objects.filter(pk__in=merge.moved["identities"], customer_id=holder).update(customer_id=absorbed.pk)
    _empty(survivor, merge.moved["filled"])
    _restore_consents(merge)
    absorbed.merged_into = None
    absorbed.save(update_fields=["merged_into"])
    merge.undone_at = now
    merge.save(update_fields=["undone_at"])
    _tell(CustomerUnmerged(absorbed.public_id, merge.merged_at.isoformat()), survivor, by, now)


def _locked(customer: Customer) -> Customer:
    return Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)


def _tell(event: CustomerMerged | CustomerUnmerged, survivor: Customer, by: str, now: datetime) -> None:
    record([Fact(event, survivor.store_id, now, survivor.pk, actor=by)], now=now)


def _move_identities(absorbed: Customer, survivor: Customer) -> list[int]:
    identities = Identity.objects.filter(customer=absorbed)
    moved = sorted(identities.values_list("pk", flat=True))
    identities.update(customer=survivor)
    return moved


def _fill(survivor: Customer, absorbed: Customer) -> dict[str, object]:
    """Take over what the survivor lacks; answers just that."""
    words = [name for name in Profile._fields if name != "traits"]
    filled: dict[str, object] = {
        name: getattr(absorbed, name) for name in words if getattr(absorbed, name) and not getattr(survivor, name)
    }
    traits = {name: value for name, value in absorbed.traits.items() if name not in survivor.traits}
    for name, value in filled.items():
        setattr(survivor, name, value)
    survivor.traits = {**survivor.traits, **traits}
    _save_profile(survivor)
    return {**filled, "traits": traits}


def _empty(survivor: Customer, filled: dict[str, object]) -> None:
    """Give back what was taken over, unless it has been changed since."""
    traits = filled.pop("traits")
    for name, value in filled.items():
        if getattr(survivor, name) == value:
            setattr(survivor, name, "")
    assert isinstance(traits, dict)
    survivor.traits = {name: value for name, value in survivor.traits.items() if traits.get(name, ...) != value}
    _save_profile(survivor)


def _save_profile(customer: Customer) -> None:
    customer.search = search_text(Profile(*(getattr(customer, name) for name in Profile._fields)))
    # What the shop last said is compared anew, now that the row no longer stands as it was left then.
    customer.digest = None
    customer.save(update_fields=[*Profile._fields, "search", "digest"])


def _combine_consents(survivor: Customer, absorbed: Customer) -> list[dict[str, object]]:
    """The later word holds; answers what the survivor had said before, for those that changed."""
    said = {(consent.purpose, consent.channel): consent for consent in Consent.objects.filter(customer=survivor)}
    before = []
    for other in Consent.objects.filter(customer=absorbed):
        own = said.get((other.purpose, other.channel))
        stance = combined(_stance(own) if own else None, _stance(other))
        if own is None or stance != _stance(own):
            before.append(_memory(other, own, stance))
            Consent.objects.update_or_create(
                customer=survivor, purpose=other.purpose, channel=other.channel,
                defaults={"store_id": survivor.store_id, **stance._asdict()},
            )  # fmt: skip
    return before


def _memory(other: Consent, own: Consent | None, stance: Stance) -> dict[str, object]:
    return {
        "purpose": other.purpose,
        "channel": other.channel,
        "became": _remembered(stance),
        "was": None if own is None else _remembered(_stance(own)),
    }


def _remembered(stance: Stance) -> list[object]:
    return [stance.granted, stance.source, stance.changed_at.isoformat()]


def _restore_consents(merge: Merge) -> None:
    consents = {
        (consent.purpose, consent.channel): consent for consent in Consent.objects.filter(customer=merge.survivor)
    }
    for memory in merge.moved["consents"]:
        consent = consents.get((memory["purpose"], memory["channel"]))
        if consent is None or _remembered(_stance(consent)) != memory["became"]:
            # The customer has spoken since, which holds; or a later merge spoke, and remembers this one's word.
            _forget_in_later_merges(merge, memory)
        elif memory["was"] is None:
            consent.delete()
        else:
            consent.granted, consent.source, changed_at = memory["was"]
            consent.changed_at = datetime.fromisoformat(changed_at)
            consent.save(update_fields=["granted", "source", "changed_at"])


def _forget_in_later_merges(merge: Merge, memory: dict[str, Any]) -> None:
    """What a later merge of the survivor would put back is no longer this one's word, but what that had replaced."""
    for later in Merge.objects.filter(survivor=merge.survivor, undone_at=None).exclude(pk=merge.pk):
        for kept in later.moved["consents"]:
            if (kept["purpose"], kept["channel"], kept["was"]) == (
                memory["purpose"], memory["channel"], memory["became"],
            ):  # fmt: skip
                kept["was"] = memory["was"]
                later.save(update_fields=["moved"])


def _stance(consent: Consent) -> Stance:
    return Stance(consent.granted, consent.source, consent.changed_at)
