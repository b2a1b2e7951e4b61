"""What to run."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ProcessSpec:
    """What a process does, under which name its output is shown. It has ended when `run` has."""

    name: str
    run: Callable[[], object]
