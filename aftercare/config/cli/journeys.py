"""`aftercare journeys`"""

from datetime import UTC, datetime

import click

from aftercare.config.cli.dry_run import command as dry_run
from aftercare.config.cli.ground import with_database
from aftercare.engagement.journeys.actions.publish import backfill
from aftercare.engagement.journeys.models import Version
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.queries import store_by_slug
from aftercare.foundation.stores.scope import store_scope


@click.group()
def command() -> None:
    """List journeys, try them on past events, and let past events in."""


command.add_command(dry_run)


@command.command("list")
@click.option("--store", required=True)
@with_database
def list_journeys(store: str) -> None:
    """Every journey of the store with its trigger and state."""
    found = store_by_slug(slug=store)
    with store_scope(found.pk):
        for version in Version.objects.filter(is_live=True).select_related("journey").order_by("journey__key"):
            click.echo(f"{version.journey.key:28} {version.journey.state:8} {version.trigger}")


@command.command("backfill")
@click.argument("keys", nargs=-1, required=True)
@click.option("--store", required=True)
@click.option("--since", type=click.DateTime(), required=True, help="UTC, such as 2026-01-01.")
@click.option("--until", type=click.DateTime(), default=None, help="UTC; now, if not given.")
@with_database
def backfill_journeys(keys: tuple[str, ...], store: str, since: datetime, until: datetime | None) -> None:
    """Let the customers of past events into the journeys KEYS, as if the journeys had been there.

    Waits count from when things happened. Running it again lets nobody in twice.
    """
    found = store_by_slug(slug=store)
    end = until.replace(tzinfo=UTC) if until else clock.now()
    with store_scope(found.pk):
        for key in keys:
            version = Version.objects.select_related("journey").filter(journey__key=key, is_live=True).first()
            if version is None:
                raise click.ClickException(f"There is no journey '{key}'. See: aftercare journeys list --store {store}")
            entered = backfill(
                version=version, journey=version.journey, since=since.replace(tzinfo=UTC), until=end, now=clock.now()
            )
            click.echo(f"{key:28} {entered:>8} entered")
