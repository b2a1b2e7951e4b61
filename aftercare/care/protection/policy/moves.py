"""What may follow on what in a claim's life. Pure."""

from datetime import timedelta

from aftercare.care.protection.vocabulary import ClaimKind, ClaimState, Remedy

_S = ClaimState
_FOLLOWING: dict[ClaimState, tuple[ClaimState, ...]] = {
    _S.OPEN: (_S.WITH_CARRIER, _S.APPROVED, _S.DENIED, _S.WITHDRAWN),
    _S.WITH_CARRIER: (_S.APPROVED, _S.DENIED, _S.WITHDRAWN),
    _S.APPROVED: (_S.SETTLED,),
    _S.DENIED: (),
    _S.SETTLED: (),
    _S.WITHDRAWN: (),
}
# How soon somebody should have looked into it; an insurer's answer takes longer.
_LOOKED_INTO = {_S.OPEN: timedelta(days=2), _S.WITH_CARRIER: timedelta(days=14), _S.APPROVED: timedelta(days=3)}
HOLD_LASTS = timedelta(days=45)


def following(state: str) -> tuple[ClaimState, ...]:
    """Where a claim may go from here."""
    return _FOLLOWING[ClaimState(state)]


def by_customer(state: str) -> bool:
    """Whether the shopper may still take it back: once it is decided it is no longer theirs alone."""
    return ClaimState.WITHDRAWN in following(state)


def due_in(state: str) -> timedelta:
    """How soon somebody should have moved it on."""
    return _LOOKED_INTO.get(ClaimState(state), timedelta(0))


def needs_remedy(state: str) -> bool:
    """Whether one who moves a claim here says what is done for the customer."""
    return state == ClaimState.APPROVED


def needs_reason(state: str) -> bool:
    """Whether one who moves a claim here owes the customer a reason."""
    return state == ClaimState.DENIED


def costs(remedy: str) -> bool:
    """Whether an amount goes with it."""
    return remedy in (Remedy.REFUND, Remedy.CREDIT)


def suggested_amount(kind: str, *, worth: int, insured: int) -> int:
    """What to suggest, in minor units: the worth of what was sent, up to what it was insured for where it was."""
    return min(worth, insured) if insured and kind != ClaimKind.DAMAGED else worth
