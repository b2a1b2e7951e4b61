"""`aftercare migrate`"""

import click

from aftercare.config.cli.ground import with_database


@click.command()
@with_database
def command() -> None:
    """Create or update the tables, and whatever a new version brings.

    Other commands do this by themselves; run it alone when several hosts are to be updated one after the other.
    """
    click.echo("The database is ready.")
