"""Invents believable customers out of the names and places of their country."""

import random
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PEOPLE = Path(__file__).resolve().parent / "people"
COUNTRIES = tuple(sorted(path.stem.upper() for path in PEOPLE.glob("*.toml")))
# Letters that do not come apart into a plain one and its mark, or are written as two.
SPELLINGS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "\N{LATIN SMALL LETTER DOTLESS I}": "i"})
DOMAINS = ("example.com", "example.org", "example.net")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist. `phone` is E.164 or empty, `country` ISO 3166."""

    name: str
    email: str
    phone: str
    street: str
    postcode: str
    city: str
    region: str
    country: str
    locale: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Place:
    postcode: str
    city: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class Country:
    """What people of a country are called and where they live. `phone` has # for digits that are free."""

    locale: str
    time_zone: str
    phone: str
    house_number: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    streets: tuple[str, ...]
    places: tuple[Place, ...]


def invent_person(*, country: str, number: int, chance: random.Random) -> Person:
    """Somebody of `country`; equal chances make equal people, and `number` keeps their addresses apart."""
    land = read_country(country)
    name = f"{chance.choice(land.given)} {chance.choice(land.family)}"
    house, street = chance.randint(1, 120), chance.choice(land.streets)
    place = chance.choice(land.places)
    return Person(
        name=name,
        email=f"{mailbox(name)}{number}@{chance.choice(DOMAINS)}",
        phone=re.sub("#", lambda _: str(chance.randint(0, 9)), land.phone),
        street=f"{house} {street}" if land.house_number == "before" else f"{street} {house}",
        postcode=place.postcode,
        city=place.city,
        region=place.region,
        country=country,
        locale=land.locale,
        time_zone=land.time_zone,
    )


@cache
def read_country(code: str) -> Country:
    """`code` is one of COUNTRIES."""
    with (PEOPLE / f"{code.lower()}.toml").open("rb") as file:
        told = tomllib.load(file)
    places = tuple(Place(**place) for place in told.pop("places"))
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in told.items()}
    return Country(places=places, **fields)


def mailbox(name: str) -> str:
    """The part before the @: "anna.mueller" for Anna Müller; "customer" for a script that mail cannot carry."""
    parts = unicodedata.normalize("NFKD", name.casefold().translate(SPELLINGS))
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    return re.sub(r"[^a-z]+", ".", plain).strip(".") or "customer"
