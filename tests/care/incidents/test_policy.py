from hypothesis import given
from hypothesis import strategies as st

from aftercare.care.incidents.policy import (
    Crowd,
    Turn,
    answered_within,
    blame_of,
    is_mass,
    is_worse,
    kind_of,
    mass_of,
    suggest,
    turn_of,
)
from aftercare.care.incidents.vocabulary import Blame, IncidentKind, family_of
from aftercare.commerce.health.policy import SEVERITY, told
from aftercare.commerce.health.vocabulary import TROUBLED, HealthReason, HealthState
from aftercare.commerce.shipments.vocabulary import Reason, Responsible, Status

amounts = st.integers(0, 10**7)


@given(st.sampled_from(Status.values), st.sampled_from(["", *map(str, Reason)]), st.booleans())
def test_whatever_health_calls_trouble_has_a_kind(status: str, reason: str, attempted: bool) -> None:  # noqa: FBT001 -- drawn
    state, why = told(status, reason, attempted=attempted)
    if turn_of(state) == Turn.TROUBLE:
        kind = kind_of(state, why)
        assert blame_of(kind, why=why) in Blame
        assert answered_within(kind)
        assert family_of(kind)


def test_every_state_of_health_does_something_or_is_meant_not_to() -> None:
    assert {state: turn_of(state) for state in HealthState if state not in SEVERITY} == {}
    quiet = {state for state in TROUBLED if turn_of(state) == Turn.NOTHING}
    assert quiet == {HealthState.AT_RISK}
    assert turn_of(HealthState.DELIVERED) == Turn.ARRIVED


def test_a_lost_parcel_is_worse_than_a_late_one() -> None:
    assert is_worse(IncidentKind.LOST, IncidentKind.LATE)
    assert not is_worse(IncidentKind.LATE, IncidentKind.STALLED)
    assert not is_worse(IncidentKind.LATE, IncidentKind.LATE)


@given(st.sampled_from(list(IncidentKind)), st.sampled_from(list(Responsible)))
def test_the_carriers_own_word_about_blame_counts(kind: IncidentKind, responsible: Responsible) -> None:
    assert blame_of(kind, responsible=responsible) == responsible.value


def test_a_parcel_that_was_never_handed_over_is_the_shops_own() -> None:
    assert blame_of(IncidentKind.STALLED, why=HealthReason.NOT_HANDED_OVER) == Blame.MERCHANT
    assert blame_of(IncidentKind.STALLED, why=HealthReason.SILENT) == Blame.CARRIER


@given(st.sampled_from(list(Blame)), amounts, amounts, st.none() | amounts)
def test_a_suggestion_is_never_negative_and_knows_the_budget(
    blame: Blame, total: int, shipping: int, left: int | None
) -> None:
    offer = suggest(blame=blame, total=total, shipping=shipping, left=left)
    assert offer.amount >= 0
    assert offer.within_budget == (left is None or offer.amount <= left)
    assert offer.amount == 0 or blame != Blame.CUSTOMER


@given(st.integers(0, 500), st.floats(0, 100), st.integers(0, 5000))
def test_more_trouble_is_no_less_a_mass(count: int, usual: float, under_way: int) -> None:
    assert is_mass(count=count + 1, usual_per_day=usual, under_way=under_way) or not is_mass(
        count=count, usual_per_day=usual, under_way=under_way
    )


def test_a_carriers_ordinary_bad_day_is_none() -> None:
    assert not is_mass(count=9, usual_per_day=0, under_way=9)
    assert is_mass(count=10, usual_per_day=0, under_way=10)
    assert not is_mass(count=40, usual_per_day=20, under_way=40)
    assert not is_mass(count=40, usual_per_day=1, under_way=1000)


def crowd(place: str = "", lane: str = "", *, count: int, under_way: int) -> Crowd:
    return Crowd(place, lane, count, usual_per_day=0, under_way=under_way)


def test_a_mass_incident_is_told_as_narrowly_as_it_is() -> None:
    whole, hub = crowd(count=50, under_way=100), crowd("Leipzig", count=40, under_way=42)
    abroad, home = crowd(lane="DE-FR", count=40, under_way=45), crowd(lane="DE-DE1", count=40, under_way=80)
    assert mass_of([]) is None
    assert mass_of([whole]) == whole
    assert mass_of([whole, abroad, hub]) == hub
    assert mass_of([whole, abroad]) == abroad
    assert mass_of([whole, home]) == whole, "nearly all that the carrier has goes there"
    quiet = crowd(count=50, under_way=1000)
    assert mass_of([quiet, hub, home]) == hub
    assert mass_of([quiet, crowd("Leipzig", count=12, under_way=400)]) is None
