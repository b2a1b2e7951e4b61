"""Roles and permissions, and how long an invitation holds."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from aftercare.foundation.staff.policy import (
    GRANTS,
    PERMISSION_WORDS,
    ROLE_LABELS,
    InvitationState,
    Permission,
    Role,
    invitation_state,
    role_may,
)
from tests.factories import NOW

minutes = st.integers(-30_000, 30_000)


def test_roles_are_what_the_table_says() -> None:
    assert GRANTS[Role.OWNER] == frozenset(Permission)
    assert not role_may(role=Role.ANALYST, permission=Permission.ORDERS_WRITE)
    assert not role_may(role=Role.AGENT, permission=Permission.STAFF_WRITE)
    assert role_may(role=Role.MARKETER, permission=Permission.JOURNEYS_WRITE)


def test_every_permission_and_role_has_words() -> None:
    assert set(PERMISSION_WORDS) == set(Permission)
    assert set(ROLE_LABELS) == set(GRANTS) == set(Role)


def test_what_people_do_at_work_is_for_owners_alone() -> None:
    assert [role for role in Role if role_may(role=role, permission=Permission.STAFF_READ)] == [Role.OWNER]


@given(
    accepted=st.none() | minutes, revoked=st.none() | minutes, expires=minutes, now=minutes,
    later=st.integers(0, 30_000),
)  # fmt: skip
def test_an_invitation_never_comes_back(
    accepted: int | None, revoked: int | None, expires: int, now: int, later: int
) -> None:
    def state(at: int) -> InvitationState:
        return invitation_state(
            accepted_at=None if accepted is None else _at(accepted),
            revoked_at=None if revoked is None else _at(revoked),
            expires_at=_at(expires), now=_at(at),
        )  # fmt: skip

    before, after = state(now), state(now + later)
    assert before == after or (before, after) == (InvitationState.PENDING, InvitationState.EXPIRED)
    if before is InvitationState.PENDING:
        assert accepted is None
        assert revoked is None
        assert now < expires


def _at(minute: int) -> datetime:
    return NOW + timedelta(minutes=minute)
