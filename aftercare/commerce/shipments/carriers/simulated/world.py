"""The simulated carrier's network and words, read from world.toml."""

import tomllib
from importlib.resources import files
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from aftercare.commerce.shipments.vocabulary import StatusWord

ANYWHERE = "ZZ"
_EUROPE = frozenset({"EU", "CH", "GB"})


class Country(NamedTuple):
    """How parcels go in a country; `nights` is the least and most it takes from one address to another."""

    zone: ZoneInfo
    language: str
    nights: tuple[int, int]
    customs: str
    hubs: tuple[str, ...]


class Code(NamedTuple):
    """What a raw code means in canonical words, and how the carrier puts it in each language."""

    status: StatusWord
    reason: str
    texts: dict[str, str]


def country(code: str) -> Country:
    """The country of this ISO code, or the carrier's international hub."""
    return COUNTRIES.get(code, COUNTRIES[ANYWHERE])


def nights_between(origin: str, destination: str) -> tuple[int, int]:
    """The least and most nights between two countries when nothing goes wrong."""
    here, there = country(origin), country(destination)
    if here is there:
        return here.nights
    if here.customs == there.customs:
        return 2, 3
    if {here.customs, there.customs} <= _EUROPE:
        return 3, 4
    return 5, 7


def crosses_customs(origin: str, destination: str) -> bool:
    """Whether a parcel is presented to customs on its way."""
    return country(origin).customs != country(destination).customs


def text(code: str, language: str) -> str:
    """What the carrier says in a language; English where it has no word."""
    texts = CODES[code].texts
    return texts.get(language, texts["en"])


def _country(row: dict[str, Any]) -> Country:
    least, most = row["nights"]
    return Country(ZoneInfo(row["zone"]), row["language"], (least, most), row["customs"], tuple(row["hubs"]))


def _code(row: dict[str, Any]) -> Code:
    texts = {language: words for language, words in row.items() if language not in {"status", "reason"}}
    return Code(row["status"], row.get("reason", ""), texts)


_DATA = tomllib.loads(files(__package__).joinpath("world.toml").read_text(encoding="utf-8"))
COUNTRIES: dict[str, Country] = {name: _country(row) for name, row in _DATA["countries"].items()}
CODES: dict[str, Code] = {name: _code(row) for name, row in _DATA["codes"].items()}
