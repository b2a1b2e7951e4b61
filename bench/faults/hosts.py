"""`python -m bench.faults.hosts`: two hosts, one database, and one of the hosts cut off again and again (Linux, root).

Each host runs what `aftercare up` runs, against a PostgreSQL on a third. One of them is unplugged, or reaches everything
but the database, for a while, several times; then it is healed. Orders go to both, and to the other where one does not
answer. The promises are those of the kills (see the package), and one more: the host that is left goes on with the work
while the other is away.
"""

import argparse
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path

import click
import psycopg

from aftercare.foundation.kit import clock
from bench.faults.network import HERE, Host, running_network
from bench.faults.orders import send_orders
from bench.faults.receiver import FLAKY, GONE, running_receiver
from bench.faults.relay import Relay, running_relay
from bench.faults.running import COMMAND, await_answer, exit_code_of
from bench.faults.shared_database import running_database
from bench.faults.shop import await_settled, listen, open_shop
from bench.faults.verdict import Finding, Trouble, findings

_PORT = 8000
_PATIENT = "?keepalives=0&tcp_user_timeout=0&options=-c%20tcp_keepalives_idle%3D7200"
# What was sent to the host is answered after it is healed: connections that were not given up send again by then.
_AFTER_HEALING = 45.0
# By then the database has given up a host it hears nothing of, and nobody waits for its transactions any more.
_GIVEN_UP = 35.0


def main() -> int:
    """The exit code tells whether every promise held."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults.hosts", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--orders", type=int, default=5_000)
    parser.add_argument("--cuts", type=int, default=4, help="how often a host is cut off")
    parser.add_argument("--away", type=float, default=40, help="seconds for which it is")
    parser.add_argument("--speed", type=float, default=6, help="how fast time passes, so that leases end soon")
    parser.add_argument("--faults", type=float, default=0.002, help="the share of mail and calls that meets each fault")
    parser.add_argument("--patience", type=float, default=1800, help="seconds until everything must have settled")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patient", action="store_true", help="let silent connections stand, as systems do by default")
    given = parser.parse_args()
    return exit_code_of(lambda home: _run(home, given), name="hosts")


def _run(home: Path, given: argparse.Namespace) -> bool:
    with ExitStack() as running:
        return _cut_off(home, given, running)


def _cut_off(home: Path, given: argparse.Namespace, running: ExitStack) -> bool:
    (keeper, *hosts) = running.enter_context(running_network(("db", "a", "b")))
    relay = running.enter_context(running_relay(seed=given.seed, share=given.faults, host=HERE))
    receiver = running.enter_context(running_receiver(seed=given.seed, share=given.faults, host=HERE))
    here, elsewhere = running.enter_context(running_database(home, keeper))
    settings = {
        "AFTERCARE_HOME": str(home), "AFTERCARE_SECRET_KEY": "two hosts, one key", "DATABASE_URL": here,
        "AFTERCARE_SMTP_HOST": HERE, "AFTERCARE_SMTP_PORT": str(relay.port), "AFTERCARE_SMTP_SECURITY": "none",
        "AFTERCARE_PRIVATE_HOSTS": HERE, "AFTERCARE_CLOCK": clock.setting_for(speed=given.speed),
        "AFTERCARE_HOSTS": ",".join(host.address for host in hosts),
    }  # fmt: skip
    elsewhere += _PATIENT if given.patient else ""
    token = open_shop(settings)
    urls = [running.enter_context(_serving(host, {**settings, "DATABASE_URL": elsewhere}, home)) for host in hosts]
    listen(urls[0], token=token, to=[receiver.url(FLAKY), receiver.url(GONE)])
    began, cuts = time.time(), list[Trouble]()
    cutting = threading.Thread(target=_cut, args=(hosts[1], keeper, given, cuts), daemon=True)
    cutting.start()
    with click.progressbar(length=given.orders, label="Orders", file=sys.stderr) as bar:
        repeated = send_orders(
            urls=urls,
            token=token,
            count=given.orders,
            seconds=given.cuts * given.away * 2,
            began=began,
            sent=bar.update,
        )
    cutting.join()
    print(f"\n{given.orders:,} orders answered for in {time.time() - began:.0f} s, {repeated} batches sent again")
    with psycopg.connect(here, autocommit=True) as database:
        await_settled(database, patience=given.patience)
        print(f"settled after {time.time() - began:.0f} s; at the relay: {dict(relay.taken.faults)}\n")
        found = [
            *findings(database, orders=given.orders, relay=relay, receiver=receiver, troubles=cuts),
            _goes_on(relay, cuts),
        ]
    for one in found:
        print(one)
    return all(one.holds for one in found)


@contextmanager
def _serving(host: Host, settings: Mapping[str, str], home: Path) -> Iterator[str]:
    url = f"http://{host.address}:{_PORT}"
    words = [*COMMAND, "up", "--host", host.address, "--port", str(_PORT), "--live-port", str(_PORT + 1)]
    with (home / f"{host.name}.log").open("wb") as log:
        process = subprocess.Popen(host.command(*words), env={**os.environ, **settings}, stdout=log, stderr=log)
    try:
        await_answer(f"{url}/health/live")
        yield url
    finally:
        process.terminate()
        process.wait(60)


def _cut(host: Host, keeper: Host, given: argparse.Namespace, cuts: list[Trouble]) -> None:
    """Every other time nothing reaches it at all; else only the database does not hear it."""
    chance = random.Random(given.seed)
    for number in range(given.cuts):
        time.sleep(given.away * (0.5 + chance.random() / 2))
        began = time.time()
        host.unplug() if number % 2 else host.lose(keeper)
        time.sleep(given.away)
        host.plug_in() if number % 2 else host.find(keeper)
        cuts.append((began - 2, time.time() + _AFTER_HEALING))


def _goes_on(relay: Relay, cuts: list[Trouble]) -> Finding:
    """The longest time within a cut in which the relay was given nothing."""
    taken = sorted(at for times in relay.taken.at.values() for at in times)
    pauses = []
    for cut, healed in cuts:
        began, ended = cut + 2, healed - _AFTER_HEALING
        within = [began, *(at for at in taken if began <= at <= ended), ended]
        pauses += [later - earlier for earlier, later in pairwise(within)]
    longest = max(pauses)
    return Finding(
        "who is left goes on", longest < _GIVEN_UP, f"{longest:.0f} s at most without a mail while one was away"
    )


if __name__ == "__main__":
    sys.exit(main())
