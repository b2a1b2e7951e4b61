"""Which serial numbers lie in a range: those that begin alike and end in a number between the two ends."""

import re
from dataclasses import dataclass

from aftercare.foundation.kit.errors import Invalid

_NUMBERED = re.compile(r"(\S*?)([0-9]{1,18})")
_MOST_BATCHES = 500


@dataclass(frozen=True, slots=True)
class SerialRange:
    """From FIL-0100 to FIL-0199: `prefix` fil-, `first` 100, `last` 199. How many zeros stand before does not matter."""

    prefix: str
    first: int
    last: int

    def holds(self, serial: str) -> bool:
        """Whether a serial number lies within; capitals do not matter."""
        number = serial.lower().removeprefix(self.prefix)
        begins = serial.lower().startswith(self.prefix)
        return begins and bool(re.fullmatch("[0-9]{1,18}", number)) and self.first <= int(number) <= self.last


def serial_range(first: str, last: str) -> SerialRange | None:
    """The range of two serial numbers as they are written, None where neither is; raises Invalid naming the field."""
    first, last = first.strip().lower(), last.strip().lower()
    if not first and not last:
        return None
    ends = [_NUMBERED.fullmatch(end) for end in (first, last)]
    for end, field in zip(ends, ("serial_from", "serial_to"), strict=True):
        if end is None:
            raise Invalid("A range needs serial numbers that end in a number.", field=field, remedy="Such as FIL-0100.")
    low, high = (end for end in ends if end is not None)
    if low[1] != high[1]:
        raise Invalid("Both ends of a range begin alike.", field="serial_to", remedy=f"Begin it with “{low[1]}”.")
    if int(low[2]) > int(high[2]):
        raise Invalid("The range ends before it begins.", field="serial_to")
    return SerialRange(low[1], int(low[2]), int(high[2]))


def batches_of(text: str) -> list[str]:
    """Batches as they are written, one per line or with commas between them; capitals do not matter."""
    found = list(dict.fromkeys(word.lower() for part in re.split(r"[,;\n]", text) if (word := part.strip())))
    if len(found) > _MOST_BATCHES:
        raise Invalid(f"These are more than {_MOST_BATCHES} batches.", field="batches")
    return found
