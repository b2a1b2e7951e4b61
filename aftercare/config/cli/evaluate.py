"""`aftercare evaluate`: hold what Aftercare would have said against what came, on a merchant's own history."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import click
import orjson

from aftercare.commerce.promises.calendars import holidays_of
from aftercare.commerce.promises.estimating.moments import day_number
from aftercare.commerce.promises.evaluating.backtest import ALERT_AT, Task, back_test, days_to_walk
from aftercare.commerce.promises.evaluating.reading import read_deliveries
from aftercare.commerce.promises.evaluating.wording import in_words
from aftercare.config.cli.ground import Refused
from aftercare.foundation.kit.errors import Refusal


@click.group("evaluate")
def command() -> None:
    """Try what Aftercare predicts on your own history, without taking anything in.

    \b
    aftercare evaluate delivery deliveries.csv --from 2026-06-01
    """


@command.command("delivery")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--from", "since", required=True, help="The first day whose orders are predicted, such as 2026-06-01.")
@click.option("--refit-days", type=click.IntRange(1, 365), default=7, show_default=True, help="Learn anew so often.")
@click.option("--country", default="", help="Two letters; the public holidays of the destinations, such as BR.")
@click.option(
    "--alert-at",
    type=click.FloatRange(0, 1),
    default=ALERT_AT,
    show_default=True,
    help="How probable lateness must be for an alert.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as one JSON object.")
def delivery(*, file: Path, since: str, refit_days: int, country: str, alert_at: float, as_json: bool) -> None:
    """How well delivery dates would have been predicted: every order from --from on, as of its own moment.

    FILE is CSV (or .gz) with a header. Columns, of which only the first two must be there, and only ordered_at filled:

    \b
    ordered_at      when the order was placed, such as 2026-06-01T14:30:00+02:00
    delivered_at    when it arrived; empty while it is on its way
    handed_over_at  when the carrier got it
    promised_at     what the shop promised; a day without a time means its end
    origin, destination, carrier, service, seller
                    any words that say which parcels are alike, such as regions
    place           a finer part of the destination, such as the beginning of the postcode
    weight_g, price, freight
                    numbers; freight is what was paid for shipping

    A parcel on its way counts as "longer than so far"; what happened after a moment is never used for it. Beside our
    figures stand those of the shop's promise, of the global median, and of the median of origin and destination.

    Exit code: 0 evaluated, 2 the file cannot be used (line, field and remedy are named).
    """
    try:
        first = _day(since)
        deliveries = read_deliveries(path=file)
        years = range(1970 + int(deliveries.ordered.min() / 366), 1972 + int(deliveries.ordered.max() / 365))
        holidays = holidays_of(country=country.upper(), years=years) if country else {}
        task = Task(first, refit_days, country.upper(), holidays, alert_at)
        steps = days_to_walk(deliveries=deliveries, task=task)
        with click.progressbar(
            length=steps, label="Predicting", file=sys.stderr, hidden=not sys.stderr.isatty()
        ) as bar:
            found = back_test(deliveries=deliveries, task=task, progress=bar.update)
    except Refusal as refusal:
        raise Refused(refusal) from refusal
    click.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2) if as_json else in_words(found))


def _day(text: str) -> int:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"'{text}' is not a day; write it as 2026-06-01.", param_hint="--from") from None
    return int(day_number(datetime(day.year, day.month, day.day, tzinfo=UTC)))
