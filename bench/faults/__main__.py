"""The run: see the package."""

import argparse
import random
import sys
import threading
import time
from pathlib import Path

import click
import psycopg

from aftercare.foundation.database.embedded.server import EmbeddedPostgres
from bench.faults.orders import send_orders
from bench.faults.receiver import FLAKY, GONE, Receiver, running_receiver
from bench.faults.relay import Relay, running_relay
from bench.faults.running import exit_code_of
from bench.faults.shop import await_settled, listen, open_shop
from bench.faults.site import Site, running_site
from bench.faults.verdict import findings

_VICTIMS = ("worker", "web", "postgres")
# What the relay had taken so many seconds before and after a death may not be written down: it was in flight.
_IN_FLIGHT = 1.5
# Whose death may leave something unwritten; web processes send nothing.
_SENDING = {"worker", "postgres"}


def main() -> int:
    """The exit code tells whether every promise held."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.faults", description="Kill everything; count what came of it."
    )
    parser.add_argument("--orders", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=20, help="of each: worker, web, PostgreSQL")
    parser.add_argument("--seconds", type=float, default=300, help="over how long orders come and processes die")
    parser.add_argument("--faults", type=float, default=0.01, help="the share of mail and calls that meets each fault")
    parser.add_argument("--speed", type=float, default=6, help="how fast time passes, so that retries come soon")
    parser.add_argument("--patience", type=float, default=1800, help="seconds until everything must have settled")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    return exit_code_of(lambda home: _run(home, given), name="faults")


def _run(home: Path, given: argparse.Namespace) -> bool:
    with (
        running_relay(seed=given.seed, share=given.faults) as relay,
        running_receiver(seed=given.seed, share=given.faults) as receiver,
    ):
        return _kill_and_count(home, relay, receiver, given)


def _kill_and_count(home: Path, relay: Relay, receiver: Receiver, given: argparse.Namespace) -> bool:
    settings = {
        "AFTERCARE_HOME": str(home), "AFTERCARE_SMTP_HOST": "127.0.0.1", "AFTERCARE_SMTP_PORT": str(relay.port),
        "AFTERCARE_SMTP_SECURITY": "none", "AFTERCARE_PRIVATE_HOSTS": "localhost",
    }  # fmt: skip
    token = open_shop(settings)
    with running_site(home, settings=settings, speed=given.speed) as site:
        listen(site.url, token=token, to=[receiver.url(FLAKY), receiver.url(GONE)])
        began = time.time()
        dying = threading.Thread(target=_kill, args=(site, given, began), daemon=True)
        dying.start()
        with click.progressbar(length=given.orders, label="Orders", file=sys.stderr) as bar:
            repeated = send_orders(
                urls=[site.url], token=token, count=given.orders, seconds=given.seconds, began=began, sent=bar.update
            )
        dying.join()
        print(
            f"\n{given.orders:,} orders answered for in {time.time() - began:.0f} s, {repeated} batches sent again; "
            f"{len(site.deaths)} processes killed"
        )
        with psycopg.connect(EmbeddedPostgres(home / "postgres").dsn, autocommit=True) as database:
            await_settled(database, patience=given.patience)
            print(f"settled after {time.time() - began:.0f} s; at the relay: {dict(relay.taken.faults)}\n")
            troubles = [(died - _IN_FLIGHT, died + _IN_FLIGHT) for died, whose in site.deaths if whose in _SENDING]
            found = list(findings(database, orders=given.orders, relay=relay, receiver=receiver, troubles=troubles))
    for one in found:
        print(one)
    return all(one.holds for one in found)


def _kill(site: Site, given: argparse.Namespace, began: float) -> None:
    chance = random.Random(given.seed)
    victims = [victim for victim in _VICTIMS for _ in range(given.kills)]
    chance.shuffle(victims)
    for number, victim in enumerate(victims):
        # Not so often that nothing is ever up: the supervisor lets what crashes again and again wait longer.
        time.sleep(max(0.0, began + given.seconds * (number + chance.random()) / len(victims) - time.time()))
        site.kill(victim, chance=chance)


if __name__ == "__main__":
    sys.exit(main())
