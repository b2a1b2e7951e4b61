"""`aftercare journeys dry-run`"""

import getpass
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import click
import orjson

from aftercare.config.cli.ground import with_database
from aftercare.engagement.journeys.actions.dry_runs import MOST_DAYS, Stopped, begin_dry_run, carry_out, stop_dry_run
from aftercare.engagement.journeys.dry_run.models import DryRun
from aftercare.engagement.journeys.models import Journey, Version
from aftercare.engagement.messaging.policy import Reason
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.queries import store_by_slug
from aftercare.foundation.stores.scope import store_scope

INTERRUPTED = 130


@click.command("dry-run")
@click.argument("key")
@click.option("--store", required=True, help="The store, by its slug.")
@click.option(
    "--days", type=click.IntRange(1, MOST_DAYS), default=30, show_default=True, help="How many days of events."
)
@click.option("--until", type=click.DateTime(), default=None, help="Where the days end, UTC; now, if not given.")
@click.option(
    "--version", "number", type=int, default=None, help="A version by its number; the live one, if not given."
)
@click.option("--draft", is_flag=True, help="The draft instead of a version.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@with_database
def command(
    *, key: str, store: str, days: int, until: datetime | None, number: int | None, draft: bool, as_json: bool
) -> None:
    """Replay past events through the journey KEY, and say who would have received what, when, and what was held back.

    The events of the last days go by once more, each at its own time, through the very code that runs live. Nothing is
    sent, nothing is written but the result, nothing live is held up; stop it at any time.

    \b
    Today's rules, templates and addresses hold. What was heard of long after it happened, as by an import, counts as
    heard when it happened. Nobody opens or follows what was never sent.

    \b
    Examples:
      aftercare journeys dry-run thank-you --store demo --days 60
      aftercare journeys dry-run thank-you --store olist --days 60 --until 2018-05-01 --json
      aftercare journeys dry-run thank-you --store demo --draft

    The result also stands in the console, on the page of the journey, with the people it is about.
    """
    found, now = store_by_slug(slug=store), clock.now()
    end = until.replace(tzinfo=UTC) if until else now
    with store_scope(found.pk):
        journey = Journey.objects.filter(key=key).first()
        if journey is None:
            raise click.ClickException(f"There is no journey '{key}'. See: aftercare journeys list --store {store}")
        run = begin_dry_run(
            journey=journey, version=None if draft else _version(journey, number), since=end - timedelta(days=days),
            until=end, by=f"command:{getpass.getuser()}", now=now, runs_here=True,
        )  # fmt: skip
        _carry_out(run)
        run.refresh_from_db()
    if run.state != DryRun.State.DONE:
        raise click.ClickException(run.problem or str(run.get_state_display()))
    click.echo(orjson.dumps(run.found, option=orjson.OPT_INDENT_2) if as_json else _text(run))


def _version(journey: Journey, number: int | None) -> Version:
    versions = Version.objects.filter(journey=journey)
    found = versions.filter(number=number).first() if number else versions.filter(is_live=True).first()
    if found is None:
        raise click.ClickException("There is no such version. --draft tries the draft.")
    return found


def _carry_out(run: DryRun) -> None:
    label = f"{run.journey.name}, {(run.until - run.since).days} days"
    with click.progressbar(length=1000, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        try:
            carry_out(run=run, clock=clock.now, tell=lambda share: bar.update(int(1000 * share) - bar.pos))
            bar.update(1000 - bar.pos)
        except KeyboardInterrupt:
            stop_dry_run(run=run, now=clock.now())
            click.get_current_context().exit(INTERRUPTED)
        except Stopped:
            pass


def _text(run: DryRun) -> str:
    found: dict[str, Any] = run.found
    messages = found["messages"]
    lines = [
        f"{run.since:%Y-%m-%d %H:%M} to {run.until:%Y-%m-%d %H:%M} UTC, tried in {found['seconds']:.1f} s",
        f"{found['events']:>10,} events would have started it{_imported(found)}",
        f"{found['entered']:>10,} would have entered",
        f"{messages['sent']:>10,} messages would have gone out",
        *(f"{count:>10,}   of them later: {Reason(reason).label}" for reason, count in found["held"].items()),
        *(f"{count:>10,} would not: {Reason(reason).label}" for reason, count in found["dropped"].items()),
        f"{messages['merged']:>10,} would have gone out in a digest",
        f"{messages['waiting']:>10,} would still wait",
        f"{sum(found['standing'].values()):>10,} would still be on their way",
        *(f"{count:>10,} ended: {outcome}" for outcome, count in sorted(found["outcomes"].items())),
    ]
    return "\n".join(lines)


def _imported(found: dict[str, Any]) -> str:
    return f", {found['imported']:,} of them heard of later and taken at their time" if found["imported"] else ""
