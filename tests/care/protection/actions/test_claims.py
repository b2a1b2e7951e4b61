from datetime import timedelta

import pytest

from aftercare.care.incidents.models import Incident
from aftercare.care.protection.actions import Decision, Statement, move_claim, open_claim
from aftercare.care.protection.errors import NotClaimable, NotNow
from aftercare.care.protection.models import Claim
from aftercare.care.protection.vocabulary import ClaimKind, ClaimState, Remedy
from aftercare.engagement.messaging.models import Hold
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.care.incidents.cast import fare
from tests.care.protection.cast import claim_of, delivered, photo, silent
from tests.commerce.shipments.parcels import events, hours

pytestmark = pytest.mark.django_db
DAY_NINE = hours(24 * 9)


def move(claim: Claim, to: ClaimState, **said: object) -> Claim:
    with store_scope(claim.store_id):
        return move_claim(claim=claim, decision=Decision(to, **said), by="staff:olga", now=DAY_NINE)  # type: ignore[arg-type]


def holds(store: Store) -> list[bool]:
    """Whether each hold lasts."""
    with store_scope(store.pk):
        return [hold.released_at is None for hold in Hold.objects.filter(placed_by="protection")]


def test_a_claim_opens_an_incident_a_hold_and_one_message(store: Store) -> None:
    claim = claim_of(silent(store), store)
    assert (claim.state, claim.plan, claim.opened_incident) == ("open", "usual", True)
    assert [(one.type, one.data["tells"]) for one in events(store, "claim.")] == [("claim.opened", True)]
    assert [(one.data["kind"], one.data["tells"]) for one in events(store, "incident.")] == [("lost", False)]
    assert holds(store) == [True]
    assert [step[0] for step in claim.trace] == ["silent_since", "opens", "closes"]


def test_the_same_claim_twice_is_one(store: Store) -> None:
    parcel = silent(store)
    first, second = claim_of(parcel, store), claim_of(parcel, store)
    assert first.pk == second.pk
    assert len(events(store, "claim.")) == 1


def test_a_claim_joins_the_incident_that_is_open(store: Store) -> None:
    parcel = silent(store)
    fare([parcel], "lost_suspected", "silent", now=hours(24 * 8))
    claim = claim_of(parcel, store)
    assert not claim.opened_incident
    move(claim, ClaimState.DENIED, reason="It was found")
    with store_scope(store.pk):
        assert [one.is_open for one in Incident.objects.all()] == [True], "it is not the claim's to close"


@pytest.mark.parametrize(("days", "words"), [(3, "You can claim from Monday, 23 November."), (40, "has passed")])
def test_before_and_after_its_window_nothing_is_opened(store: Store, days: int, words: str) -> None:
    parcel = silent(store)
    with pytest.raises(NotClaimable, match=words):
        claim_of(parcel, store, now=hours(24 * days))


def test_damage_is_shown(store: Store) -> None:
    parcel = delivered(store)
    with pytest.raises(Invalid, match="A photo"):
        claim_of(parcel, store, ClaimKind.DAMAGED, now=hours(40))
    claim = claim_of(parcel, store, ClaimKind.DAMAGED, now=hours(40), photos=[photo()])
    with store_scope(store.pk):
        assert claim.photos.count() == 1
        assert claim.incident is not None
        assert claim.incident.kind == "damaged"
    with pytest.raises(Invalid, match="more than 6"):
        claim_of(parcel, store, ClaimKind.STOLEN, now=hours(180), photos=[photo()] * 7)


def test_every_step_is_told_once_and_ends_what_it_held(store: Store) -> None:
    claim = claim_of(silent(store), store)
    move(claim, ClaimState.WITH_CARRIER, reference="DHL-77")
    move(claim, ClaimState.APPROVED, remedy=Remedy.REFUND, amount=60_000, reason="The carrier confirms the loss")
    assert holds(store) == [True]
    settled = move(claim, ClaimState.SETTLED)
    assert (settled.reference, settled.remedy, settled.amount) == ("DHL-77", "refund", 60_000)
    assert [one.type for one in events(store, "claim.")] == [
        "claim.opened", "claim.sent", "claim.approved", "claim.settled",
    ]  # fmt: skip
    assert events(store, "claim.approved")[0].data["amount"] == 60_000
    assert holds(store) == [False]
    with store_scope(store.pk):
        assert [one.is_open for one in Incident.objects.all()] == [False]
        assert [step.state for step in settled.steps.order_by("id")] == ["open", "with_carrier", "approved", "settled"]


def test_what_is_decided_stays_so(store: Store) -> None:
    parcel = silent(store)
    claim = claim_of(parcel, store)
    move(claim, ClaimState.DENIED, reason="It was found")
    with pytest.raises(NotNow, match="Denied"):
        move(claim, ClaimState.APPROVED, remedy=Remedy.RESHIP)
    with pytest.raises(NotClaimable, match="decided already"):
        claim_of(parcel, store)


def test_what_was_withdrawn_can_be_claimed_again(store: Store) -> None:
    parcel = silent(store)
    first = claim_of(parcel, store)
    move(first, ClaimState.WITHDRAWN)
    assert claim_of(parcel, store).pk != first.pk


@pytest.mark.parametrize(
    ("to", "said", "field"),
    [
        (ClaimState.DENIED, {"reason": " "}, "reason"),
        (ClaimState.APPROVED, {}, "remedy"),
        (ClaimState.APPROVED, {"remedy": "refund"}, "amount"),
        (ClaimState.APPROVED, {"remedy": "refund", "amount": 60_001}, "amount"),
        (ClaimState.APPROVED, {"remedy": "reship", "amount": 1}, "amount"),
    ],
)
def test_a_decision_is_whole(store: Store, to: ClaimState, said: dict[str, object], field: str) -> None:
    claim = claim_of(silent(store), store)
    with pytest.raises(Invalid) as refused:
        move(claim, to, **said)
    assert refused.value.field == field


def test_a_second_kind_is_a_claim_of_its_own(store: Store) -> None:
    parcel = delivered(store)
    with store_scope(store.pk):
        for kind in (ClaimKind.STOLEN, ClaimKind.DAMAGED):
            open_claim(
                store=store, order=parcel.order, shipment=parcel, statement=Statement(kind, photos=[photo()]), by="token:t",
                now=hours(30) + timedelta(days=7),
            )  # fmt: skip
        assert Claim.objects.count() == 2
