"""`aftercare demo`"""

import importlib
import sys

import click
import django

from aftercare.config.cli.addresses import Addresses


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
    addresses = Addresses(host, port, live_port)
    addresses.settle()
    django.setup()
    loading = importlib.import_module("aftercare.config.cli.loading")
    reached = loading.load(orders=orders, weeks=weeks)
    if no_run:
        return
    loading.say_where(addresses)
    serving = importlib.import_module("aftercare.config.cli.serving")
    sys.exit(serving.serve(addresses, web_workers=1, speed=speed, shown=reached))
