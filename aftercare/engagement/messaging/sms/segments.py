"""How many segments a text takes: 160 characters of the GSM alphabet or 70 of UCS-2, fewer where they are joined.

3GPP TS 23.038 §6.2.1 has the alphabet; a joined segment gives seven or three characters to its header (TS 23.040
§9.2.3.24.1). Characters of the extension take two places, and neither they nor a surrogate pair are cut in two.
"""

from typing import NamedTuple

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
_GSM, _UCS = (160, 153), (70, 67)


class Segments(NamedTuple):
    """`is_gsm`: every character is of the GSM alphabet. `units` are septets, or UTF-16 code units."""

    parts: int
    is_gsm: bool
    units: int


def segments_of(text: str) -> Segments:
    """What a text takes on its way."""
    is_gsm = all(character in _BASIC or character in _EXTENSION for character in text)
    sizes = [_size(character, is_gsm=is_gsm) for character in text]
    alone, joined = _GSM if is_gsm else _UCS
    units = sum(sizes)
    return Segments(1 if units <= alone else _cut(sizes, joined), is_gsm, units)


def _size(character: str, *, is_gsm: bool) -> int:
    if is_gsm:
        return 2 if character in _EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def _cut(sizes: list[int], room: int) -> int:
    """Filled one after another, as handsets do."""
    count, used = 1, 0
    for size in sizes:
        if used + size > room:
            count, used = count + 1, 0
        used += size
    return count
