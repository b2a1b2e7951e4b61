"""How much a template may ask for, and the meter that runs while it renders."""

import sys
from dataclasses import dataclass
from typing import TypeVar

from aftercare.foundation.kit.liquid.problems import TemplateLimitExceeded

# Python's `**` of a template: squaring in a loop doubles the digits each round.
_INTEGER_BITS = 1024

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one template and one rendering of it; the defaults are ten times what a rich order mail needs.

    `loop_iterations` counts all iterations of all loops; `output_size` and `filter_input` count characters, the latter
    over all strings and lists given to filters; `namespace_size` is `sys.getsizeof` over assigned values, as
    python-liquid counts it.
    """

    source_size: int = 500_000
    nesting: int = 16
    loop_iterations: int = 10_000
    output_size: int = 1_000_000
    namespace_size: int = 500_000
    filter_input: int = 5_000_000


DEFAULT_LIMITS = Limits()


class Meter:
    """What one rendering has used up so far."""

    __slots__ = ("filtered", "iterations", "limits")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.iterations = 0
        self.filtered = 0

    def loop(self, length: int) -> None:
        """Account for a loop over `length` items before it starts."""
        self.iterations += length
        if self.iterations > self.limits.loop_iterations:
            raise TemplateLimitExceeded(
                f"the loops run more than {self.limits.loop_iterations} times",
                remedy="Show fewer items, for example with `limit: 20`.",
            )

    def sized(self, value: T) -> T:
        """Account for a value that a filter is about to read; gives it back."""
        if isinstance(value, str | list | tuple | range):
            self.filtered += len(value)
            if self.filtered > self.limits.filter_input:
                raise TemplateLimitExceeded("the filters read too much text", remedy="Shorten the text first.")
        return value

    def output(self, parts: list[str]) -> None:
        """Account for what was written, before it is joined and takes the memory."""
        if sum(map(len, parts)) > self.limits.output_size:
            raise TemplateLimitExceeded(
                f"the output is longer than {self.limits.output_size} characters", remedy="Write less."
            )

    def assign(self, namespace: dict[str, object], name: str, value: object) -> None:
        """Set a variable of the template."""
        namespace[name] = value
        if sum([sys.getsizeof(held, 1) for held in namespace.values()]) > self.limits.namespace_size:
            raise TemplateLimitExceeded(
                f"the variables assigned up to '{name}' are too large", remedy="Assign and capture less text."
            )

    def range(self, start: int, stop: int) -> range:
        """The numbers from `start` to `stop`, both included; empty where they descend."""
        if stop - start >= self.limits.loop_iterations:
            raise TemplateLimitExceeded(f"the range ({start}..{stop}) is too long", remedy="Use a shorter range.")
        return range(start, stop + 1) if start <= stop else range(0)


def bounded_number(value: T) -> T:
    """Refuse integers that no order, price or date comes near; they are how multiplication eats a processor."""
    if isinstance(value, int) and value.bit_length() > _INTEGER_BITS:
        raise TemplateLimitExceeded("a number grows beyond 300 digits", remedy="Multiply less.")
    return value
