"""Records whose rows are scattered."""

import pytest

from aftercare.commerce.platforms.mapping import seen_keys

pytestmark = pytest.mark.django_db


def test_a_key_is_known_from_its_first_line_on() -> None:
    seen_keys.start()
    assert seen_keys.seen_before({"A": 2, "B": 4}) == {}
    assert seen_keys.seen_before({"C": 6, "A": 7}) == {"A": 2}
    assert seen_keys.seen_before({"A": 9}) == {"A": 2}


def test_the_same_lines_again_are_not_their_own_repetition() -> None:
    """A chunk that is tried again after a lost connection."""
    seen_keys.start()
    seen_keys.seen_before({"A": 2})
    assert seen_keys.seen_before({"A": 2}) == {}


def test_a_new_file_starts_without_memory() -> None:
    seen_keys.start()
    seen_keys.seen_before({"A": 2})
    seen_keys.start()
    assert seen_keys.seen_before({"A": 9}) == {}
