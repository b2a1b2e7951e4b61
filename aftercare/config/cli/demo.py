"""`aftercare demo`"""

import sys
from datetime import datetime, timedelta

import click

from aftercare.config.cli.ground import with_database
from aftercare.config.cli.up import run
from aftercare.config.demo.opening import PASSWORD, SLUG, STAFF, open_demo_shop
from aftercare.config.demo.playing import play_history, recall
from aftercare.foundation.kit import clock


@click.command()
@click.option("--orders", default=2000, show_default=True, help="How many orders the shop has had.")
@click.option("--weeks", default=4, show_default=True, help="Over how many weeks.")
@click.option(
    "--speed", default=60.0, show_default=True, help="How fast time passes while you watch; 1 is the world's."
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--live-port", default=8001, show_default=True)
@click.option("--no-run", is_flag=True, help="Only load the shop; run it later with AFTERCARE_DEMO=1 aftercare up.")
def command(orders: int, weeks: int, speed: float, host: str, port: int, live_port: int, no_run: bool) -> None:  # noqa: FBT001 -- click's way
    """Open a demo shop in motion, and run everything.

    Juniper & Oak has sold for some weeks; parcels move while you watch, and mail goes to the outbox viewer only. Start
    it again to go on where it was.
    """
    reached = load(orders=orders, weeks=weeks)
    if no_run:
        return
    click.echo(f"\n  Shop     http://localhost:{port}/s/{SLUG}/")
    click.echo(f"  Console  http://localhost:{port}/console/{SLUG}/")
    click.echo(f"  Sign in  {STAFF[0][0]}  password: {PASSWORD}\n")
    sys.exit(run(host=host, port=port, live_port=live_port, web_workers=1, speed=speed, shown=reached))


@with_database
def load(*, orders: int, weeks: int) -> datetime:
    """Open the shop and play its history, unless that was done before; answers the moment the story has reached."""
    until = clock.now()
    since = until - timedelta(weeks=weeks)
    store = open_demo_shop(now=since)
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
    return until
