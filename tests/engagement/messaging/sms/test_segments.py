"""How many segments a text takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.engagement.messaging.sms.segments import segments_of


@pytest.mark.parametrize(
    ("text", "parts", "is_gsm"),
    [
        ("", 1, True),
        ("a" * 160, 1, True),
        ("a" * 161, 2, True),
        ("a" * 306, 2, True),
        ("a" * 307, 3, True),
        ("ä" * 160, 1, True),
        # The euro sign is of the extension: two places.
        ("€" * 80, 1, True),
        ("€" * 81, 2, True),
        # 153 places hold 76 of them and one that stays empty: none is cut in two.
        ("€" * 153, 3, True),
        ("ç", 1, False),
        ("ش" * 70, 1, False),
        ("ش" * 71, 2, False),
        ("ش" * 134, 2, False),
        ("ش" * 135, 3, False),
        ("😀" * 35, 1, False),
        ("😀" * 36, 2, False),
        ("😀" * 67, 3, False),
    ],
)
def test_as_the_standard_counts(text: str, parts: int, is_gsm: bool) -> None:  # noqa: FBT001 -- pytest names them
    found = segments_of(text)

    assert (found.parts, found.is_gsm) == (parts, is_gsm)


@given(st.text(max_size=400), st.characters())
def test_more_text_never_takes_fewer(text: str, more: str) -> None:
    assert segments_of(text + more).parts >= segments_of(text).parts
