"""The pack as a PDF: typeset from the facts, by a compiler that is kept."""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import typst

from aftercare.care.protection.evidence.gathering import Pack

# The same data make the same bytes.
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_INSTANTS = ("_at", "expected_by", "promised_by")
_ONE_AT_A_TIME = threading.Lock()


def pdf_of(pack: Pack) -> bytes:
    """The document. Times are told in the store's zone."""
    facts = _in_zone(pack.facts, ZoneInfo(pack.facts["store"]["time_zone"]))
    with TemporaryDirectory(prefix="aftercare-evidence-") as folder:
        for name, content in pack.photos.items():
            file = Path(folder, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        # The compiler remembers what it was given last.
        with _ONE_AT_A_TIME:
            made = _compiler().compile(
                input=_source(), root=folder, format="pdf", timestamp=_EPOCH,
                sys_inputs={"facts": orjson.dumps(facts).decode()},
            )  # fmt: skip
    assert isinstance(made, bytes), "a PDF is one file, however many pages it has"
    return made


@cache
def _compiler() -> typst.Compiler:
    """Looks for the machine's letters once: that takes longer than setting a page."""
    return typst.Compiler()


@cache
def _source() -> bytes:
    return files(__package__).joinpath("evidence.typ").read_bytes()


def _in_zone(value: Any, zone: ZoneInfo) -> Any:
    """Every instant as people read it there."""
    if isinstance(value, Mapping):
        return {
            name: _spoken(one, zone) if name == "at" or name.endswith(_INSTANTS) else _in_zone(one, zone)
            for name, one in value.items()
        }
    return [_in_zone(one, zone) for one in value] if isinstance(value, list) else value


def _spoken(value: Any, zone: ZoneInfo) -> Any:
    try:
        return datetime.fromisoformat(value).astimezone(zone).strftime("%Y-%m-%d %H:%M")
    except (TypeError, ValueError):
        return value
