"""Two versions as sentences: nothing is lost, and what differs is called by its name."""

from hypothesis import given, settings

from aftercare.engagement.journeys.comparing import Fate, compare, lines_of
from aftercare.engagement.journeys.definition import Definition
from tests.engagement.journeys.definitions import NOT_CANCELLED, defined, definitions, step

SEND = step("send", "send")


def told(before: Definition, after: Definition) -> list[tuple[str, str, str]]:
    """What differs."""
    return [
        (one.fate.value, one.before, one.after)
        for one in compare(before=before, after=after)
        if one.fate != Fate.SAME
    ]  # fmt: skip


@settings(deadline=None)
@given(definitions())
def test_nothing_differs_from_itself(definition: Definition) -> None:
    assert told(definition, definition) == []


@settings(deadline=None)
@given(definitions(), definitions())
def test_every_line_of_both_is_told_once(before: Definition, after: Definition) -> None:
    compared = compare(before=before, after=after)
    old = sorted(one.before for one in compared if one.fate != Fate.ADDED)
    new = [one.after for one in compared if one.fate != Fate.REMOVED]
    assert old == sorted(line.text for line in lines_of(before))
    assert new == [line.text for line in lines_of(after)]


def test_changed_added_removed_moved() -> None:
    before = defined(step("wait", "wait"), SEND)
    assert told(before, defined(step("wait", "wait", {"days": 5}), SEND)) == [("changed", "Wait 1 day", "Wait 5 days")]
    assert told(before, defined(step("wait", "wait"), SEND, step("more", "wait"))) == [("added", "", "Wait 1 day")]
    assert told(before, defined(SEND)) == [("removed", "Wait 1 day", "")]
    moved = told(before, defined(SEND, step("wait", "wait")))
    assert [(fate, after) for fate, _before, after in moved] in (
        [("moved", "Wait 1 day")], [("moved", "Send “Thank you, with a guide” by E-mail")],
    )  # fmt: skip


def test_what_starts_it_and_what_must_be_so() -> None:
    before = defined(SEND)
    after = defined(SEND, trigger="order.delivered", conditions=[NOT_CANCELLED])
    assert told(before, after) == [
        ("changed", "When Order placed, every time it happens",
         "When Order complete at the customer's, every time it happens"),
        ("added", "", "only while the order is not “Cancelled”"),
    ]  # fmt: skip
