"""Loading the demo shop, once, with a bar that shows how far its story has come."""

from datetime import datetime, timedelta

import click

from aftercare.config.cli.addresses import Addresses
from aftercare.config.cli.ground import with_database
from aftercare.config.demo.audiences import choose_testers
from aftercare.config.demo.channels import set_up_channels
from aftercare.config.demo.claims import tell_what_was_claimed
from aftercare.config.demo.credit import tell_of_credit
from aftercare.config.demo.opening import PASSWORD, SLUG, STAFF, open_demo_shop
from aftercare.config.demo.paid_back import tell_what_was_paid_back
from aftercare.config.demo.playing import play_history, recall, settle
from aftercare.config.demo.staff_at_work import tell_what_staff_did
from aftercare.config.demo.story import when_people_work
from aftercare.foundation.kit import clock


@with_database
def load(*, orders: int, weeks: int) -> datetime:
    """Open the shop and play its history, unless that was done before; answers the moment the story has reached.

    That is in working hours: on a Sunday or at night there would be little to watch.
    """
    until = when_people_work(clock.now())
    since = until - timedelta(weeks=weeks)
    store = open_demo_shop(now=since, watched_from=until)
    story = recall()
    if story is not None:
        return max(until, story[0])
    hours = int((until - since) / timedelta(hours=1))
    with click.progressbar(length=hours, label=f"{store.name} sells for {weeks} weeks") as bar:
        done = 0

        def show(now: datetime) -> None:
            nonlocal done
            reached = int((now - since) / timedelta(hours=1))
            bar.update(reached - done)
            done = reached

        play_history(store=store, since=since, until=until, per_day=orders / weeks / 7, on_step=show)
    tell_what_staff_did(store=store, since=since, until=until)
    tell_what_was_claimed(store=store, until=until)
    tell_of_credit(store=store, until=until)
    tell_what_was_paid_back(store=store, until=until)
    choose_testers(store=store, now=until)
    set_up_channels(store=store, until=until)
    settle(until)
    return until


def say_where(addresses: Addresses) -> None:
    """Where the shop and the console are, and who may come in."""
    click.echo(f"\n  Shop     http://{addresses.name}:{addresses.port}/s/{SLUG}/")
    click.echo(f"  Console  http://{addresses.name}:{addresses.port}/console/{SLUG}/")
    click.echo(f"  Sign in  {STAFF[0][0]}  password: {PASSWORD}\n")
