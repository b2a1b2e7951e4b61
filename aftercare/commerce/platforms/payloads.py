"""Reading JSON that another system wrote: total over whatever stands there, and exact about what does not fit.

Every reader either answers or raises Untranslatable naming the place, so that a connector is written as if its
platform kept its word.
"""

from datetime import datetime, tzinfo
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any, TypeVar

import orjson
from django.core.exceptions import SuspiciousOperation
from django.utils.html import strip_tags
from pydantic import ValidationError

from aftercare.commerce.platforms.errors import NotJson, Untranslatable
from aftercare.foundation.kit.schema import Incoming

_LARGEST_AMOUNT = Decimal("1e13")
_YEARS = range(1990, 2100)
_MEND = "Correct it in the shop and send it again, or drop this one."
Schema = TypeVar("Schema", bound=Incoming)


def read_json(body: bytes) -> Any:
    """The JSON in a body; raises NotJson."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise NotJson(f"The body is not JSON: {error}.", field="body", remedy="Send UTF-8 JSON.") from None


class Payload:
    """A JSON object, and where it stands in the message."""

    def __init__(self, value: Any, place: str = "") -> None:
        if not isinstance(value, dict):
            raise _unfit("is no object", place or "body")
        self._value: dict[str, Any] = value
        self._place = place

    def __contains__(self, name: str) -> bool:
        return self._value.get(name) is not None

    def at(self, name: str) -> str:
        """Where a member stands in the message, as its sender would write it."""
        return f"{self._place}.{name}" if self._place else name

    def part(self, name: str) -> "Payload":
        """An object within; an empty one where there is none."""
        value = self._value.get(name)
        return Payload({} if value is None or value == [] else value, self.at(name))

    def parts(self, name: str) -> list["Payload"]:
        """A list of objects within; empty where there is none."""
        value = self._value.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise _unfit("is no list", self.at(name))
        return [Payload(one, f"{self.at(name)}[{index}]") for index, one in enumerate(value)]

    def objects(self, name: str) -> list[dict[str, Any]]:
        """A list of objects within, as they are."""
        return [part._value for part in self.parts(name)]  # noqa: SLF001 -- one of us

    def texts(self, name: str) -> list[str]:
        """A list of texts within."""
        value = self._value.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise _unfit("is no list", self.at(name))
        return [_text(one, f"{self.at(name)}[{index}]") for index, one in enumerate(value)]

    def text(self, *names: str, at_most: int | None = None) -> str:
        """The first of these members that says something, as text; prose may be cut to `at_most` characters."""
        for name in names:
            text = _text(self._value.get(name), self.at(name))
            if text:
                return text[:at_most]
        return ""

    def prose(self, name: str, *, at_most: int) -> str:
        """HTML as plain text; empty where it is so tangled that Django refuses to look through it."""
        try:
            return strip_tags(self.text(name)).strip()[:at_most]
        except SuspiciousOperation:
            return ""

    def amount(self, *names: str) -> Decimal:
        """The first of these members that is there, as a number; 0 where none is."""
        for name in names:
            if self.text(name):
                return _amount(self.text(name), self.at(name))
        return Decimal(0)

    def whole(self, name: str) -> int:
        """A whole number; 0 where there is none."""
        number = self.amount(name)
        if number != number.to_integral_value():
            raise _unfit("is no whole number", self.at(name))
        return int(number)

    def flag(self, name: str) -> bool | None:
        """Whether something holds; None where that is not said."""
        value = self._value.get(name)
        if value is not None and not isinstance(value, bool):
            raise _unfit("is neither true nor false", self.at(name))
        return value

    def moment(self, *names: str, zone: tzinfo | None = None) -> datetime | None:
        """The first of these times that is there; one without a zone is in `zone`, or refused."""
        for name in names:
            text = self.text(name)
            if text:
                return _moment(text, zone, self.at(name))
        return None


def build(schema: type[Schema], told: Any, *, place: str = "") -> Schema:
    """Ours from what was read; raises Untranslatable naming the first of our fields that does not fit."""
    try:
        return schema.model_validate(told)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in (place, *first["loc"]))
        raise Untranslatable(first["msg"].removeprefix("Value error, "), field=path.lstrip("."), remedy=_MEND) from None


def _text(value: Any, place: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _unfit("is no text", place)
    # Ids that went through JavaScript come as floats.
    return str(int(value)) if isfinite(value) and value == int(value) else str(value)


def _amount(text: str, place: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _unfit("is no number", place) from None
    if not number.is_finite() or abs(number) > _LARGEST_AMOUNT or abs(int(number.as_tuple().exponent)) > 20:
        raise _unfit("is no number we can keep", place)
    return number


def _moment(text: str, zone: tzinfo | None, place: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise _unfit("is no time such as 2026-11-22T10:00:00+01:00", place) from None
    if at.year not in _YEARS:
        raise _unfit("lies before 1990 or after 2100", place)
    if at.tzinfo is None and zone is None:
        raise _unfit("has no time zone", place)
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


def _unfit(what: str, place: str) -> Untranslatable:
    return Untranslatable(f"'{place}' {what}.", field=place, remedy=_MEND)
