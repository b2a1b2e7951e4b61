"""`aftercare staff`"""

import click

from aftercare.config.cli.ground import with_database
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.actions import add_staff, issue_token
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.queries import store_by_slug
from aftercare.foundation.stores.scope import store_scope


@click.group()
def command() -> None:
    """Add people and API tokens to a store."""


@command.command("add")
@click.argument("store")
@click.argument("email")
@click.option("--role", type=click.Choice(["owner", "agent", "marketer", "operator", "analyst"]), default="agent")
@click.option("--name", default="")
@click.password_option(help="Asked for if not given.")
@with_database
def add(store: str, email: str, role: str, name: str, password: str) -> None:
    """Let EMAIL work in STORE."""
    found = store_by_slug(slug=store)
    with store_scope(found.pk):
        add_staff(store=found, email=email, role=Role(role), name=name, password=password, now=clock.now())
    click.echo(f"{email} is {role} of {found.name}.")


@command.command("token")
@click.argument("store")
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help="Such as orders:write; give it as often as needed."
)
@with_database
def token(store: str, name: str, scopes: tuple[str, ...]) -> None:
    """Make an API token NAME for STORE and print it; it is shown this once."""
    found = store_by_slug(slug=store)
    with store_scope(found.pk):
        _, secret = issue_token(store=found, name=name, scopes=list(scopes), by=None, now=clock.now())
    click.echo(secret)
