"""What the page says in words."""

from datetime import UTC, date, datetime, timedelta
from string import Formatter
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from aftercare.commerce.orders import wording
from aftercare.commerce.orders.policy.arrivals import Arrival, Stage
from aftercare.commerce.orders.policy.outlook import Headline, Outlook

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 11, 22)
TUESDAY = date(2026, 11, 24)
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def line_below(outlook: Outlook) -> str:
    return wording.explanation(outlook, today=TODAY, zone=BERLIN)


@pytest.mark.parametrize("headline", list(Headline))
def test_every_answer_is_explained_and_names_only_what_it_knows(headline):
    named = [name for _, name, _, _ in Formatter().parse(str(headline.label)) if name]

    assert wording.EXPLANATIONS[headline]
    assert set(named) <= {"day", "days"}


@pytest.mark.parametrize(
    ("outlook", "title"),
    [
        (Outlook(Headline.ARRIVES_ON, last=TUESDAY), "Arrives Tuesday, 24 November"),
        (Outlook(Headline.ARRIVES_BETWEEN, first=TUESDAY, last=date(2026, 11, 26)), "Arrives 24–26 November"),  # noqa: RUF001 -- an en dash is meant
        (Outlook(Headline.OUT_SINCE, first=date(2026, 11, 21)), "Out for delivery since Saturday, 21 November"),
        (Outlook(Headline.RECEIVED), "We have your order"),
    ],
)
def test_days_are_said_as_people_say_them(outlook, title):
    assert wording.title(outlook, today=TODAY) == title


def test_days_are_said_in_the_readers_language():
    with translation.override("fr"):
        assert "mardi 24 novembre" in wording.title(Outlook(Headline.ARRIVES_ON, last=TUESDAY), today=TODAY)


def test_the_line_below_names_the_hours_in_the_readers_zone():
    outlook = Outlook(Headline.ARRIVES_ON, last=TUESDAY, window=(START, START + timedelta(hours=4)))

    assert line_below(outlook) == "Most likely between 10:00 and 14:00."


def test_a_promise_is_called_one_until_it_is_broken():
    promised = Arrival("shipment", Stage.UNDER_WAY, START, promised=True)

    assert line_below(Outlook(Headline.ARRIVES_BY, promised, last=TUESDAY)) == "As promised when you ordered."
    assert "expected by Friday, 20 November" in line_below(Outlook(Headline.OVERDUE, promised, last=date(2026, 11, 20)))
