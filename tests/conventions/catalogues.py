"""What a catalogue lacks, message by message."""

import re
import sys
from collections.abc import Iterator
from types import ModuleType

from babel.messages.catalog import Catalog, Message

from tests.conventions.source import ROOT

_PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w*\}|<[^>]+>")
# A plural form that speaks of exactly none, one or two may say so in words.
_NAMES_ITS_NUMBER = 3


def tool() -> ModuleType:
    """The maker of catalogues, which is no part of the package."""
    sys.path.insert(0, str(ROOT / "frontend"))
    try:
        return __import__("catalogues")
    finally:
        sys.path.pop(0)


def faults(catalogue: Catalog, gathered: Catalog) -> Iterator[str]:
    """Everything that would show as English, or with a hole, to a reader of this language."""
    for wanted in gathered:
        if not wanted.id:
            continue
        key = wanted.id if isinstance(wanted.id, str) else wanted.id[0]
        found = catalogue.get(key, wanted.context)
        if found is None or found.pluralizable != wanted.pluralizable:
            yield f"not gathered: {key}"
        elif not tool().is_complete(found, catalogue):
            yield f"not translated: {key}"
        else:
            yield from _wrong_placeholders(found)


def _wrong_placeholders(message: Message) -> Iterator[str]:
    if not message.pluralizable:
        if _placeholders(message.string) != _placeholders(message.id):
            yield f"other placeholders: {message.string}"
        return
    wanted = _placeholders(message.id[1])
    for form, said in enumerate(message.string):
        names_its_number = form < _NAMES_ITS_NUMBER and len(message.string) > _NAMES_ITS_NUMBER
        if _placeholders(said) - wanted or (not names_its_number and _placeholders(said) != wanted):
            yield f"other placeholders: {said}"


def _placeholders(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))
