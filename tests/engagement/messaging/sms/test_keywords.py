"""What a single word means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.engagement.messaging.sms.keywords import Keyword, keyword_of


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("STOP", Keyword.STOP), (" stop. ", Keyword.STOP), ("Opt-out", Keyword.STOP), ("Abmelden!", Keyword.STOP),
        ("ARRÊT", Keyword.STOP), ("Baja", Keyword.STOP), ("Sair", Keyword.STOP), ("إلغاء", Keyword.STOP),
        ("الغاء", Keyword.STOP), ("Hilfe?", Keyword.HELP), ("AIDE", Keyword.HELP), ("مساعدة", Keyword.HELP),
        ("Start", Keyword.START), ("começar", Keyword.START), ("Please stop by at five", None), ("", None), ("stop" * 99, None),
    ],
)  # fmt: skip
def test_in_every_language_we_write(text: str, keyword: Keyword | None) -> None:
    assert keyword_of(text) is keyword


@given(st.text())
def test_whatever_is_written_means_something_or_nothing(text: str) -> None:
    assert keyword_of(text) in {None, *Keyword}
