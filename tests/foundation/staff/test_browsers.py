"""A browser in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.foundation.staff.browsers import browser_in_words
from aftercare.foundation.staff.models import SignIn

SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
CHROME = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36"
FIREFOX = "Mozilla/5.0 (Macintosh; Intel Mac OS X 15.0; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (SAFARI, "Safari on iPhone"), (EDGE, "Edge on Windows"), (CHROME, "Chrome on Android"),
        (FIREFOX, "Firefox on Mac"), ("curl/8.5.0", "curl"), ("", "Unknown browser"),
    ],
)  # fmt: skip
def test_as_people_call_it(sent: str, words: str) -> None:
    assert browser_in_words(sent) == words


@given(st.text(max_size=2000))
def test_whatever_is_sent_fits_its_column(sent: str) -> None:
    assert len(browser_in_words(sent)) <= SignIn._meta.get_field("browser").max_length
