"""What the demo shop's people did besides: signing in on working days, a token, closing days, and somebody asked to join."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from aftercare.foundation.staff.actions import change_settings, invite, issue_token, note_sign_in
from aftercare.foundation.staff.models import SignIn, User
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.staff.queries import staff_of
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope

_FIREFOX = "Mozilla/5.0 (Macintosh; Intel Mac OS X 15.0; rv:140.0) Gecko/20100101 Firefox/140.0"
_SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1"
_ADDRESSES = ("203.0.113.24", "203.0.113.71", "198.51.100.130")
_WEEKDAYS = 5
_MISTYPED = 0.12


def tell_what_staff_did(*, store: Store, since: datetime, until: datetime) -> None:
    """Once, after the shop's history has been played."""
    with store_scope(store.pk):
        people = [membership.user for membership in staff_of(store=store)]
        owner = people[0]
        for at in _mornings(since, until):
            _sign_everybody_in(people, at)
        issue_token(
            store=store, name="Shop connector", scopes=["orders:write", "shipments:write"], by=owner,
            now=since + timedelta(days=1),
        )  # fmt: skip
        issue_token(
            store=store, name="Nightly export", scopes=["orders:read", "customers:read"], by=owner,
            expires_at=until + timedelta(days=9), now=since + timedelta(days=3),
        )  # fmt: skip
        change_settings(
            store=store, by=f"staff:{owner.public_id}", now=until - timedelta(days=2),
            closures=[f"{until.year}-12-24", f"{until.year}-12-31"],
        )  # fmt: skip
        invite(store=store, email="jonas@juniper.example", role=Role.OPERATOR, by=owner, now=until - timedelta(hours=5))


def _mornings(since: datetime, until: datetime) -> Iterator[datetime]:
    day = since.replace(hour=7, minute=40, second=0, microsecond=0)
    while day < until - timedelta(hours=2):
        if day >= since and day.weekday() < _WEEKDAYS:
            yield day
        day += timedelta(days=1)


def _sign_everybody_in(people: list[User], morning: datetime) -> None:
    chance = Random(morning.toordinal())  # noqa: S311 -- a story, not a secret
    for user, address in zip(people, _ADDRESSES, strict=False):
        at = morning + timedelta(minutes=chance.randrange(40), seconds=chance.randrange(60))
        browser = _FIREFOX if chance.random() < 0.8 else _SAFARI
        if chance.random() < _MISTYPED:
            _note(user, SignIn.Outcome.WRONG_PASSWORD, address, browser, at)
        _note(user, SignIn.Outcome.SIGNED_IN, address, browser, at + timedelta(seconds=25))


def _note(user: User, outcome: SignIn.Outcome, address: str, browser: str, at: datetime) -> None:
    note_sign_in(user=user, outcome=outcome, method="Password", address=address, user_agent=browser, now=at)
