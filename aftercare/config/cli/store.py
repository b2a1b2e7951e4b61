"""`aftercare store`"""

import click

from aftercare.config.cli.ground import with_database
from aftercare.config.prepare import equip_store
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.actions import open_store
from aftercare.foundation.stores.models import Store


@click.group()
def command() -> None:
    """Open and list stores."""


@command.command("add")
@click.argument("slug")
@click.option("--name", required=True, help="As customers know it.")
@click.option("--currency", default="EUR", show_default=True)
@click.option("--locale", default="en", show_default=True)
@click.option("--time-zone", default="UTC", show_default=True, help="An IANA name, such as Europe/Berlin.")
@click.option("--country", default="DE", show_default=True, help="Two letters; decides public holidays.")
@click.option("--support-email", default="", help="Where answers to messages go.")
@click.option("--sender-email", default="", help="From whom messages come.")
@with_database
def add(slug: str, **settings: str) -> None:
    """Open the store SLUG; the word stands in the address of its pages."""
    store = open_store(slug=slug, now=clock.now(), **settings)
    equip_store(store)
    click.echo(f"{store.name} is open. Add yourself: aftercare staff add {slug} you@example.com --role owner")


@command.command("list")
@with_database
def list_stores() -> None:
    """Every store there is."""
    for store in Store.objects.order_by("slug"):
        click.echo(f"{store.slug:20} {store.name}  ({store.currency}, {store.time_zone})")
