"""`aftercare connect`: the shops of a store, and what was before they were connected."""

import sys

import click

from aftercare.commerce.platforms.actions import run_backfill, start_backfill, work_off
from aftercare.commerce.platforms.models import Backfill
from aftercare.commerce.platforms.queries import connection_of_source, connections_of_store
from aftercare.config.cli.ground import with_database
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.queries import store_by_slug
from aftercare.foundation.stores.scope import store_scope

_STORE = click.option("--store", required=True, help="The store, by its slug.")


@click.group("connect")
def command() -> None:
    """List connected shops, and fetch what was before."""


@command.command("list")
@_STORE
@with_database
def list_(*, store: str) -> None:
    """List the shops of a store and how many of their messages are waiting or need a person."""
    with store_scope(store_by_slug(slug=store).pk):
        for row in connections_of_store():
            numbers = {name: vars(row)[name] for name in ("worked_off", "waiting", "parked")}
            told = "  ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in numbers.items())
            click.echo(f"{row.source}  {row.platform}  {row.state}  {told}")


@command.command()
@_STORE
@click.option("--source", required=True, help="The shop, by the name of its source.")
@with_database
def backfill(*, store: str, source: str) -> None:
    """Fetch products, customers and orders from before; goes on where it was interrupted.

    Exit code: 0 everything is fetched, 1 the shop refused.
    """
    with store_scope(store_by_slug(slug=store).pk):
        connection = connection_of_source(source=source)
        run = start_backfill(connection=connection, by="command line", now=clock.now())
        run_backfill(backfill=run, clock=clock.now, progress=_tell)
    while work_off(clock.now()):
        pass
    if run.state == Backfill.State.FAILED:
        raise click.ClickException(run.failure)
    click.echo(f"{run.records:,} records on {run.pages:,} pages.")


def _tell(run: Backfill) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{run.resource}: {run.records:,} records", nl=False, err=True)
