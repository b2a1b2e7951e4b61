"""What the demo shop's people did besides."""

from datetime import UTC, datetime, timedelta

import pytest

from aftercare.config.demo.opening import STAFF, open_demo_shop
from aftercare.config.demo.staff_at_work import tell_what_staff_did
from aftercare.foundation.events.acted import Acts, acts
from aftercare.foundation.staff.models import SignIn
from aftercare.foundation.staff.policy import InvitationState
from aftercare.foundation.staff.queries import open_invitations, staff_of
from aftercare.foundation.stores.scope import store_scope

UNTIL = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.mark.django_db
def test_owners_have_something_to_look_at() -> None:
    since = UNTIL - timedelta(weeks=2)
    store = open_demo_shop(now=since, watched_from=UNTIL)
    tell_what_staff_did(store=store, since=since, until=UNTIL)
    with store_scope(store.pk):
        told = [row.type for row in acts(store=store, sought=Acts()).rows]
        assert told == ["staff.invited", "store.changed", "token.issued", "token.issued"]
        assert [one.state_at(UNTIL) for one in open_invitations(store=store)] == [InvitationState.PENDING]
        assert len(staff_of(store=store)) == len(STAFF)
    came_in = SignIn.objects.filter(outcome=SignIn.Outcome.SIGNED_IN)
    assert came_in.count() >= 8 * len(STAFF)
    assert {one.at.weekday() for one in came_in} <= set(range(5))
    assert max(one.at for one in came_in) < UNTIL
