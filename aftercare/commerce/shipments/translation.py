"""What every translation from a carrier's words into ours needs: tables of meanings, and whole scans and updates.

A table is a TOML file in `carriers/meanings/`: the carrier's code, then our status, or our status and reason.
"""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import datetime, time, tzinfo
from importlib.resources import files
from typing import Any, NamedTuple

from aftercare.commerce.shipments.messages import in_zone, parse
from aftercare.commerce.shipments.schemas import ScanIn, TrackingIn
from aftercare.commerce.shipments.vocabulary import StatusWord

TABLES = files("aftercare.commerce.shipments.carriers").joinpath("meanings")
# What a scan's fields hold. A sender's long sentence is cut; it is no reason to lose the scan.
_CODE, _TEXT, _PLACE, _NAME, _ADDRESS = 60, 300, 120, 120, 500
_FIRST, _LAST = time.min, time(23, 59, 59)


class Meaning(NamedTuple):
    """A code of a carrier's in our words."""

    status: StatusWord
    reason: str = ""


UNKNOWN = Meaning("unknown")
Meanings = Mapping[str, Meaning]


class Proof(NamedTuple):
    """What shows that a parcel arrived: who signed, and the address of a photo. Where it was, its scan says."""

    signed_by: str = ""
    url: str = ""


class Window(NamedTuple):
    """When the carrier means to deliver; either end may be open, lack a zone, or be a day, written as its midnight."""

    since: datetime | None = None
    by: datetime | None = None


def meanings(carrier: str) -> dict[str, Meaning]:
    """The table of a carrier, by its codes."""
    table = tomllib.loads(TABLES.joinpath(f"{carrier}.toml").read_text(encoding="utf-8"))
    return {code: Meaning(*([said] if isinstance(said, str) else said)) for code, said in table.items()}


def meaning(table: Meanings, *codes: str) -> Meaning:
    """What the first code that stands in the table means, so give the finest first; unknown where none does."""
    return next((table[code] for code in codes if code in table), UNKNOWN)


def joined(parts: Iterable[str], *, by: str) -> str:
    """The parts that say something, each once."""
    return by.join(dict.fromkeys(part for part in parts if part))


def scan_of(
    *, at: datetime, zone: tzinfo, means: Meaning, codes: Iterable[str] = (), text: str = "", place: Iterable[str] = ()
) -> ScanIn:
    """A scan; `codes` are the sender's and, where it passes it on, the carrier's own. Raises Unreadable."""
    instant, zone_known = in_zone(at, zone)
    return parse(ScanIn, {
        "at": instant, "status": means.status, "reason": means.reason, "code": joined(codes, by=" ")[:_CODE],
        "text": text[:_TEXT], "place": joined(place, by=", ")[:_PLACE], "zone_known": zone_known,
    })  # fmt: skip


def news_of(
    *, number: str, scans: Iterable[ScanIn], zone: tzinfo, carried_by: str = "", window: Window | None = None,
    proof: Proof | None = None,
) -> list[TrackingIn]:  # fmt: skip
    """What an aggregator tells of one parcel; nothing while it has not been scanned. Raises Unreadable.

    `carried_by` is the carrier in the aggregator's words, which only decides between parcels of the same number.
    """
    told = tuple(scans)
    if not told:
        return []
    since, by = window or Window()
    signed_by, url = proof or Proof()
    is_address = url.startswith(("https://", "http://")) and len(url) <= _ADDRESS
    return [parse(TrackingIn, {
        "tracking_number": number, "carried_by": carried_by[:40],
        "expected_from": since and _expected(since, zone, _FIRST), "expected_by": by and _expected(by, zone, _LAST),
        "signed_by": signed_by[:_NAME], "proof_url": url if is_address else "", "scans": told,
    })]  # fmt: skip


def _expected(at: datetime, zone: tzinfo, of_day: time) -> datetime:
    """An instant; a day is that day where the store is, for in UTC it would begin the evening before in Texas."""
    if at.time() == time.min:
        return datetime.combine(at.date(), of_day, zone)
    return in_zone(at, zone)[0]


def first_address(said: Any) -> str:
    """The first web address in what a sender attached: a text, an object with a `url`, or a list of either."""
    for one in said if isinstance(said, list) else [said]:
        address = one.get("url") if isinstance(one, dict) else one
        if isinstance(address, str) and address.startswith(("https://", "http://")):
            return address
    return ""
