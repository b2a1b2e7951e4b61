"""Who somebody is, what a new word about them changes, and how they are searched: values in, values out."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from aftercare.commerce.customers.errors import NotRecognisable
from aftercare.commerce.customers.schemas import ConsentIn, CustomerIn
from aftercare.foundation.kit.schema import normal_email, normal_phone

# Accents and vowel signs, all of which lie below U+3100 but for half marks.
_COMBINING = "".join(chr(code) for code in range(0x300, 0x3100) if unicodedata.combining(chr(code)))
_MARKS = re.compile(f"[{_COMBINING}\ufe20-\ufe2f]+")
_SHORTEST_PHONE, _LONGEST_PHONE = 8, 16
ACCOUNT, EMAIL, PHONE = "account", "email", "phone"


class IdentityKey(NamedTuple):
    """One way to recognise a customer; `source` is empty for e-mail and phone, which are the same at every platform."""

    kind: str
    source: str
    value: str


class Profile(NamedTuple):
    """What is known of a customer, in the order of the columns."""

    name: str = ""
    email: str = ""
    phone: str = ""
    locale: str = ""
    time_zone: str = ""
    country: str = ""
    traits: Mapping[str, Any] = {}


NOBODY = Profile()


class Stance(NamedTuple):
    """What a customer last said about a purpose and channel."""

    granted: bool
    source: str
    changed_at: datetime


def folded(text: str) -> str:
    """As staff search it: lower case, without accents, so that "Muller" finds "Müller"."""
    if text.isascii():
        return text.lower()
    # Twice, because letters such as mathematical capitals have a lower case only once they are decomposed.
    lower = unicodedata.normalize("NFKD", text).casefold()
    return _MARKS.sub("", unicodedata.normalize("NFKD", lower))


def search_words(text: str) -> list[str]:
    """The folded words of a search."""
    return folded(text.replace("\x00", " ")).split()


def search_text(profile: Profile) -> str:
    """What a search for this customer finds them by."""
    return folded(f"{profile.name} {profile.email} {profile.phone}".strip())


@lru_cache(maxsize=65536)
def phone_number(value: str, country: str) -> str:
    """E.164; empty where it is no possible number, for "0" and "123" must not make one person of many."""
    number = normal_phone(value, country)
    return number if _SHORTEST_PHONE <= len(number) <= _LONGEST_PHONE else ""


def identity_keys(customer: CustomerIn, *, source: str, phone: str) -> list[IdentityKey]:
    """How this customer can be recognised, the surest first; raises NotRecognisable where there is nothing."""
    keys = [IdentityKey(ACCOUNT, source, customer.id)] if customer.id else []
    if customer.email:
        keys.append(IdentityKey(EMAIL, "", normal_email(customer.email)))
    if phone:
        keys.append(IdentityKey(PHONE, "", phone))
    if not keys:
        raise NotRecognisable
    return keys


Owner = TypeVar("Owner")


def owner_among(keys: Sequence[IdentityKey], owners: Mapping[IdentityKey, tuple[Owner, bool]]) -> Owner | None:
    """Whose keys these are: the account's, else the e-mail address's, else the phone number's customer.

    `owners` tells for each key its customer and whether that one has an e-mail address: two people who give different
    addresses are never one because they share a telephone.
    """
    has_email = any(key.kind == EMAIL for key in keys)
    for key in keys:
        found = owners.get(key)
        if found and not (key.kind == PHONE and has_email and found[1]):
            return found[0]
    return None


def told(profile: Profile, customer: CustomerIn, *, phone: str, fills_gaps_only: bool = False) -> Profile:
    """The profile after somebody told us about the customer; what they left out stays.

    With `fills_gaps_only` nothing known is overwritten: the buyer's name on an old order says little.
    """
    said = Profile(
        customer.name, customer.email or "", phone, customer.locale, customer.time_zone, customer.country or "",
        _traits_after(profile.traits, customer.traits),
    )  # fmt: skip
    if profile is NOBODY:
        return said
    older, newer = (said, profile) if fills_gaps_only else (profile, said)
    return Profile._make(new or old for old, new in zip(older, newer, strict=True))._replace(traits=said.traits)


def changed_fields(before: Profile, after: Profile) -> list[str]:
    """The names of the fields that differ."""
    if before == after:
        return []
    return [name for name, old, new in zip(Profile._fields, before, after, strict=True) if old != new]


def _traits_after(known: Mapping[str, Any], said: Mapping[str, Any]) -> Mapping[str, Any]:
    """A trait told as None is withdrawn."""
    if not said:
        return known
    return {name: value for name, value in {**known, **said}.items() if value is not None}


def stance_after(known: Stance | None, said: ConsentIn, *, now: datetime) -> Stance | None:
    """What holds after the customer said this; None where nothing changes.

    The later word holds. A grant without a time never overturns a refusal: a nightly export of last year's newsletter
    list must not undo this morning's unsubscribe.
    """
    at = said.at or now
    if known is None:
        return Stance(said.granted, said.source, at)
    if said.granted == known.granted or at < known.changed_at:
        return None
    if said.granted and said.at is None:
        return None
    return Stance(said.granted, said.source, at)


def combined(survivor: Stance | None, absorbed: Stance) -> Stance:
    """Of two people found to be one, the later word holds; at the same instant, the refusal."""
    if survivor is None:
        return absorbed
    if survivor.changed_at == absorbed.changed_at:
        return absorbed if survivor.granted else survivor
    return max(survivor, absorbed, key=lambda stance: stance.changed_at)
