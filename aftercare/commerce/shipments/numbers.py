"""Whose number is this? Pure: shapes and check digits, and how sure they make us.

Only a check digit makes certain, and only where the shape is one carrier's own: ten digits divisible in the right way
are DHL's one time, and one time in seven anybody's. Numbers are taken in normal form (`policy.normal_number`).
"""

import re
import tomllib
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

# Below this a number may be anyone's, and a wrong guess would send the shopper to the wrong page.
SURE = 0.9
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DATA: dict[str, Any] = tomllib.loads(files(__package__).joinpath("numbers.toml").read_text(encoding="utf-8"))
_CARRIERS: dict[str, tuple[str, str]] = {key: (name, url) for key, (name, url) in _DATA["carriers"].items()}
_KEYS = {name.casefold(): key for key, (name, _) in _CARRIERS.items()}
_POSTS: dict[str, str] = _DATA["posts"]


class Candidate(NamedTuple):
    """A carrier that may have issued a number; `country` is the issuing post's, where the number says so."""

    carrier: str
    name: str
    certainty: float
    tracking_url: str
    country: str = ""


class _Rule(NamedTuple):
    carrier: str
    shape: re.Pattern[str]
    certainty: float
    check: Callable[[str], bool] | None = None


def candidates(number: str) -> list[Candidate]:
    """Whose number it may be, the surest first; none where no shape fits or the check digit says no."""
    found: dict[str, float] = {}
    for rule in _RULES:
        if rule.shape.fullmatch(number) and (rule.check is None or rule.check(number)):
            found.setdefault(rule.carrier, rule.certainty)
    fitting = [_candidate(carrier, certainty, number) for carrier, certainty in found.items()]
    postal = _postal(number)
    return sorted([*postal, *fitting], key=lambda one: (-one.certainty, one.carrier))


@lru_cache(maxsize=4096)
def surest(number: str) -> Candidate | None:
    """The one carrier that surely issued this number."""
    sure = [one for one in candidates(number) if one.certainty >= SURE]
    return sure[0] if len(sure) == 1 else None


def name_of(carrier: str) -> str:
    """What a carrier is called; empty for one we do not know."""
    return _CARRIERS.get(carrier, ("", ""))[0]


def key_of(name: str) -> str:
    """The key of a carrier by what it is called; empty for one we do not know."""
    return _KEYS.get(name.strip().casefold(), "")


def tracking_page(carrier: str, number: str) -> str:
    """Where a shopper follows a number at a carrier; empty where we know of no such page."""
    page = _CARRIERS.get(carrier, ("", ""))[1]
    return page.format(number) if number.isascii() and number.isalnum() else ""


def _candidate(carrier: str, certainty: float, number: str, country: str = "") -> Candidate:
    return Candidate(carrier, name_of(carrier), certainty, tracking_page(carrier, number), country)


def _postal(number: str) -> list[Candidate]:
    """A number of the Universal Postal Union (S10): two letters, nine digits, and the country of the post."""
    if not _S10.fullmatch(number) or not _s10(number[2:11]):
        return []
    country = number[11:]
    return [_candidate(_POSTS[country], 0.97, number, country)] if country in _POSTS else []


def gs1_check_digit(digits: str) -> str:
    """GS1, also USPS and FedEx Ground: weights 3 and 1 from the right, to the next ten."""
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def ups_check_digit(characters: str) -> str:
    """UPS: letters count as (A = 2, B = 3 ...) modulo ten, every second place twice, to the next ten."""
    values = [int(one) if one.isdigit() else (ord(one) - 63) % 10 for one in characters]
    return str(-sum(value * (2 if place % 2 else 1) for place, value in enumerate(values)) % 10)


def s10_check_digit(digits: str) -> str:
    """UPU S10: weighted sum to the next eleven; 10 is written 0 and 11 is written 5."""
    weighted = sum(int(digit) * weight for digit, weight in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
    return str({10: 0, 11: 5}.get(11 - weighted % 11, 11 - weighted % 11))


def fedex_check_digit(digits: str) -> str:
    """FedEx Express: weights 3, 1, 7 over and over, modulo eleven, modulo ten."""
    return str(sum(int(digit) * (3, 1, 7)[place % 3] for place, digit in enumerate(digits)) % 11 % 10)


def dpd_check_character(characters: str) -> str:
    """DPD: ISO 7064, MOD 37,36."""
    product = 36
    for one in characters:
        product = ((product + _ALPHABET.index(one)) % 36 or 36) * 2 % 37
    return _ALPHABET[(37 - product) % 36]


def identcode_check_digit(digits: str) -> str:
    """Deutsche Post's Identcode: weights 4 and 9 from the left, to the next ten."""
    return str(-sum(int(digit) * (9 if place % 2 else 4) for place, digit in enumerate(digits)) % 10)


def luhn_check_digit(digits: str) -> str:
    """Luhn: every second digit from the right doubled and its digits added, to the next ten."""
    doubled = (int(digit) * (1 if place % 2 else 2) for place, digit in enumerate(reversed(digits)))
    return str(-sum(sum(divmod(value, 10)) for value in doubled) % 10)


def gls_check_digit(digits: str) -> str:
    """GLS: as GS1, of a sum greater by one."""
    return str((int(gs1_check_digit(digits)) - 1) % 10)


def _ends_in(check_digit: Callable[[str], str], *, after: int = 0, before: str = "") -> Callable[[str], bool]:
    """Whether the last character is the check digit of those before it, from place `after`, with `before` set before."""
    return lambda number: check_digit(before + number[after:-1]) == number[-1]


def _s10(digits: str) -> bool:
    return s10_check_digit(digits[:8]) == digits[8]


def _dhl_express(number: str) -> bool:
    return int(number[:9]) % 7 == int(number[9])


_S10 = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}")
_GS1 = _ends_in(gs1_check_digit)
# The finest shape of a carrier first: what it says goes.
_RULES = tuple(
    _Rule(carrier, re.compile(shape), certainty, check)
    for carrier, shape, certainty, check in (
        ("ups", r"1Z[0-9A-Z]{15}[0-9]", 0.99, _ends_in(ups_check_digit, after=2)),
        ("usps", r"92612[0-9]{17}", 0.6, _GS1),
        ("usps", r"9[1-5][0-9]{20}", 0.95, _GS1),
        ("usps", r"(?:0[1-9]|13|23|7[0-9])[0-9]{18}", 0.6, _GS1),
        ("usps", r"9[1-5][0-9]{19}", 0.5, _GS1),
        # The barcode has the recipient's ZIP code before the number.
        ("usps", r"420[0-9]{5}(?:[0-9]{4})?9[1-5][0-9]{20}", 0.85, _ends_in(gs1_check_digit, after=-22)),
        ("fedex", r"96[0-9]{20}", 0.85, _ends_in(gs1_check_digit, after=7)),
        ("fedex", r"92612[0-9]{17}", 0.7, _GS1),
        ("fedex", r"6[0-9]{19}", 0.7, _ends_in(gs1_check_digit, before="92")),
        ("fedex", r"[0-9]{15}", 0.7, _GS1),
        ("fedex", r"[0-9]{12}", 0.6, _ends_in(fedex_check_digit)),
        # 34 04 3 is the prefix GS1 gave to Deutsche Post; any shipper may write other serial numbers on its boxes.
        ("dhl_paket", r"0034043[0-9]{13}", 0.95, _ends_in(gs1_check_digit, after=2)),
        ("dhl_paket", r"00[0-9]{18}", 0.4, _ends_in(gs1_check_digit, after=2)),
        ("dhl_paket", r"[0-9]{12}", 0.5, _ends_in(identcode_check_digit)),
        ("dhl_paket", r"JJD[0-9A-Z]{9,30}", 0.6, None),
        ("dhl_express", r"[0-9]{10}", 0.6, _dhl_express),
        ("dhl_express", r"(?:JD|JJD)[0-9A-Z]{9,30}", 0.5, None),
        ("dpd", r"[0-9]{27}[0-9]?[0-9A-Z]", 0.95, _ends_in(dpd_check_character)),
        ("dpd", r"[0-9]{14}[A-Z]", 0.95, _ends_in(dpd_check_character)),
        ("dpd", r"[0-9]{15}", 0.6, _ends_in(dpd_check_character)),
        ("dpd", r"[0-9]{14}", 0.5, None),
        ("hermes", r"H[0-9]{19}", 0.8, None),
        ("hermes", r"[0-9]{14}", 0.3, None),
        ("evri", r"[CHTPW]00[0-9A-Z]{5}[0-9]{8}", 0.8, None),
        ("gls", r"[0-9]{12}", 0.4, _ends_in(gls_check_digit)),
        ("gls", r"[0-9]{11}", 0.3, None),
        ("gls", r"[A-Z][0-9A-Z]{7}", 0.3, None),
        ("canada_post", r"[0-9]{16}", 0.7, _GS1),
        ("purolator", r"[A-Z]{3}[0-9]{9}", 0.7, None),
        ("purolator", r"[0-5][0-9]{11}", 0.5, _ends_in(luhn_check_digit)),
        ("bpost", r"32[0-9]{22}", 0.8, None),
        ("post_at", r"10[0-9]{20}", 0.7, None),
        ("postnl", r"3S[0-9A-Z]{11,13}", 0.8, None),
    )
)
