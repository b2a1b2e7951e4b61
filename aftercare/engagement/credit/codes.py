"""Codes: making them, and reading what people type.

A gift card's code is worth its value to whoever has it. So it has 80 random bits, and we keep a digest of it that nobody
can compute, or check guesses against, without the installation's secret key.
"""

import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

from aftercare.foundation.kit.ids import ALPHABET

GROUP = 4
_CARD_LENGTH = 16
_CODE_LENGTH = 10
_SALT = "aftercare.credit.gift_card"
# What is read off a card as one of these is meant as the other; the alphabet has only one of each.
_MEANT = str.maketrans("OIL", "011")


def new_card_code() -> str:
    """Such as `7D0X-K2M9-QV4T-8R1N`."""
    return "-".join(_random(GROUP) for _ in range(_CARD_LENGTH // GROUP))


def new_promotion_codes(*, count: int, prefix: str = "") -> list[str]:
    """Codes for a pool: 50 random bits each, after a prefix people can tell them by."""
    return [prefix + _random(_CODE_LENGTH) for _ in range(count)]


def bare(typed: str) -> str:
    """A gift card's code as it is compared: however it was cut up and cased."""
    return "".join(letter for letter in typed.upper() if letter.isalnum()).translate(_MEANT)


def as_typed(typed: str) -> str:
    """A promotion's code as it is compared."""
    return "".join(typed.split()).upper()


def digests_of(code: str, *, store_id: int) -> list[str]:
    """By the secret key, then by each that was used before."""
    return [
        salted_hmac(_SALT, f"{store_id}:{bare(code)}", secret=key, algorithm="sha256").hexdigest()
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length)).upper()
