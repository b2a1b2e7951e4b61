"""`aftercare up`"""

import importlib
import sys

import click
import django

from aftercare.config.cli.addresses import Addresses


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; 0.0.0.0 for all addresses.")
@click.option("--port", default=8000, show_default=True, help="Pages and API.")
@click.option("--live-port", default=8001, show_default=True, help="Live updates (server-sent events).")
@click.option("--web-workers", default=1, show_default=True, help="Processes that answer pages.")
@click.option("--speed", default=1.0, show_default=True, help="Let time pass faster, for demonstrations.")
def command(host: str, port: int, live_port: int, web_workers: int, speed: float) -> None:
    """Run web, live updates and workers until told to stop (Ctrl-C, SIGTERM)."""
    addresses = Addresses(host, port, live_port)
    addresses.settle()
    django.setup()
    serving = importlib.import_module("aftercare.config.cli.serving")
    sys.exit(serving.serve(addresses, web_workers=web_workers, speed=speed))
